"""What the methods make of each set."""

from statistics import mean

from mm_laziness.visualization.names import display_name

from .store import Results
from .tables import markdown, sets_of, spread, values_of


def method_table(results: Results, recall_of: str = 'C') -> str:
    """Write top-1 of each method on each set, and its recall of one set's classes.

    Args:
        results (Results): Of the methods, from ``ResultStore.collect``.
        recall_of (str): The set whose classes are looked at one by one.
    """
    sets, classes = sets_of(results), num_classes(results, recall_of)
    head = ['Method', *(f'Set {letter}' for letter in sets)]
    rows = [head + [f'{recall_of}, class {k}' for k in range(classes)]]
    for name, by_set in results.items():
        cells = [spread(values_of(by_set.get(letter, []), 'top1')) for letter in sets]
        recalls = class_recalls(results, name, recall_of)
        cells += [f'{value:.1f}' for value in recalls] or ['-'] * classes
        rows.append([display_name(name), *cells])
    return markdown(rows)


def class_recalls(results: Results, name: str, letter: str) -> list[float]:
    """Give the mean over seeds of each class's recall, in percent; empty if unknown."""
    recalls = values_of(results[name].get(letter, []), 'class_recall')
    return [mean(of_class) for of_class in zip(*recalls, strict=True)]


def num_classes(results: Results, letter: str) -> int:
    """Count the classes of a set that any method has results of."""
    return max((len(class_recalls(results, m, letter)) for m in results), default=0)
