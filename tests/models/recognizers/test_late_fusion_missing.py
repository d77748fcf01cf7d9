"""Late-fusion recognizers that do without a modality."""

import pytest
import torch
from tinymodels import CLASSES, batch, build, identities, initialize

from mm_laziness.models.utils import MissingModalities
from mm_laziness.utils.missing.stand_ins import features_of_zeros

SHAPES = dict(rgb=(1, 3, 4, 8, 8), audio=(1, 1, 8, 8))
SOUND = dict(type='SpectrogramPreprocessor', sample_rate=8000, n_mels=8)
PICTURES = dict(
    type='ActionDataPreprocessor', mean=[9.0] * 3, std=[2.0] * 3, format_shape='NCTHW'
)


def preprocessor(**stages):
    return dict(type='MultiModalDataPreprocessor', preprocessors=stages)


@pytest.fixture
def model():
    return initialize(
        build(data_preprocessor=preprocessor(rgb=PICTURES, audio=SOUND))
    ).eval()


def data():
    return batch(3, rgb=(2, 3, 4, 8, 8), audio=(1, 4000))


def scores(samples):
    return torch.stack([sample.pred_score for sample in samples])


def predict(model, given):
    with torch.no_grad():
        return model.test_step(given)


@pytest.mark.parametrize('lost', ['rgb', 'audio'])
def test_zeros_are_black_frames_and_silence_before_preprocessing(model, lost):
    blank, given = data(), data()
    blank['inputs'][lost] = [torch.zeros_like(x) for x in blank['inputs'][lost]]
    expected = predict(model, blank)
    shapes = {lost: given['inputs'].pop(lost)[0]}
    model.missing = MissingModalities((lost,), features_of_zeros(model, shapes))
    found = predict(model, given)
    torch.testing.assert_close(scores(found), scores(expected))
    # A preprocessor turns zeros into something else, which is what counts.
    zeros = {name: torch.zeros(4) for name in (lost,)}
    model.missing = MissingModalities((lost,), zeros)
    again = data()
    del again['inputs'][lost]
    assert not torch.allclose(scores(predict(model, again)), scores(found))


def test_a_missing_modality_is_not_encoded(model):
    seen = []
    for name, encoder in model.encoders.items():
        encoder.register_forward_hook(lambda *_, name=name: seen.append(name))
    model.missing = MissingModalities(('audio',), dict(audio=torch.zeros(4)))
    samples = predict(model, data())
    assert seen == ['rgb']
    assert all(list(sample.unimodal_scores) == ['rgb'] for sample in samples)
    model.missing = None
    assert list(predict(model, data())[0].unimodal_scores) == ['rgb', 'audio']
    with pytest.raises(ValueError, match=r"take \['rgb', 'audio'\]"):
        given = data()
        del given['inputs']['audio']
        predict(model, given)


def test_identity_encoders_by_hand():
    model = build(identities('a', 'b', 'c'), dict(a=1, b=1, c=1)).eval()
    head = model.cls_head
    torch.nn.init.zeros_(head.fc_cls.bias)
    with torch.no_grad():
        head.fc_cls.weight.copy_(torch.tensor([[1.0, 10.0, 100.0]] * CLASSES))
    given = batch(2, a=(1, 1, 2, 2), b=(1, 1, 2, 2), c=(1, 1, 2, 2))
    a = [x.mean() for x in given['inputs']['a']]
    stand_ins = dict(b=torch.tensor([2.0]), c=torch.tensor([3.0]))
    model.missing = MissingModalities(('b', 'c'), stand_ins)
    found = scores(predict(model, given))
    for row, mean in zip(found, a, strict=True):
        torch.testing.assert_close(row, (mean + 320).expand(CLASSES))


@pytest.mark.parametrize('lost', ['rgb', 'audio'])
def test_views_stay_what_they_are_beside_all_modalities(lost):
    """Segments of one clip, or clips of their own, whoever is missing."""
    for shape in ((4, 3, 8, 8), (4, 3, 2, 8, 8)):
        stage = dict(PICTURES, format_shape='NCHW' if len(shape) == 4 else 'NCTHW')
        model = build(
            identities('rgb', 'audio'),
            dict(rgb=3, audio=1),
            data_preprocessor=preprocessor(rgb=stage, audio=SOUND),
        ).eval()
        whole = batch(2, rgb=shape, audio=(2, 4000))
        inputs = model.data_preprocessor(whole, False)['inputs']
        everything = model.view_features(inputs)
        inputs.pop(lost)
        for name, views in model.view_features(inputs).items():
            assert torch.equal(views, everything[name])
        clips = {name: views.shape[1] for name, views in everything.items()}
        assert clips == (
            dict(rgb=1, audio=1) if len(shape) == 4 else dict(rgb=4, audio=2)
        )
