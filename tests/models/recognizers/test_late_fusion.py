"""Features, scores, losses and errors of the late-fusion recognizer."""

import pytest
import torch
import torch.nn.functional as F
from mmaction.evaluation import AccMetric
from tinymodels import (
    ENCODERS,
    SOUND,
    TwoPathways,
    batch,
    build,
    identities,
    initialize,
    stacked,
)

from mm_laziness.evaluation import ModalityAccuracy


def test_features_by_hand():
    model = build(identities('rgb', 'audio'), dict(rgb=2, audio=1))
    # One sample, one view, two channels of 1 x 2 pixels.
    rgb = torch.tensor([[[[[1.0, 3.0]], [[5.0, 7.0]]]]])
    audio = torch.tensor([[[[[2.0, 4.0, 9.0]]]]])
    feats = model.extract_feat(dict(rgb=rgb, audio=audio))
    assert {name: feat.tolist() for name, feat in feats.items()} == dict(
        rgb=[[2.0, 6.0]], audio=[[5.0]]
    )


def test_modalities_keep_the_order_of_encoders():
    model = build(identities('b', 'a', 'c'), dict(c=1, a=2, b=3))
    inputs = {
        m: torch.ones(1, 1, c, 2, 2) for m, c in zip('acb', (2, 1, 3), strict=True)
    }
    assert list(model.extract_feat(inputs)) == ['b', 'a', 'c']
    assert model.modalities == ('b', 'a', 'c')
    assert list(model.cls_head.in_channels) == ['b', 'a', 'c']


def test_pathways_are_concatenated():
    model = build(dict(rgb=dict(type=TwoPathways)), dict(rgb=3))
    rgb = torch.tensor([1.0, 5.0]).reshape(1, 1, 2, 1, 1, 1)
    assert model.extract_feat(dict(rgb=rgb))['rgb'].tolist() == [[1.0, 5.0, 2.0]]


def test_a_unimodal_config_keeps_the_rest_of_the_joint_one():
    preprocessors = {
        name: dict(type='ActionDataPreprocessor', mean=[mean], std=[1.0])
        for name, mean in (('rgb', 1.0), ('audio', 2.0))
    }
    data_preprocessor = dict(
        type='MultiModalDataPreprocessor', preprocessors=preprocessors
    )
    model = build(
        dict(audio=SOUND),
        dict(rgb=99, audio=4),
        data_preprocessor=data_preprocessor,
    ).eval()
    assert model.cls_head.fc_cls.in_features == 4
    data = batch(2, audio=(1, 1, 8, 8))
    expected = model(dict(audio=stacked(data)['audio'] - 2.0))
    result = model.test_step(data)
    torch.testing.assert_close(result[1].pred_score, expected[1])
    assert list(result[0].unimodal_scores) == ['audio']


def test_loss_and_gradients():
    model = initialize(build(head=dict(unimodal_loss_weights=dict(audio=1.0))))
    data = batch(4)
    losses = model(**model.data_preprocessor(data, True), mode='loss')
    expected = F.cross_entropy(model(stacked(batch(4))), torch.tensor([0, 1, 2, 0]))
    torch.testing.assert_close(losses['loss_cls'], expected)
    losses['loss_audio'].backward(retain_graph=True)
    reached = {
        n.split('.')[1] for n, p in model.named_parameters() if p.grad is not None
    }
    assert reached == {'audio', 'unimodal_classifiers'}
    losses['loss_cls'].backward()
    assert all(p.grad is not None and p.grad.any() for p in model.parameters())


def test_tensor_mode():
    model = build()
    data = stacked(batch())
    assert model(data).shape == (2, 3)
    assert list(model(data, stage='backbone')) == ['rgb', 'audio']


def test_stock_and_own_metrics():
    model = initialize(build()).eval()
    with torch.no_grad():
        samples = [sample.to_dict() for sample in model.test_step(batch(6))]
    own, stock = ModalityAccuracy(), AccMetric()
    for metric in (own, stock):
        metric.process(None, samples)
    results, expected = own.evaluate(6), stock.evaluate(6)
    assert results['acc/top1'] == pytest.approx(expected['acc/top1'])
    assert {'acc/rgb_top1', 'acc/audio_top1'} <= set(results)
    split = samples[0]['unimodal_scores']
    torch.testing.assert_close(split['rgb'] + split['audio'], samples[0]['pred_score'])


def test_autocast():
    model = initialize(build())
    with torch.autocast('cpu', torch.bfloat16):
        data = stacked(batch(4))
        assert model(data).dtype == torch.bfloat16
        losses = model.loss(data, batch(4)['data_samples'])
        scores = model.predict(data, batch(4)['data_samples'])[0].pred_score
    losses['loss_cls'].backward()
    assert losses['loss_cls'].dtype == scores.dtype == torch.float32
    assert model.encoders['rgb'].conv1.conv.weight.grad.isfinite().all()


def only_rgb(**kwargs):
    return dict(
        type='MultiModalDataPreprocessor',
        preprocessors=dict(rgb=dict(type='ActionDataPreprocessor')),
    )


@pytest.mark.parametrize(
    'kwargs, message',
    [
        (dict(widths=dict(rgb=4)), r"cls_head.in_channels has \['rgb'\].*\['audio'\]"),
        (
            dict(data_preprocessor=only_rgb()),
            r"preprocessors has \['rgb'\].*\['audio'\]",
        ),
        (dict(encoder_checkpoints=dict(flow='a.pth')), r"encoders has .*\['flow'\]"),
    ],
)
def test_parts_that_disagree(kwargs, message):
    with pytest.raises(ValueError, match=message):
        build(**kwargs)


def test_no_encoders():
    with pytest.raises(ValueError, match='at least one modality'):
        build().__class__({}, dict(type='LinearFusionHead'))


@pytest.mark.parametrize('names', [['rgb'], ['rgb', 'audio', 'flow']])
def test_other_modalities_in_the_inputs(names):
    data = stacked(batch(**dict.fromkeys(names, (1, 3, 4, 8, 8))))
    with pytest.raises(ValueError, match=r"take \['rgb', 'audio'\].*hold \['rgb'"):
        build()(data)


def test_other_width_than_the_head_says():
    with pytest.raises(ValueError, match="'audio' gives 4 features, but.* says 5"):
        build(ENCODERS, dict(rgb=4, audio=5))(stacked(batch()))
