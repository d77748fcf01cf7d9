import numpy as np
import pytest
import torch

from mm_laziness.models.data_preprocessors import SpectrogramPreprocessor
from mm_laziness.visualization.samples import flow_colors, pictures_of, plot_sample


def test_pictures_of_clips_and_of_stills():
    clip = torch.randint(0, 256, (2, 3, 4, 6, 8), dtype=torch.uint8)
    pictures = pictures_of('rgb', clip)
    assert pictures.shape == (8, 6, 8, 3)
    # The second clip's first frame.
    expected = clip[1, :, 0].permute(1, 2, 0) / 255
    np.testing.assert_allclose(pictures[4], expected, atol=1e-6)
    still = pictures_of('front', clip[:, :, 0])
    np.testing.assert_allclose(still[1], expected, atol=1e-6)
    grey = pictures_of('depth', torch.full((1, 1, 2, 2), 255, dtype=torch.uint8))
    assert grey.shape == (1, 2, 2, 3) and (grey == 1).all()


def test_colours_of_flow():
    flow = np.full((1, 2, 1, 3), 128.0)
    flow[0, 0, 0, 1] += 10  # to the right
    flow[0, 0, 0, 2] -= 5  # to the left, half as far
    still, right, left = flow_colors(flow)[0, 0]
    np.testing.assert_allclose(still, [1, 1, 1])
    np.testing.assert_allclose(right, [1, 0, 0])
    np.testing.assert_allclose(left, [0.5, 1, 1])


def test_a_stack_of_flow_is_pairs():
    stack = torch.full((2, 20, 4, 4), 128, dtype=torch.uint8)
    # The fourth pair of the second view moves downwards.
    stack[1, 7] = 200
    pictures = pictures_of('flow', stack)
    assert pictures.shape == (20, 4, 4, 3)
    coloured = [i for i, picture in enumerate(pictures) if picture.min() < 1]
    assert coloured == [13]


def test_what_cannot_be_drawn():
    with pytest.raises(ValueError, match=r'radar has the shape \(1, 5, 4, 4\)'):
        plot_sample(dict(radar=torch.zeros(1, 5, 4, 4)), '')


def test_sheet():
    rate = 16000
    waves = torch.zeros(2, rate)
    waves[1] = torch.sin(2 * torch.pi * 4000 * torch.arange(rate) / rate)
    stage = SpectrogramPreprocessor(sample_rate=rate, win_length=512, hop_length=256)
    inputs = dict(
        audio=waves,
        rgb=torch.zeros(2, 3, 2, 4, 4),
        side=torch.zeros(1, 3, 4, 4),
        crops=torch.zeros(4, 3, 2, 4, 4),
        flow=torch.zeros(2, 8, 4, 4),
    )
    times = np.array([[0.0, 0.5], [1.0, 1.5]])
    figure = plot_sample(inputs, 'a title', dict(audio=stage), times)
    audio, rgb, side, crops, flow = figure.subfigs
    assert [row.texts[0].get_text() for row in figure.subfigs] == list(inputs)
    titles = [axes.get_title() for axes in rgb.axes]
    assert titles[:4] == ['0.00 s', '0.50 s', '1.00 s', '1.50 s']
    # Other pictures than those of the clock have no times.
    assert side.axes[0].get_title() == '1 of 1'
    titles = [axes.get_title() for axes in crops.axes]
    assert titles[2:5] == ['1.00 s  crop 1', '1.50 s  crop 1', '0.00 s  crop 2']
    # Four pairs for each of two clips.
    assert [axes.get_title() for axes in flow.axes] == [
        f'{i} of 8' for i in range(1, 9)
    ]
    # White pictures are seen.
    assert all(axes.axison for axes in flow.axes)
    first, second = (np.asarray(axes.images[0].get_array()) for axes in audio.axes)
    # Frequency upwards: 4 kHz is in the middle of 8 kHz.
    assert abs(second.mean(axis=1).argmax() / len(second) - 0.5) < 0.02
    assert np.ptp(first) == 0
    assert audio.axes[0].images[0].get_extent()[1] == pytest.approx(1.0)
    # Without a preprocessor it is the waveform.
    (row,) = plot_sample(dict(audio=waves), '').subfigs
    assert len(row.axes[0].lines[0].get_xdata()) == rate
