"""UME: averages of raw scores, and what it refuses."""

import copy

import pytest
import torch
import torch.distributed as dist
from mmaction.evaluation import AccMetric
from mmaction.registry import MODELS
from mmengine.model import MMDistributedDataParallel
from tinymembers import (
    SHAPES,
    own_predictions,
    predict,
    stock,
    ume,
    write,
)
from tinymodels import CLASSES, batch

from mm_laziness.evaluation import ModalityAccuracy


@pytest.mark.parametrize('average', ['score', 'prob'])
@pytest.mark.parametrize('weights', [None, dict(rgb=3.0, audio=1.0)])
def test_average(pair, average, weights):
    data = batch(3, **SHAPES)
    scores = own_predictions(pair, data)
    share = 0.75 if weights else 0.5
    fused = dict(
        average_score=share * scores['rgb'] + (1 - share) * scores['audio'],
        average_prob=share * scores['rgb'].softmax(1)
        + (1 - share) * scores['audio'].softmax(1),
    )
    result = predict(ume(pair, average=average, weights=weights), data)
    for index, sample in enumerate(result):
        expected = fused[f'average_{average}'][index]
        torch.testing.assert_close(sample.pred_score, expected)
        assert sample.pred_label == expected.argmax()
        assert list(sample.unimodal_scores) == ['rgb', 'audio']
        assert sample.gt_label == data['data_samples'][index].gt_label
        for name in scores:
            torch.testing.assert_close(
                sample.unimodal_scores[name], scores[name][index]
            )
        for name in fused:
            torch.testing.assert_close(
                sample.alternative_scores[name], fused[name][index]
            )


def test_stock_and_own_members_together(tmp_path, pair):
    members = dict(rgb=write(tmp_path, '3d', stock('3d')), audio=pair['audio'])
    data = batch(2, **SHAPES)
    rgb = predict(members['rgb'].net, dict(data, inputs=data['inputs']['rgb']))
    audio = own_predictions(dict(audio=pair['audio']), data)['audio']
    result = predict(ume(members, average='prob'), data)
    for index, sample in enumerate(result):
        expected = (rgb[index].pred_score + audio[index].softmax(0)) / 2
        torch.testing.assert_close(sample.pred_score, expected)


def test_metrics(pair):
    samples = [sample.to_dict() for sample in predict(ume(pair), batch(6, **SHAPES))]
    own, stock_metric = ModalityAccuracy(), AccMetric()
    for metric in (own, stock_metric):
        metric.process(None, samples)
    results = own.evaluate(6)
    assert results['acc/top1'] == pytest.approx(stock_metric.evaluate(6)['acc/top1'])
    names = {'rgb', 'audio', 'average_score', 'average_prob'}
    assert {f'acc/{name}_top1' for name in names} <= set(results)
    assert results['acc/average_score_top1'] == results['acc/top1']


def test_nothing_is_trained(pair):
    model = ume(pair).train()
    before = copy.deepcopy(model.state_dict())
    model.init_weights()
    with pytest.raises(RuntimeError, match='train its members, then run tools/test.py'):
        model(batch(2, **SHAPES)['inputs'], None, mode='loss')
    assert not model(batch(2, **SHAPES)['inputs']).requires_grad
    assert not any(module.training for module in model.modules())
    assert all(torch.equal(value, before[k]) for k, value in model.state_dict().items())


def test_distributed_test(pair):
    data = batch(2, **SHAPES)
    expected = predict(ume(pair), data)[0].pred_score
    dist.init_process_group('gloo', store=dist.HashStore(), rank=0, world_size=1)
    try:
        model = MMDistributedDataParallel(ume(pair)).eval()
        torch.testing.assert_close(predict(model, data)[0].pred_score, expected)
    finally:
        dist.destroy_process_group()


def test_more_inputs_than_members(pair):
    data = batch(2, flow=(1,), **SHAPES)
    assert predict(ume(pair), data)[0].pred_score.shape == (CLASSES,)
    del data['inputs']['audio']
    with pytest.raises(ValueError, match=r"need \['audio'\].*\['flow', 'rgb'\]"):
        predict(ume(pair), data)


@pytest.mark.parametrize(
    'kwargs, message',
    [
        (dict(average='logit'), "'score' or 'prob', but got 'logit'"),
        (dict(weights=dict(rgb=1.0)), r"\['rgb'\], members are \['rgb', 'audio'\]"),
        (dict(members={}), 'at least one member'),
    ],
)
def test_bad_arguments(pair, kwargs, message):
    members = {name: member.files for name, member in pair.items()}
    with pytest.raises(ValueError, match=message):
        MODELS.build(dict(dict(type='UMERecognizer', members=members), **kwargs))
