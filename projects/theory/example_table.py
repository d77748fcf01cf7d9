"""Examples B.4 and B.5 as text."""

from mm_laziness.datasets.preparation.report import table

from .examples import NAMES, TABLE, example_features, example_rows


def example_text() -> str:
    """Table 23 and what each way of training learns from it (Examples B.4, B.5)."""
    features = example_features()
    signs = {-1: '-', 0: '0', 1: '+'}
    data = [['p', *(f'{p:.2f}' for p in features.p)]]
    for name, values in zip('abcd', TABLE, strict=True):
        data.append([f'data {name}', *(signs[int(value)] for value in values)])
    found = [
        [
            name,
            ' '.join(learned),
            str(len(learned)),
            'yes' if zero else 'no',
            f'{e:.4f}',
        ]
        for name, learned, zero, e in example_rows()
    ]
    head = ['training', 'learns', 'number', 'zero error', 'error on new samples']
    return '\n\n'.join(
        [
            'f * y of Table 23:',
            table(['', *NAMES], data),
            'What is learned, in the order of the table (the errors, with epsilon 0, '
            'are ours):',
            table(head, found),
        ]
    )
