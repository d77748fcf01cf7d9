import math

import pytest
from figurechecks import assert_readable, legend, lines, png
from matplotlib.colors import to_hex

from mm_laziness.visualization.bars import LINE
from mm_laziness.visualization.curves import plot_curves


def laziness(names=('rgb', 'audio'), count=3, **more):
    """The first modality ends 10 points below training alone, others 5 above."""
    epochs = []
    for epoch in range(1, count + 1):
        modalities = {
            name: dict(
                val_top1=40.0 * epoch / count,
                train_top1=90.0 * epoch / count,
                reference_top1=(50.0 if name == names[0] else 35.0) * epoch / count,
                **{key: value * epoch for key, value in more.items()},
            )
            for name in names
        }
        epochs.append(dict(epoch=epoch, top1=60.0, modalities=modalities))
    return dict(modalities=list(names), epochs=epochs)


def test_accuracies_of_each_modality():
    data = laziness()
    data['epochs'][1]['modalities']['rgb']['probe_top1'] = 45.0
    figure = plot_curves(data, 'umt_ogm_ge')
    rgb, audio = figure.axes
    drawn = lines(rgb)
    assert drawn['validation'] == ([1, 2, 3], pytest.approx([40 / 3, 80 / 3, 40]))
    assert drawn['training'][1] == pytest.approx([30, 60, 90])
    assert drawn['trained alone'][1] == pytest.approx([50 / 3, 100 / 3, 50])
    assert drawn['linear probe'] == ([2], [45.0])
    assert 'linear probe' not in lines(audio)
    (dashed,) = [line for line in rgb.lines if line.get_linestyle() == '--']
    assert dashed.get_label() == 'trained alone' and to_hex(dashed.get_color()) == (
        LINE.lower()
    )
    assert rgb.get_title() == 'rgb: 10.0 points below training alone'
    assert audio.get_title() == 'audio: 5.0 points above training alone'
    assert figure.get_suptitle() == (
        'UMT OGM-GE: rgb stays farthest below training alone'
    )
    # Panels compare at a glance only if they share their scale, and it starts at zero.
    assert rgb.get_ylim() == audio.get_ylim() and rgb.get_ylim()[0] == 0
    assert legend(figure) == ['training', 'trained alone', 'validation', 'linear probe']


def test_the_last_epoch_with_both_numbers_tells_the_gap():
    data = laziness()
    del data['epochs'][2]['modalities']['rgb']['val_top1']
    rgb, _ = plot_curves(data, 'joint').axes
    assert rgb.get_title() == 'rgb: 6.7 points below training alone'
    assert lines(rgb)['validation'][0] == [1, 2]


def test_missing_numbers_leave_gaps():
    data = laziness(count=6)
    data['epochs'][2]['modalities']['rgb']['val_top1'] = None
    data['epochs'][3]['modalities'] = {}
    rgb, audio = plot_curves(data, 'joint').axes
    _, values = lines(rgb)['validation']
    assert [math.isnan(value) for value in values] == [0, 0, 1, 0, 0]
    _, values = lines(audio)['validation']
    assert [math.isnan(value) for value in values] == [0, 0, 0, 1, 0, 0]


def test_signals_have_panels_of_all_modalities():
    data = laziness(grad_share=0.1, grad_norm=2.0, feature_norm=3.0, ogm_ratio=0.5)
    figure = plot_curves(data, 'ogm')
    titles = [axes.get_title() for axes in figure.axes[2:]]
    assert titles == [
        'Share of the gradient norm (%)',
        'Feature norm',
        'OGM ratio (log)',
    ]
    share, _, ratio = figure.axes[2:]
    assert lines(share)['audio'] == ([1, 2, 3], pytest.approx([0.1, 0.2, 0.3]))
    assert ratio.get_yscale() == 'log' and share.get_yscale() == 'linear'
    assert legend(figure)[-2:] == ['rgb', 'audio']


def test_the_norm_is_shown_where_there_is_no_share():
    figure = plot_curves(laziness(grad_norm=2.0), 'joint')
    assert figure.axes[2].get_title() == 'Gradient norm'


def test_no_reference_and_no_lazy_modality():
    data = laziness()
    for entry in data['epochs']:
        entry['modalities']['rgb'].pop('reference_top1')
    figure = plot_curves(data, 'umt')
    assert figure.axes[0].get_title() == 'rgb'
    assert figure.get_suptitle() == 'UMT: no modality stays below training alone'
    for entry in data['epochs']:
        entry['modalities']['audio'].pop('reference_top1')
    assert 'accuracy of each modality' in plot_curves(data, 'umt').get_suptitle()


def test_one_modality():
    """Its accuracies fill the first row, the two others share one."""
    data = laziness(['rgb'], grad_norm=2.0, feature_norm=3.0)
    for entry in data['epochs']:
        del entry['modalities']['rgb']['reference_top1']
    figure = plot_curves(data, 'rgb')
    assert figure.get_suptitle() == 'rgb: accuracy over epochs'
    figure.canvas.draw()
    first, *others = [axes.get_position() for axes in figure.axes]
    assert len(others) == 2 and others[0].y0 == pytest.approx(others[1].y0)
    assert first.width > others[0].width + others[1].width
    # What is of the one modality is not said again.
    assert legend(figure) == ['training', 'validation']


def test_only_signals():
    epochs = [dict(epoch=1, modalities=dict(rgb=dict(feature_norm=3.0)))]
    (axes,) = plot_curves(dict(modalities=['rgb'], epochs=epochs), 'rgb').axes
    assert axes.get_title() == 'Feature norm'


def test_nothing_to_show():
    with pytest.raises(ValueError, match=r"'umt' have no number .* in 0 epochs; train"):
        plot_curves(dict(modalities=['rgb'], epochs=[]), 'umt')


@pytest.mark.parametrize('names', [('a',), ('rgb', 'audio'), ('a', 'b', 'c'), 'abcde'])
@pytest.mark.parametrize('count', [1, 150])
def test_readable(names, count):
    data = laziness(tuple(names), count, grad_share=0.1, feature_norm=1, ogm_ratio=0.5)
    for entry in data['epochs'][::5]:
        for numbers in entry['modalities'].values():
            numbers['probe_top1'] = 99.9
    assert_readable(plot_curves(data, 'umt_modality_dropout'))


def test_same_bytes(tmp_path):
    first, second = (
        png(plot_curves(laziness(), 'umt'), tmp_path / name) for name in 'ab'
    )
    assert first == second
