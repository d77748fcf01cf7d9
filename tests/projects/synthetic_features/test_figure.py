import figurechecks
import pytest

from projects.synthetic_features.figure import (
    plot_accuracy,
    plot_confusion,
    plot_methods,
    save_figures,
)

PAPER = dict(
    accuracy=dict(first=dict(B=51.4, C=70.9), multimodal=dict(B=92.0)),
    confusion=[[100.0, 0.0, 0.0], [0.0, 57.0, 43.0], [0.0, 45.4, 54.6]],
)
COUNTS = [[8, 0, 0], [0, 3, 1], [0, 2, 2]]
NETWORKS = {
    name: {
        letter: [dict(top1=value + s, confusion=COUNTS) for s in (0.0, 2.0)]
        for letter, value in (('A', 98.0), ('B', 50.0), ('C', 66.0))
    }
    for name in ('first', 'second', 'multimodal')
}
METHODS = {
    name: dict(
        B=[dict(top1=50.0, class_recall=[40.0, 60.0])],
        C=[dict(top1=66.0, class_recall=[90.0, 50.0, 60.0])],
    )
    for name in ('ume', 'umt_mlp', 'di_mml')
}


def test_bars_diamonds_and_levels():
    figure = plot_accuracy(NETWORKS, PAPER['accuracy'])
    (axes,) = figure.axes
    heights = [[bar.get_height() for bar in group] for group in axes.containers[::2]]
    assert heights[0] == [99.0, 51.0, 67.0]
    diamonds = [line for line in axes.lines if line.get_marker() == 'D']
    assert [list(line.get_ydata()) for line in diamonds] == [[51.4, 70.9], [92.0]]
    levels = [
        y
        for line in axes.lines
        if line.get_linestyle() == '--'
        for y in line.get_ydata()
    ]
    assert levels == pytest.approx([100, 100, 50, 50, 200 / 3, 200 / 3])
    figurechecks.assert_readable(figure)


def test_error_bars_are_sample_deviations():
    (axes,) = plot_accuracy(dict(first=NETWORKS['first'])).axes
    bars = axes.containers[1]
    (segments,) = bars.lines[2]
    (_, low), (_, high) = segments.get_segments()[1]
    assert (high - low) / 2 == pytest.approx(2**0.5)


def test_confusion_beside_the_papers():
    figure = plot_confusion(NETWORKS['first']['C'], PAPER['confusion'])
    ours, theirs = figure.axes
    assert [t.get_text() for t in ours.texts][3:6] == ['0.0', '75.0', '25.0']
    assert [t.get_text() for t in theirs.texts][6:] == ['0.0', '45.4', '54.6']
    figurechecks.assert_readable(figure)


def test_methods_by_set_and_class():
    figure = plot_methods(METHODS)
    (axes,) = figure.axes
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert names == ['UME', 'UMT MLP', 'DI-MML']
    assert [t.get_text() for t in axes.texts][:5] == [
        '50.0',
        '66.0',
        '90.0',
        '50.0',
        '60.0',
    ]
    figurechecks.assert_readable(figure)


def test_unknown_cells_stay_empty():
    figure = plot_methods({**METHODS, 'ume': dict(B=METHODS['ume']['B'])})
    (axes,) = figure.axes
    assert [t.get_text() for t in axes.texts][:2] == ['50.0', '50.0']


def test_saves_what_there_is(tmp_path):
    paths = save_figures(NETWORKS, METHODS, PAPER, tmp_path)
    assert [p.name for p in paths] == ['accuracy.png', 'confusion.png', 'methods.png']
    assert all(p.read_bytes().startswith(b'\x89PNG') for p in paths)
    assert all(p.stat().st_size < 100_000 for p in paths)
    only_b = {name: dict(B=by_set['B']) for name, by_set in NETWORKS.items()}
    assert [p.name for p in save_figures(only_b, {}, PAPER, tmp_path)] == [
        'accuracy.png'
    ]


def test_dark_cells_have_white_numbers():
    figure = plot_confusion(NETWORKS['first']['C'], PAPER['confusion'])
    assert figure.axes[0].texts[0].get_color() == 'white'
    assert figure.axes[0].texts[1].get_color() != 'white'
