import pytest
from matplotlib.colors import to_hex

from mm_laziness.visualization import plot_accuracies, plot_laziness
from mm_laziness.visualization.bars import LINE, MULTI, SINGLE

RESULTS = {
    'rgb': dict(top1=55.0, unimodal_top1=dict(rgb=55.0), probe_top1=dict(rgb=56.0)),
    'audio': dict(
        top1=76.0, unimodal_top1=dict(audio=76.0), probe_top1=dict(audio=77.0)
    ),
    'joint': dict(
        top1=83.0,
        unimodal_top1=dict(rgb=40.0, audio=70.0),
        probe_top1=dict(rgb=45.0, audio=78.0),
        seeds=dict(top1=[82.0, 84.0], probe_top1=dict(rgb=[44.0, 46.0])),
    ),
    'umt': dict(
        top1=86.0,
        unimodal_top1=dict(rgb=50.0, audio=72.0),
        probe_top1=dict(rgb=57.5, audio=79.0),
    ),
}


def bars(axes):
    names = [tick.get_text() for tick in axes.get_xticklabels()]
    return {
        name: (patch.get_height(), to_hex(patch.get_facecolor(), False).upper())
        for name, patch in zip(names, axes.patches, strict=True)
    }


def dashed(axes):
    return [line for line in axes.lines if line.get_linestyle() == '--']


def points(axes):
    return [line.get_ydata()[0] for line in axes.lines if line.get_marker() == '.']


def labels(axes):
    return [text.get_text() for text in axes.texts]


def test_accuracies():
    (axes,) = plot_accuracies(RESULTS).axes
    assert bars(axes) == {
        'rgb': (55.0, SINGLE),
        'audio': (76.0, SINGLE),
        'joint': (83.0, MULTI),
        'umt': (86.0, MULTI),
    }
    assert points(axes) == [82.0, 84.0]
    assert labels(axes) == ['55.0', '76.0', '83.0', '86.0']
    assert axes.get_title() == 'Fused top-1 per method; highest: umt, 86.0 %'
    assert axes.get_ylabel() == 'Top-1 accuracy (%)' and axes.get_xlabel()
    assert axes.get_ylim()[0] == 0


def test_laziness():
    figure = plot_laziness(RESULTS)
    rgb, audio = figure.axes
    assert bars(rgb) == {
        'rgb': (56.0, SINGLE),
        'joint': (45.0, MULTI),
        'umt': (57.5, MULTI),
    }
    assert list(bars(audio)) == ['audio', 'joint', 'umt']
    (line,) = dashed(rgb)
    assert list(line.get_ydata()) == [56.0, 56.0] and line.get_color() == LINE
    assert labels(rgb) == ['56.0', '45.0\n(−11.0)', '57.5\n(+1.5)']
    assert points(rgb) == [44.0, 46.0] and points(audio) == []
    assert rgb.get_title() == 'rgb encoder\njoint 11.0 points below training alone'
    assert audio.get_title() == 'audio encoder\numt 2.0 points above training alone'
    assert rgb.get_ylabel() == 'Linear-probe top-1 (%)'
    # Panels compare at a glance only if they share their scale.
    assert rgb.get_ylim() == audio.get_ylim()


def test_laziness_of_chosen_methods_keeps_the_line():
    rgb, _ = plot_laziness(RESULTS, methods=['umt', 'joint']).axes
    assert list(bars(rgb)) == ['umt', 'joint']
    assert dashed(rgb)[0].get_ydata()[0] == 56.0


def test_laziness_without_unimodal_methods():
    only = {'joint': RESULTS['joint']}
    for axes in plot_laziness(only).axes:
        assert not dashed(axes) and '\n' not in axes.get_title()


def test_labels_do_not_leave_the_picture():
    results = {'a_method_of_long_name': dict(top1=100.0), 'none': dict(top1=0.0)}
    figure = plot_accuracies(results)
    figure.canvas.draw()
    (axes,) = figure.axes
    for text in axes.texts:
        box = text.get_window_extent()
        assert axes.bbox.y0 <= box.y0 and box.y1 <= axes.bbox.y1
    for text in axes.get_xticklabels():
        assert figure.bbox.x0 <= text.get_window_extent().x0
    assert max(axes.get_yticks()) == 100


def test_pyplot_knows_nothing_of_the_figures():
    import matplotlib.pyplot as plt

    before = plt.get_fignums()
    plot_accuracies(RESULTS)
    plot_laziness(RESULTS)
    assert plt.get_fignums() == before


def test_errors():
    with pytest.raises(ValueError, match='no results to show'):
        plot_accuracies({})
    with pytest.raises(ValueError, match=r"'joint' lack 'top1', they have \['seconds'"):
        plot_accuracies(dict(joint=dict(seconds=3)))
    with pytest.raises(ValueError, match=r"\['ogm'\], only of \['rgb', 'audio'"):
        plot_laziness(RESULTS, methods=['ogm'])
    with pytest.raises(ValueError, match=r"\['a'\] has a 'probe_top1'"):
        plot_laziness(dict(a=dict(top1=1.0)))
