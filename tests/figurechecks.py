"""What must hold of any figure."""


def texts_of(figure):
    """All texts that are drawn, as artists."""
    figure.canvas.draw()
    texts = [*figure.texts, figure._suptitle]
    for legend in figure.legends:
        texts += legend.get_texts()
    for axes in figure.axes:
        labels = [*axes.get_yticklabels(), *axes.get_xticklabels()]
        # Ticks outside the limits exist, but are not drawn.
        labels = [label for label in labels if _inside(axes, label)]
        texts += [*axes.texts, axes.title, axes.xaxis.label, axes.yaxis.label, *labels]
    return [text for text in dict.fromkeys(texts) if text and text.get_text()]


def _inside(axes, label):
    x, y = axes.transData.inverted().transform(
        label.get_transform().transform(label.get_position())
    )
    (left, right), ys = axes.get_xlim(), sorted(axes.get_ylim())
    return left <= x <= right or ys[0] <= y <= ys[1]


def assert_readable(figure):
    """No text is cut or hides another, at a width that a page can hold."""
    texts = texts_of(figure)
    boxes = [(text.get_text(), text.get_window_extent()) for text in texts]
    for text, box in boxes:
        assert figure.bbox.x0 <= box.x0 and box.x1 <= figure.bbox.x1, text
        assert figure.bbox.y0 <= box.y0 and box.y1 <= figure.bbox.y1, text
    for index, (text, box) in enumerate(boxes):
        over = [other for other, own in boxes[index + 1 :] if box.overlaps(own)]
        assert not over, f'{text!r} lies over {over}'
    assert 7 <= figure.get_figwidth() <= 8
    columns = {round(axes.get_position().x0, 2) for axes in figure.axes}
    assert len(columns) <= 2
    assert all(text.get_fontsize() >= 8 for text in texts)


def png(figure, path):
    """The bytes of its picture."""
    figure.savefig(path, format='png', metadata=dict(Software=None))
    return path.read_bytes()


def legend(figure):
    return [text.get_text() for of in figure.legends for text in of.get_texts()]


def lines(axes):
    """Points of the lines by label, as two lists."""
    return {
        line.get_label(): (list(line.get_xdata()), list(line.get_ydata()))
        for line in axes.lines
    }
