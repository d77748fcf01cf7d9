"""The preprocessor as part of a model: batches, devices, dtypes, augmentation."""

import copy
import pickle

import pytest
import torch
from mmaction.registry import MODELS
from torch import nn

from mm_laziness.models.data_preprocessors import PRESETS, SpectrogramPreprocessor


def make_batch(num_samples=12000, sizes=(3, 2), seed=0):
    """A list of N float32 waveforms (num_clips, samples)."""
    generator = torch.Generator().manual_seed(seed)
    batch = 0.2 * torch.randn(*sizes, num_samples, generator=generator)
    return list(batch)


def run(preprocessor, batch, training=False):
    return preprocessor.preprocess(batch, None, training)[0]


def test_layout_and_data_samples():
    preprocessor = SpectrogramPreprocessor(n_mels=20)
    samples = [object(), object(), object()]
    output, returned = preprocessor.preprocess(make_batch(), samples)
    assert output.shape == (3, 2, 1, 47, 20)
    assert output.dtype == torch.float32
    assert returned is samples


@pytest.mark.parametrize('preset', PRESETS)
def test_clips_do_not_leak_into_each_other(preset):
    preprocessor = SpectrogramPreprocessor(preset)
    batch = make_batch()
    expected = run(preprocessor, batch)
    alone = run(preprocessor, [batch[1][1:]])
    torch.testing.assert_close(expected[1, 1], alone[0, 0], rtol=0, atol=1e-5)
    changed = [waveform.clone() for waveform in batch]
    changed[0][0] *= 50
    changed[1][0] = 0
    changed = run(preprocessor, changed)
    torch.testing.assert_close(changed[1, 1], expected[1, 1], rtol=0, atol=0)
    torch.testing.assert_close(changed[2], expected[2], rtol=0, atol=0)


@pytest.mark.parametrize('dtype', [torch.bfloat16, torch.float16])
@pytest.mark.parametrize('preset', PRESETS)
def test_autocast_changes_nothing(preset, dtype):
    preprocessor = SpectrogramPreprocessor(preset)
    expected = run(preprocessor, make_batch())
    with torch.autocast('cpu', dtype=dtype):
        output = run(preprocessor, make_batch())
    assert output.dtype == torch.float32
    torch.testing.assert_close(output, expected, rtol=0, atol=0)


@pytest.mark.parametrize('cast', [nn.Module.half, nn.Module.bfloat16, nn.Module.double])
def test_a_cast_model_leaves_it_in_float32(cast):
    preprocessor = SpectrogramPreprocessor('av_slowfast')
    model = nn.Sequential(nn.Linear(2, 2), preprocessor)
    expected = run(preprocessor, make_batch())
    cast(model)
    assert model[0].weight.dtype != torch.float32
    torch.testing.assert_close(run(preprocessor, make_batch()), expected)


def test_follows_the_model_to_its_device():
    preprocessor = SpectrogramPreprocessor('di_mml', n_mels=20)
    nn.Sequential(preprocessor).to('meta')
    assert all(buffer.is_meta for buffer in preprocessor.buffers())
    # Autocast knows no meta device, so that this asks for the parts.
    waveforms = preprocessor._stack([torch.zeros(1, 1000)])
    assert preprocessor._compute(waveforms).device.type == 'meta'


@pytest.mark.skipif(not torch.accelerator.is_available(), reason='no accelerator')
@pytest.mark.parametrize('preset', PRESETS)
def test_the_accelerator_gives_the_same(preset):
    preprocessor = SpectrogramPreprocessor(preset)
    expected = run(preprocessor, make_batch())
    device = torch.accelerator.current_accelerator()
    nn.Sequential(preprocessor).to(device)
    with torch.autocast(device.type, dtype=torch.bfloat16):
        output = run(preprocessor, make_batch())
    assert output.device.type == device.type
    torch.testing.assert_close(output.cpu(), expected, rtol=0, atol=2e-3)


@pytest.mark.parametrize('preset', PRESETS)
def test_has_no_state_and_copies(preset):
    preprocessor = SpectrogramPreprocessor(preset)
    assert not preprocessor.state_dict()
    assert not list(preprocessor.parameters())
    expected = run(preprocessor, make_batch())
    copies = copy.deepcopy(preprocessor), pickle.loads(pickle.dumps(preprocessor))
    for other in copies:
        torch.testing.assert_close(run(other, make_batch()), expected)


def test_inside_multimodal_data_preprocessor():
    config = {'type': 'SpectrogramPreprocessor', 'preset': 'umt_vggsound'}
    model = MODELS.build(
        {'type': 'MultiModalDataPreprocessor', 'preprocessors': {'audio': config}}
    )
    batch = make_batch()
    data = model({'inputs': {'audio': batch}, 'data_samples': [1, 2, 3]})
    expected = run(SpectrogramPreprocessor('umt_vggsound'), batch)
    torch.testing.assert_close(data['inputs']['audio'], expected)
    assert data['data_samples'] == [1, 2, 3]


def test_alone_as_data_preprocessor():
    preprocessor = SpectrogramPreprocessor(freq_mask=257)
    batch = make_batch()
    data = preprocessor({'inputs': batch, 'data_samples': None})
    torch.testing.assert_close(data['inputs'], run(preprocessor, batch))
    masked = preprocessor({'inputs': batch, 'data_samples': None}, training=True)
    assert not torch.equal(masked['inputs'], data['inputs'])


def test_stacked_and_double_waveforms():
    preprocessor = SpectrogramPreprocessor()
    batch = make_batch()
    expected = run(preprocessor, batch)
    torch.testing.assert_close(run(preprocessor, torch.stack(batch)), expected)
    doubles = [waveform.double() for waveform in batch]
    assert run(preprocessor, doubles).dtype == torch.float32


@pytest.mark.parametrize(
    'batch',
    [
        [torch.zeros(2, 4000), torch.zeros(2, 4001)],
        [torch.zeros(2, 4000), torch.zeros(3, 4000)],
    ],
)
def test_unequal_waveforms_are_refused(batch):
    with pytest.raises(
        ValueError, match=r'one shape.*40.*LoadAudioClips.*clip_seconds'
    ):
        run(SpectrogramPreprocessor(), batch)


def test_other_waveforms_are_refused():
    preprocessor = SpectrogramPreprocessor()
    with pytest.raises(ValueError, match='got no waveform'):
        run(preprocessor, [])
    with pytest.raises(
        ValueError, match=r'\(num_clips, samples\), but got .*\(4000,\)'
    ):
        run(preprocessor, [torch.zeros(4000)])
    with pytest.raises(ValueError, match='floating point.*got torch.int16'):
        run(preprocessor, [torch.zeros(1, 4000, dtype=torch.int16)])


@pytest.mark.parametrize(
    'preset, shortest',
    [('umt_vggsound', 513), ('mmaction2', 1), ('di_mml', 512), ('kaldi_fbank', 400)],
)
def test_short_waveforms_are_refused(preset, shortest):
    preprocessor = SpectrogramPreprocessor(preset)
    assert run(preprocessor, [torch.zeros(1, shortest)]).isfinite().all()
    match = rf'{shortest - 1} samples are too short.*at least {shortest} '
    with pytest.raises(ValueError, match=match):
        run(preprocessor, [torch.zeros(1, shortest - 1)])


def test_sample_rate_is_told():
    assert SpectrogramPreprocessor('ogm_ge_cremad').sample_rate == 22050
    assert SpectrogramPreprocessor('umt_vggsound', sample_rate=8000).sample_rate == 8000
