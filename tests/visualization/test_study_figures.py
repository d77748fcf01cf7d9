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
    names = [tick.get_text() for tick in axes.get_yticklabels()]
    return {
        name: (patch.get_width(), to_hex(patch.get_facecolor(), False).upper())
        for name, patch in zip(names, axes.patches, strict=True)
    }


def dashed(axes):
    return [line for line in axes.lines if line.get_linestyle() == '--']


def points(axes):
    return [line.get_xdata()[0] for line in axes.lines if line.get_marker() == '.']


def labels(axes):
    return [text.get_text() for text in axes.texts]


def test_accuracies():
    (axes,) = plot_accuracies(RESULTS).axes
    assert bars(axes) == {
        'rgb': (55.0, SINGLE),
        'audio': (76.0, SINGLE),
        'joint': (83.0, MULTI),
        'UMT': (86.0, MULTI),
    }
    assert points(axes) == [82.0, 84.0]
    assert labels(axes) == ['55.0', '76.0', '83.0', '86.0']
    assert axes.get_title() == 'Fused top-1 per method; highest: UMT, 86.0 %'
    assert axes.get_xlabel() == 'Top-1 accuracy (%)'
    assert axes.get_xlim()[0] == 0
    # The first method comes first.
    assert axes.get_ylim()[0] > axes.get_ylim()[1]


def test_laziness():
    figure = plot_laziness(RESULTS)
    rgb, audio = figure.axes
    assert bars(rgb) == {
        'rgb': (56.0, SINGLE),
        'joint': (45.0, MULTI),
        'UMT': (57.5, MULTI),
    }
    assert list(bars(audio)) == ['audio', 'joint', 'UMT']
    (line,) = dashed(rgb)
    assert list(line.get_xdata()) == [56.0, 56.0] and line.get_color() == LINE
    assert labels(rgb) == ['56.0', '45.0 (−11.0)', '57.5 (+1.5)']
    assert points(rgb) == [44.0, 46.0] and points(audio) == []
    assert rgb.get_title() == 'rgb encoder\njoint 11.0 points below training alone'
    assert audio.get_title() == 'audio encoder\njoint 1.0 points above training alone'
    assert rgb.get_xlabel() == audio.get_xlabel() == 'Linear-probe top-1 (%)'
    # Panels compare at a glance only if they share their scale.
    assert rgb.get_xlim() == audio.get_xlim()


def test_laziness_of_chosen_methods_keeps_the_line():
    rgb, _ = plot_laziness(RESULTS, methods=['umt', 'joint']).axes
    assert list(bars(rgb)) == ['UMT', 'joint']
    assert dashed(rgb)[0].get_xdata()[0] == 56.0


def test_laziness_without_unimodal_methods():
    only = {'joint': RESULTS['joint']}
    for axes in plot_laziness(only).axes:
        assert not dashed(axes) and '\n' not in axes.get_title()


def test_another_method_of_one_modality():
    """A distilled model is grey, but it is not the level; its gap to that shows."""
    distilled = dict(top1=50.0, probe_top1=dict(rgb=60.0))
    rgb, _ = plot_laziness({'kd_rgb': distilled, **RESULTS}).axes
    assert bars(rgb)['KD rgb'] == (60.0, SINGLE)
    assert labels(rgb)[:2] == ['60.0 (+4.0)', '56.0']
    assert dashed(rgb)[0].get_xdata()[0] == 56.0


def many_methods():
    """Thirty, some of them near the ends of the scale and with long names."""
    for index in range(30):
        name = f'umt_of_a_long_name loss_weight={index}' if index % 7 == 3 else 'joint'
        value = (0.0, 50.0, 99.9)[index % 3]
        numbers = dict(rgb=value, audio=value)
        seeds = dict(top1=[value, value + 0.1], probe_top1=dict(rgb=[value, 100.0]))
        yield f'{name}_{index}', dict(top1=value, probe_top1=numbers, seeds=seeds)


@pytest.mark.parametrize('plot', [plot_accuracies, plot_laziness])
@pytest.mark.parametrize('count', [1, 5, 30])
def test_no_text_is_cut_or_hides_another(plot, count):
    results = {**RESULTS, **dict(many_methods())}
    results = dict(list(results.items())[:count] if count < 30 else results)
    figure = plot(results)
    figure.canvas.draw()
    texts = [*figure.texts]
    for axes in figure.axes:
        texts += [*axes.texts, *axes.get_yticklabels(), axes.title, axes.xaxis.label]
    boxes = [text.get_window_extent() for text in texts if text.get_text()]
    for box in boxes:
        assert figure.bbox.x0 <= box.x0 and box.x1 <= figure.bbox.x1
        assert figure.bbox.y0 <= box.y0 and box.y1 <= figure.bbox.y1
    for index, box in enumerate(boxes):
        assert not box.count_overlaps(boxes[index + 1 :])
    assert max(figure.axes[0].get_xticks()) <= 100


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
    with pytest.raises(ValueError, match="top1 of 'ogm' is nan; remove that method"):
        plot_accuracies(dict(joint=dict(top1=3.0), ogm=dict(top1=float('nan'))))
    with pytest.raises(ValueError, match=r"\['ogm'\], only of \['rgb', 'audio'"):
        plot_laziness(RESULTS, methods=['ogm'])
    with pytest.raises(ValueError, match=r"\['a'\] has a 'probe_top1'"):
        plot_laziness(dict(a=dict(top1=1.0)))
