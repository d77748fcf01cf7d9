from mm_laziness.visualization.probes import plot_probes, probes_table

FRONT = dict(
    top1=40.6,
    top1_interval=[36.4, 44.8],
    top5=92.0,
    mean1=41.25,
    reference=dict(
        checkpoint='front.pth',
        top1=45.0,
        top1_interval=[41.0, 49.0],
        difference=-4.4,
        difference_interval=[-8.2, 0.6],
        p_value=0.03125,
    ),
)
REAR = dict(top1=67.8, top1_interval=[63.6, 71.8], top5=100.0, mean1=71.93)
PROBES = dict(encoders=dict(front=FRONT, rear=REAR))


def test_table_by_hand():
    lines = probes_table(PROBES).splitlines()
    assert lines[0].split('  ')[0] == 'encoder'
    cells = [cell.strip() for cell in lines[1].split('  ') if cell.strip()]
    assert cells == [
        *('front', '40.60', '[36.40, 44.80]', '92.00', '41.25'),
        *('45.00', '-4.40', '[-8.20, +0.60]', '0.0312'),
    ]
    rear = lines[2].split()
    assert rear == ['rear', '67.80', '[63.60,', '71.80]', '100.00', '71.93']
    # Columns are aligned.
    assert lines[1].index('40.60') == lines[2].index('67.80')


def test_table_without_references_has_no_empty_columns():
    table = probes_table(dict(encoders=dict(rear=REAR)))
    assert 'alone' not in table and 'difference' not in table


def test_bars_stand_beside_the_reference_line():
    figure = plot_probes(PROBES, 'a/best.pth')
    front, rear = figure.axes
    assert [bar.get_width() for bar in front.patches] == [40.6, 45.0]
    assert [bar.get_width() for bar in rear.patches] == [67.8]
    lines = [list(line.get_xdata()) for line in front.lines]
    assert [45.0, 45.0] in lines  # the level
    assert [36.4, 44.8] in lines and [41.0, 49.0] in lines
    assert not any(list(line.get_xdata()) == [45.0, 45.0] for line in rear.lines)
    assert '−4.4 points to training alone (95 %: −8.2 to +0.6)' in front.get_title()  # noqa: RUF001
    assert 'a/best.pth' in figure.get_suptitle()
    # Labels stand behind the interval's end.
    texts = {t.get_text(): t.xy[0] for t in front.texts}
    assert texts == {'40.6 (−4.4)': 45.0, '45.0': 49.0}  # noqa: RUF001
    figure.canvas.draw()
    assert len(figure.legends) == 1
    assert not plot_probes(dict(encoders=dict(rear=REAR))).legends
