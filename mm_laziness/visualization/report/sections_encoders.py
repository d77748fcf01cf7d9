"""What became of the encoders: their probes, and their course over the epochs."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ..curves import plot_curves
from ..figures import plot_laziness
from ..names import display_name
from ..results import Results, modalities_of, unimodal_method, value_of
from .data import ReportData
from .document import Block, Fold, Section, Table, Text, picture
from .numbers import interval, number, points
from .probe_gaps import probe_gap
from .sections_accuracy import baseline_of, best_method


def probing_section(data: ReportData) -> Section | None:
    """Linear probes of the encoders against those of uni-modal training.

    Raises:
        ValueError: If a method whose probes are to be drawn has no results.
    """
    results, methods = data.results, data.laziness_methods
    unknown = [method for method in methods or () if method not in results]
    if unknown:
        raise ValueError(f'there are no results of {unknown}, only of {list(results)}')
    shown = results if methods is None else {m: results[m] for m in methods}
    modalities = modalities_of(shown, 'probe_top1')
    if not modalities:
        return None
    blocks: list[Block] = [
        Text(_explanation(shown)),
        picture(
            'laziness',
            plot_laziness(results, methods),
            'Linear-probe top-1 of the encoders of each method.',
            folder='',
        ),
        _probe_table(shown, results, modalities),
    ]
    return Section('Encoders by linear probing', blocks)


# Figures of other methods; what they end with is in a table.
_FOLDED = 8


def curves_section(data: ReportData) -> Section | None:
    """The monitor's curves: the baseline, the best and the uni-modal methods first."""
    curves = {m: c for m, c in data.curves.items() if _measured(c)}
    if not curves:
        return None
    first = featured(data.results, curves)
    others = [method for method in curves if method not in first][:_FOLDED]
    drawn = {
        method: picture(
            f'curves_{method}',
            plot_curves(dict(curves[method]), method),
            f'{display_name(method)}: its modalities over the epochs.',
        )
        for method in (*first, *others)
    }
    blocks: list[Block] = [
        Text('The last epoch of each method, and what led there; percent.'),
        _last_epochs({method: curves[method] for method in first}),
        *(drawn.pop(method) for method in first),
    ]
    if others:
        rest = {method: c for method, c in curves.items() if method not in first}
        title = f'{len(rest)} more'
        if len(rest) > len(others):
            title += f', {len(others)} of them drawn'
        blocks.append(Fold(title, [_last_epochs(rest), *drawn.values()]))
    return Section('Curves over epochs', blocks)


def _measured(laziness: Mapping[str, Any]) -> bool:
    """Whether any epoch has a number of any modality."""
    epochs = laziness.get('epochs') or ()
    return any(any((e.get('modalities') or {}).values()) for e in epochs)


def featured(results: Results, names: Collection[str]) -> list[str]:
    """What most readers look for; the rest is folded away.

    Args:
        results (Results): A study's results, in percent.
        names (Collection[str]): Methods, or names of other scores, that can be shown.

    Returns:
        list[str]: The baseline, the best method and the uni-modal ones; all, if there
        are no more than four names; the first, if none of these is among them.
    """
    wanted = {baseline_of(results), best_method(results), *unimodal_methods(results)}
    first = [name for name in names if name in wanted or len(names) <= 4]
    return first or list(names)[:1]


def unimodal_methods(results: Results) -> list[str]:
    """The method that trains each modality alone, where there is one."""
    modalities = modalities_of(results, 'probe_top1')
    found = [unimodal_method(results, modality) for modality in modalities]
    return [method for method in found if method is not None]


def _explanation(shown: Results) -> str:
    paired = any(entry.get('probe_difference_interval') for entry in shown.values())
    text = (
        'A linear classifier on the features of each frozen encoder: what the encoder '
        'has learned, whatever the method does with it. In brackets: points against '
        'the encoder trained alone'
    )
    if paired:
        text += (
            ', with the 95 % interval of a paired bootstrap over the clips and, where '
            'there are several, the seeds; of twenty such intervals one misses the '
            'truth'
        )
    text += (
        '. Methods that start from trained encoders and keep them have none of their '
        'own.'
    )
    if not paired:
        text += (
            ' Clip by clip, a sharper test, `tools/probe_encoders.py` compares two '
            'encoders.'
        )
    return text


def _probe_table(shown: Results, results: Results, modalities: Sequence[str]) -> Table:
    rows = []
    for method, entry in shown.items():
        if not entry.get('probe_top1'):
            continue
        cells = []
        for modality in modalities:
            cell = number(value_of(entry, 'probe_top1', modality))
            gap = probe_gap(results, method, modality)
            if gap is not None:
                sure = ''
                if gap.interval is not None:
                    sure = f' {interval(gap.interval, sign=True)}'
                cell += f' ({points(gap.points)}{sure})'
            cells.append(cell)
        rows.append([display_name(method), *cells])
    return Table(['method', *(f'{m} probe' for m in modalities)], rows)


_COLUMNS = {
    'val_top1': 'val top-1',
    'reference_gap': 'to alone',
    'train_val_gap': 'train - val',
    'grad_share': 'gradient share',
    'feature_norm': 'feature norm',
    'ogm_ratio': 'OGM ratio',
    'probe_top1': 'probe',
}


def _last_epochs(curves: Mapping[str, Mapping[str, Any]]) -> Table:
    rows: list[tuple[str, str, Mapping[str, Any]]] = []
    for method, laziness in curves.items():
        # Not every number is measured in every epoch.
        last: dict[str, dict[str, Any]] = {}
        for epoch in laziness['epochs']:
            for modality, values in epoch.get('modalities', {}).items():
                last.setdefault(modality, {}).update(values)
        rows += [(display_name(method), m, values) for m, values in last.items()]
    keys = [key for key in _COLUMNS if any(key in values for *_, values in rows)]
    signs = ('reference_gap', 'train_val_gap')
    plain = ('ogm_ratio', 'feature_norm')
    cells = [
        [
            method,
            modality,
            *(
                points(values.get(key))
                if key in signs
                else number(values.get(key), '.2f' if key in plain else '.1f')
                for key in keys
            ),
        ]
        for method, modality, values in rows
    ]
    header = ['method', 'modality', *(_COLUMNS[key] for key in keys)]
    return Table(header, cells, left=2)
