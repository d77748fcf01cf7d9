import numpy as np
import pytest
from classreports import large

from mm_laziness.visualization.confusion import plot_confusion


def test_few_classes_have_names_and_counts():
    figure = plot_confusion([[3, 1], [0, 0]], ['bark', 'wave'], 'UMT')
    axes = figure.axes[0]
    # Shares of the true class, in percent; a class without samples is empty.
    assert axes.images[0].get_array().tolist() == [[75, 25], [0, 0]]
    written = {t.get_position(): t.get_text() for t in axes.texts}
    assert written == {(0, 0): '3', (1, 0): '1'}
    for ticks in (axes.get_xticklabels(), axes.get_yticklabels()):
        assert [tick.get_text() for tick in ticks] == ['bark', 'wave']
    assert axes.get_title() == 'UMT: 3 of 4 right'
    assert (axes.get_xlabel(), axes.get_ylabel()) == ('Predicted class', 'True class')


def test_many_classes_list_their_mistakes():
    matrix = np.eye(400, dtype=int) * 50
    matrix[7, 300], matrix[12, 5] = 9, 4
    names = [f'{"very " * (i % 12)}long name {i}' for i in range(400)]
    figure = plot_confusion(matrix.tolist(), names, 'joint')
    text = figure.subfigs[1].texts[0]
    lines = text.get_text().splitlines()
    assert lines[3] == 'very very very very very… →'
    assert lines[4].endswith('…, 9') or lines[4].strip() == 'long name 300, 9'
    assert ', 4' in lines[6] and len(lines) == 7
    figure.canvas.draw()
    picture = figure.subfigs[0].axes[0]
    for artist in (text, picture.title, picture.xaxis.label, picture.yaxis.label):
        box = artist.get_window_extent()
        assert box.x0 >= 0 and box.y0 >= 0
        assert box.x1 <= figure.bbox.x1 and box.y1 <= figure.bbox.y1


@pytest.mark.parametrize('classes', [1, 28, 50])
def test_names_do_not_leave_the_picture(classes):
    report = large(classes)
    figure = plot_confusion(report['confusion']['rgb'], report['class_names'], 'rgb')
    figure.canvas.draw()
    axes = figure.axes[0]
    for label in (*axes.get_xticklabels(), *axes.get_yticklabels(), axes.title):
        box = label.get_window_extent()
        assert box.x0 >= -1 and box.y0 >= -1 and box.y1 <= figure.bbox.y1


def test_dollars_are_no_formula():
    names = ['$1 to $2', '$\\frac']
    figure = plot_confusion([[1, 0], [0, 1]], names, 'joint')
    figure.canvas.draw()
    drawn = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert drawn == [name.replace('$', r'\$') for name in names]


def test_names_that_do_not_fit():
    with pytest.raises(ValueError, match=r'shape \(2, 2\) and 3 names'):
        plot_confusion([[1, 0], [0, 1]], ['a', 'b', 'c'], 'joint')
