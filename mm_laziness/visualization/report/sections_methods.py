"""What single methods decided: blending weights, modulation, dimensions."""

from ..method_figures import plot_blending_weights, plot_dimensions, plot_modulation
from ..names import display_name
from .data import ReportData
from .document import Block, Section, Table, Text, picture
from .numbers import number


def blending_section(data: ReportData) -> Section | None:
    """G-Blending's weights."""
    histories = {m: list(h) for m, h in data.blending.items() if h}
    if not histories:
        return None
    names = list(dict.fromkeys(n for h in histories.values() for n in h[0]['weights']))
    rows = [
        [
            display_name(method),
            # Counted as everywhere else in the report.
            str(estimate['epoch'] + 1),
            *(number(estimate['weights'].get(name), '.3f') for name in names),
        ]
        for method, history in histories.items()
        for estimate in history
    ]
    text = (
        "Each classifier's loss weighs as much as it generalizes more than it overfits "
        '(Wang et al., CVPR 2020); a weight holds from its epoch on.'
    )
    blocks: list[Block] = [Text(text)]
    for method, history in histories.items():
        figure = plot_blending_weights(history, method)
        caption = f'{display_name(method)}: weights of the losses.'
        blocks.append(picture(f'blending_{method}', figure, caption))
    blocks.append(Table(['method', 'from epoch', *names], rows))
    return Section('G-Blending weights', blocks)


def modulation_section(data: ReportData) -> Section | None:
    """OGM's coefficients."""
    histories = {m: h for m, h in data.modulation.items() if h.get('epoch')}
    if not histories:
        return None
    rows = [
        [
            display_name(method),
            modality,
            number(sum(known) / len(known), '.3f'),
            number(min(known), '.3f'),
            number(history['ratio'][modality][-1], '.2f'),
        ]
        for method, history in histories.items()
        for modality, values in history['coefficient'].items()
        if (known := [value for value in values if value is not None])
    ]
    text = (
        'OGM multiplies the gradient of the modality that is ahead by a coefficient '
        'below 1 (Peng et al., CVPR 2022); means per epoch.'
    )
    blocks: list[Block] = [Text(text)]
    for method, history in histories.items():
        figure = plot_modulation(dict(history), method)
        caption = f'{display_name(method)}: coefficients and ratios over the epochs.'
        blocks.append(picture(f'modulation_{method}', figure, caption))
    header = ['method', 'modality', 'coefficient, mean', 'lowest', 'last ratio']
    blocks.append(Table(header, rows, left=2))
    return Section('OGM coefficients', blocks)


def dimensions_section(data: ReportData) -> Section | None:
    """DI-MML's dimension counts."""
    counts = {m: c for m, c in data.dimensions.items() if c}
    if not counts:
        return None
    rows = [
        [display_name(method), modality]
        + [str(numbers[key]) for key in ('width', 'effective', 'only')]
        for method, by_modality in counts.items()
        for modality, numbers in by_modality.items()
    ]
    text = (
        'Dimensions of the features in which the classes of a modality are far apart '
        '(Fan et al., ACM MM 2024), and those of them that are so in no other modality.'
    )
    blocks: list[Block] = [Text(text)]
    for method, by_modality in counts.items():
        figure = plot_dimensions(dict(by_modality), method)
        caption = f'{display_name(method)}: effective dimensions.'
        blocks.append(picture(f'dimensions_{method}', figure, caption))
    header = ['method', 'modality', 'width', 'effective', 'only here']
    blocks.append(Table(header, rows, left=2))
    return Section('DI-MML dimensions', blocks)
