import pytest
from figurechecks import assert_readable, legend, png
from matplotlib.colors import to_hex

from mm_laziness.visualization.bars import SINGLE
from mm_laziness.visualization.missing_figure import plot_missing


def evaluated(complete, **strategies):
    """Accuracies by strategy: without rgb, without audio."""
    found = dict(complete=dict(top1=complete, top5=99.0))
    for strategy, top1s in strategies.items():
        named = zip(('rgb', 'audio'), top1s, strict=True)
        found[strategy] = {m: dict(top1=top1, top5=99.0) for m, top1 in named}
    return found


MISSING = dict(
    joint=evaluated(80.0, zeros=(60.0, 20.0), split=(70.0, 25.0)),
    umt=evaluated(90.0, zeros=(85.0, 50.0), split=(91.0, 55.0)),
)


def bars(axes):
    found = [
        (to_hex(p.get_facecolor(), False).upper(), p.get_width()) for p in axes.patches
    ]
    behind = [width for color, width in found if color == SINGLE]
    return behind, [width for color, width in found if color != SINGLE]


def labels(axes):
    return [text.get_text() for text in axes.texts]


def test_by_hand():
    figure = plot_missing(MISSING)
    rgb, audio = figure.axes
    assert bars(rgb) == ([80.0, 90.0], [60.0, 70.0, 85.0, 91.0])
    assert bars(audio) == ([80.0, 90.0], [20.0, 25.0, 50.0, 55.0])
    assert labels(rgb) == ['60.0 (−20.0)', '70.0 (−10.0)', '85.0 (−5.0)', '91.0 (+1.0)']
    assert rgb.get_title() == 'Without rgb\nleast lost: UMT (+1.0)'
    assert audio.get_title() == 'Without audio\nleast lost: UMT (−35.0)'
    assert [tick.get_text() for tick in rgb.get_yticklabels()] == ['joint', 'UMT']
    assert legend(figure) == ['nothing missing', 'missing: zeros', 'missing: split']
    assert rgb.get_ylim()[0] > rgb.get_ylim()[1] and rgb.get_xlim()[0] == 0


def test_what_was_not_evaluated_has_no_bar():
    partial = dict(complete=dict(top1=50.0), mean={'rgb+audio': dict(top1=10.0)})
    figure = plot_missing(
        dict(MISSING, ume=partial, rgb=dict(complete=dict(top1=40.0)))
    )
    titles = [axes.get_title().split('\n')[0] for axes in figure.axes]
    assert titles == ['Without rgb', 'Without audio', 'Without rgb+audio']
    rgb, _, both = figure.axes
    assert labels(both) == ['10.0 (−40.0)']
    assert len(labels(rgb)) == 4
    # One of a single modality cannot miss it, and has no row.
    assert [t.get_text() for t in rgb.get_yticklabels()] == ['joint', 'UMT', 'UME']


def test_without_the_complete_accuracy():
    alone = dict(zeros=dict(rgb=dict(top1=0.0)))
    (axes,) = plot_missing(dict(joint=alone)).axes
    assert labels(axes) == ['0.0'] and axes.get_title() == 'Without rgb'


@pytest.mark.parametrize('missing', [{}, dict(joint=dict(complete=dict(top1=1.0)))])
def test_nothing_to_show(missing):
    with pytest.raises(
        ValueError, match='evaluated without a modality; run tools/test'
    ):
        plot_missing(missing)


@pytest.mark.parametrize('count', [1, 6, 30])
def test_readable(count):
    tops = (0.0, 99.9, 50.0)
    missing = {
        f'umt_modality_dropout_{i}' if i % 5 else f'joint_{i}': evaluated(
            tops[i % 3], zeros=(0.0, 100.0), mean=(50.0, 1.0), split=(99.9, 0.1)
        )
        for i in range(count)
    }
    assert_readable(plot_missing(missing))


def test_same_bytes(tmp_path):
    first, second = (png(plot_missing(MISSING), tmp_path / name) for name in 'ab')
    assert first == second


def test_five_modalities():
    of = {name: dict(top1=30.0) for name in ('a', 'b', 'c', 'd', 'e')}
    figure = plot_missing(dict(joint=dict(complete=dict(top1=60.0), zeros=of)))
    assert len(figure.axes) == 5
    assert_readable(figure)


def test_the_least_that_is_lost_is_that_of_the_best_strategy():
    def of(zeros, split):
        ways = dict(zeros=zeros, split=split)
        lost = {way: dict(rgb=dict(top1=top1)) for way, top1 in ways.items()}
        return dict(complete=dict(top1=80.0), **lost)

    figure = plot_missing(dict(joint=of(70.0, 50.0), umt=of(60.0, 60.0)))
    assert figure.axes[0].get_title().endswith('least lost: joint (\N{MINUS SIGN}10.0)')
