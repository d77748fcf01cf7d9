import pytest
from classreports import large, small

from mm_laziness.visualization.classes import plot_class_accuracies


def dots(figure):
    """Horizontal places of all dots, by colour and shape."""
    found = {}
    for line in figure.axes[0].lines:
        if line.get_marker() not in ('None', '', None):
            key = line.get_color(), line.get_marker()
            found.setdefault(key, []).append(float(line.get_xdata()[0]))
    return found


def test_a_dot_per_model_and_class():
    figure = plot_class_accuracies(small())
    axes = figure.axes[0]
    labels = [tick.get_text() for tick in axes.get_yticklabels()]
    assert labels == ['playing harp (10)', 'a|b (4)']
    assert sorted(dots(figure).values()) == [
        [20, 100],
        [30, 25],
        [40, 100],
        [80, 75],
    ]
    # The sum of the second, 125, is not drawn; the first is shaded.
    sums = [line for line in axes.lines if line.get_color() == 'black']
    assert [list(line.get_xdata()) for line in sums] == [[50, 50]]
    assert len(axes.patches) == 1
    words = [text.get_text() for text in figure.legends[0].get_texts()]
    assert words[:4] == ['rgb', 'audio', 'average', 'joint']
    assert words[-1] == 'joint exceeds the sum'


def test_models_of_one_modality_are_hollow():
    lines = plot_class_accuracies(small()).axes[0].lines
    hollow = {
        line.get_marker() for line in lines if line.get_markerfacecolor() == 'white'
    }
    assert hollow == {'s', '^'}


def test_chosen_classes_and_those_that_cannot_be_drawn():
    figure = plot_class_accuracies(small(), [1])
    assert [t.get_text() for t in figure.axes[0].get_yticklabels()] == ['a|b (4)']
    with pytest.raises(ValueError, match=r'no classes \[7\], only 0 to 2'):
        plot_class_accuracies(small(), [0, 7])
    with pytest.raises(ValueError, match=r'none of the classes \[2\] has test samples'):
        plot_class_accuracies(small(), [2])


def test_many_classes_stay_legible():
    figure = plot_class_accuracies(large(300))
    figure.draw_without_rendering()
    labels = figure.axes[0].get_yticklabels()
    assert len(labels) <= 20 and max(len(t.get_text()) for t in labels) < 40
    boxes = [label.get_window_extent() for label in labels]
    assert not any(a.overlaps(b) for a, b in zip(boxes, boxes[1:], strict=False))
    assert all(box.x0 >= 0 for box in boxes)
