import pytest
from figurechecks import assert_readable, legend, lines, png

from mm_laziness.visualization.method_figures import (
    plot_blending_weights,
    plot_dimensions,
    plot_modulation,
)


def stacks(axes):
    """Widths of the segments, by row."""
    rows = {}
    for patch in axes.patches:
        row = round(patch.get_y() + patch.get_height() / 2)
        rows.setdefault(row, []).append((patch.get_x(), patch.get_width()))
    for segments in rows.values():
        ends = [x + width for x, width in segments]
        assert [x for x, _ in segments] == pytest.approx([0, *ends[:-1]])
    names = [tick.get_text() for tick in axes.get_yticklabels()]
    return {names[row]: [w for _, w in rows[row]] for row in sorted(rows)}


def numbers(axes):
    return [text.get_text() for text in axes.texts]


def estimates(*rows, names=('rgb', 'audio', 'fused'), step=2):
    return [
        dict(epoch=step * index, weights=dict(zip(names, weights, strict=True)))
        for index, weights in enumerate(rows)
    ]


def test_blending_weights():
    history = estimates((0.01, 0.19, 0.8), (0.25, 0.25, 0.5), (0.3, 0.1, 0.6))
    figure = plot_blending_weights(history, 'gblend_online')
    (axes,) = figure.axes
    assert stacks(axes) == {
        'epochs 1–2': pytest.approx([0.01, 0.19, 0.8]),
        'epochs 3–4': pytest.approx([0.25, 0.25, 0.5]),
        'from epoch 5': pytest.approx([0.3, 0.1, 0.6]),
    }
    # Without that of a segment which is too narrow for it.
    assert numbers(axes)[:2] == ['0.19', '0.80'] and len(numbers(axes)) == 8
    assert legend(figure) == ['rgb', 'audio', 'fused']
    assert axes.get_title() == 'G-Blending online: the fused loss weighs most'


def test_one_estimate_is_said_to_be_of_all_epochs():
    figure = plot_blending_weights(estimates((0.7, 0.1, 0.2)), 'gblend_offline')
    assert list(stacks(figure.axes[0])) == ['all epochs']
    title = figure.axes[0].get_title()
    assert title == (
        'G-Blending offline: the rgb loss weighs most (one estimate, before training)'
    )


def test_every_epoch_and_a_later_start():
    history = estimates((1, 0, 0), (0, 1, 0), step=1)
    assert list(stacks(plot_blending_weights(history, 'g').axes[0])) == [
        'epoch 1',
        'from epoch 2',
    ]
    late = [dict(epoch=4, weights=dict(a=1.0))]
    assert list(stacks(plot_blending_weights(late, 'g').axes[0])) == ['from epoch 5']


def modulation(names=('rgb', 'audio'), count=3):
    return dict(
        epoch=list(range(1, count + 1)),
        ratio={n: [2.0 ** (1 - i) + 0.1 * i] * count for i, n in enumerate(names)},
        coefficient={n: [0.25 if i == 0 else 1.0] * count for i, n in enumerate(names)},
    )


def test_modulation():
    figure = plot_modulation(modulation(), 'ogm_ge')
    ratio, coefficient = figure.axes
    assert lines(ratio)['audio'] == ([1, 2, 3], pytest.approx([1.1] * 3))
    assert lines(coefficient)['rgb'] == ([1, 2, 3], [0.25] * 3)
    assert ratio.get_yscale() == 'log' and coefficient.get_ylim() == (0, 1.05)
    # Equal confidence is marked.
    marks = [y for _, y in lines(ratio).values() if list(y) == [1, 1]]
    assert len(marks) == 1
    assert figure.get_suptitle() == 'OGM-GE: rgb is held back, mean coefficient 0.25'
    assert legend(figure) == ['rgb', 'audio']


def test_modulation_that_changed_nothing():
    history = modulation()
    history['coefficient']['rgb'] = [1.0] * 3
    title = plot_modulation(history, 'ogm').get_suptitle()
    assert title == 'OGM: no gradient was weakened'


def test_dimensions_of_two_modalities():
    counts = dict(
        rgb=dict(width=64, effective=36, only=16),
        audio=dict(width=64, effective=30, only=10),
    )
    figure = plot_dimensions(counts, 'di_mml')
    (axes,) = figure.axes
    # What both have is in all; nothing is left for some others.
    assert stacks(axes) == dict(rgb=[16, 20, 0, 28], audio=[10, 20, 0, 34])
    assert numbers(axes) == ['16', '20', '28', '10', '20', '34']
    assert legend(figure) == [
        'effective here alone',
        'effective in all',
        'not effective',
    ]
    assert (
        axes.get_title() == 'DI-MML: rgb has most to teach (16 dimensions of its own)'
    )


def test_dimensions_of_three_modalities():
    counts = {
        name: dict(width=50, effective=30, only=5, all=10) for name in ('a', 'b', 'c')
    }
    figure = plot_dimensions(counts, 'di_mml')
    assert stacks(figure.axes[0])['b'] == [5, 10, 15, 20]
    assert legend(figure)[2] == 'effective in some others, too'
    assert 'each modality has 5 effective dimensions of its own' in (
        figure.axes[0].get_title()
    )


def test_nothing_to_show():
    with pytest.raises(ValueError, match="'g' has no estimate"):
        plot_blending_weights([], 'g')
    with pytest.raises(ValueError, match="'o' has no epoch of modulation"):
        plot_modulation(dict(epoch=[], ratio={}, coefficient={}), 'o')
    with pytest.raises(ValueError, match="'d' has no dimensions"):
        plot_dimensions({}, 'd')


@pytest.mark.parametrize('count', [1, 20])
@pytest.mark.parametrize('names', [('rgb', 'audio'), 'abcde'])
def test_readable(names, count):
    weights = [1 / (len(names) + 1)] * (len(names) + 1)
    history = estimates(*[weights] * count, names=[*names, 'fused'], step=5)
    sizes = dict(width=512, effective=300, only=10, all=200 if len(names) > 2 else 290)
    for figure in (
        plot_blending_weights(history, 'gblend_online'),
        plot_modulation(modulation(names, count), 'umt_ogm_ge'),
        plot_dimensions(dict.fromkeys(names, sizes), 'di_mml'),
    ):
        assert_readable(figure)


def test_same_bytes(tmp_path):
    for plot, data in (
        (plot_blending_weights, estimates((0.2, 0.3, 0.5))),
        (plot_modulation, modulation()),
        (plot_dimensions, dict(a=dict(width=4, effective=2, only=1))),
    ):
        first, second = (png(plot(data, 'm'), tmp_path / name) for name in 'ab')
        assert first == second
