import pytest
import torch
from mmaction.evaluation import AccMetric
from mmaction.registry import METRICS
from mmaction.structures import ActionDataSample
from mmengine.config import Config
from mmengine.evaluator import Evaluator
from mmengine.model import BaseModel
from mmengine.runner import Runner

from mm_laziness.evaluation import ModalityAccuracy


def make_sample(label, score, alternatives=None, **unimodal):
    sample = ActionDataSample().set_gt_label(label)
    sample.set_pred_score(torch.as_tensor(score))
    if unimodal:
        sample.unimodal_scores = {m: torch.as_tensor(s) for m, s in unimodal.items()}
    if alternatives:
        sample.alternative_scores = alternatives
    return sample


def evaluate(samples, batch_size=2, **kwargs):
    evaluator = Evaluator(ModalityAccuracy(**kwargs))
    for i in range(0, len(samples), batch_size):
        evaluator.process(samples[i : i + batch_size])
    return evaluator.evaluate(len(samples))


def random_samples(num, classes=7):
    generator = torch.Generator().manual_seed(0)

    def draw():
        return torch.randn(classes, generator=generator)

    labels = torch.randint(classes - 2, (num,), generator=generator).tolist()
    return [make_sample(y, draw(), rgb=draw(), audio=draw()) for y in labels]


def test_value_by_hand():
    samples = [
        make_sample(0, [3.0, 1.0, 2.0], rgb=[1.0, 0.0, 0.0], audio=[0.0, 1.0, 0.0]),
        make_sample(1, [3.0, 1.0, 2.0], rgb=[0.0, 1.0, 0.0], audio=[0.0, 0.0, 1.0]),
        make_sample(1, [1.0, 3.0, 2.0], rgb=[0.0, 1.0, 0.0], audio=[0.0, 1.0, 0.0]),
        make_sample(2, [3.0, 1.0, 2.0], rgb=[1.0, 0.0, 0.0], audio=[1.0, 0.0, 0.0]),
    ]
    assert evaluate(samples, topk=(1, 2)) == {
        'acc/top1': 0.5,
        'acc/top2': 0.75,
        # Classes: 1 of 1, 1 of 2, 0 of 1.
        'acc/mean1': 0.5,
        'acc/rgb_top1': 0.75,
        'acc/audio_top1': 0.25,
    }


def test_equals_acc_metric():
    samples = random_samples(50)
    stock = Evaluator(AccMetric())
    stock.process(samples)
    expected = stock.evaluate(50)
    assert set(expected) == {'acc/top1', 'acc/top5', 'acc/mean1'}
    assert 0 < expected['acc/top1'] < expected['acc/top5'] < 1
    ours = evaluate(samples, batch_size=8)
    assert {k: ours[k] for k in expected} == pytest.approx(expected)


def test_alternative_scores_and_samples_without_modalities():
    scores = torch.tensor([0.0, 1.0])
    samples = [make_sample(1, [1.0, 0.0], alternatives=dict(average_prob=scores))]
    assert evaluate(samples) == {
        'acc/top1': 0,
        'acc/top5': 1,
        'acc/mean1': 0,
        'acc/average_prob_top1': 1,
    }


def test_half_precision_scores():
    samples = [make_sample(1, torch.tensor([0.0, 1.0]).bfloat16())]
    assert evaluate(samples)['acc/top1'] == 1


class Echo(BaseModel):
    """Predict what the loader gives."""

    def forward(self, inputs, data_samples, mode):
        return data_samples


@pytest.mark.parametrize('loop', ['val', 'test'])
def test_in_a_stock_runner(tmp_path, loop):
    samples = [dict(inputs=torch.zeros(1), data_samples=s) for s in random_samples(9)]
    loader = dict(
        batch_size=4,
        dataset=samples,
        sampler=dict(type='DefaultSampler', shuffle=False),
        collate_fn=dict(type='pseudo_collate'),
    )
    config = Config(
        {
            f'{loop}_cfg': dict(type='TestLoop' if loop == 'test' else 'ValLoop'),
            f'{loop}_evaluator': dict(type='ModalityAccuracy'),
        }
    )
    runner = Runner(
        model=Echo(),
        work_dir=str(tmp_path),
        **{f'{loop}_dataloader': loader},
        **config,
        default_scope='mmaction',
        experiment_name=f'modality_accuracy_{loop}',
    )
    metrics = getattr(runner, loop)()
    expected = evaluate([item['data_samples'] for item in samples])
    assert metrics == expected
    assert 'acc/audio_top1' in metrics


def test_registered():
    metric = METRICS.build(dict(type='ModalityAccuracy', topk=[1, 3]))
    assert metric.prefix == 'acc' and metric.topk == (1, 3)


def test_errors():
    good = make_sample(0, [1.0, 0.0], rgb=[1.0, 0.0])
    with pytest.raises(ValueError, match="no pred_score; .*mode='predict'"):
        evaluate([ActionDataSample().set_gt_label(0)])
    with pytest.raises(ValueError, match='no gt_label'):
        evaluate([ActionDataSample().set_pred_score([1.0, 0.0])])
    with pytest.raises(ValueError, match='assumes one label .* 2 entries'):
        evaluate([make_sample([0, 1], [1.0, 0.0])])
    with pytest.raises(ValueError, match='2 classes, but labels range from 0 to 4'):
        evaluate([good, make_sample(4, [1.0, 0.0], rgb=[1.0, 0.0])])
    with pytest.raises(ValueError, match=r"'rgb' must have one shape .*\(2,\), \(3,\)"):
        evaluate([good, make_sample(0, [1.0, 0.0], rgb=[1.0, 0.0, 0.0])])
    clash = dict(rgb=torch.zeros(2))
    with pytest.raises(ValueError, match="alternative_scores holds the name 'rgb'"):
        evaluate([make_sample(0, [1.0, 0.0], clash, rgb=[1.0, 0.0])])
    with pytest.raises(ValueError, match="topk .* but got 'a'"):
        ModalityAccuracy(topk='a')
    with pytest.raises(ValueError, match='no sample was tested'):
        ModalityAccuracy().compute_metrics([])


@pytest.mark.parametrize('batch_size', [1, 2])
def test_differing_modalities(batch_size):
    samples = [
        make_sample(0, [1.0, 0.0], rgb=[1.0, 0.0]),
        make_sample(0, [1.0, 0.0], audio=[1.0, 0.0]),
    ]
    with pytest.raises(ValueError, match="'rgb'.* and others .*'audio'"):
        evaluate(samples, batch_size)


def test_nan_scores():
    nan = float('nan')
    samples = [
        make_sample(0, [1.0, 0.0], rgb=[1.0, nan]),
        make_sample(0, [1.0, 0.0], rgb=[nan, nan]),
        make_sample(0, [1.0, 0.0], rgb=[1.0, 0.0]),
    ]
    with pytest.raises(ValueError, match="'rgb' are NaN for 2 of 3 samples"):
        evaluate(samples)
    with pytest.raises(ValueError, match="'pred_score' are NaN for 1 of 1 samples"):
        evaluate([make_sample(0, [nan, 1.0])])
