"""All conditions from one pass: equal to a test of each."""

import json

import pytest
import torch
from mmengine.config import Config
from tinyset import quick_runs
from tworanks import on_two_ranks

from mm_laziness.models.utils import STRATEGIES
from mm_laziness.utils.cli import build_runner
from mm_laziness.utils.missing.results import missing_results

pytest_plugins = ['tinyset']


@pytest.fixture(params=['joint', 'ume', 'di_mml_stage2'])
def case(request, tiny, monkeypatch):
    """A trained model, its config as read from the file, and its checkpoint."""
    config = tiny.method(request.param, f'{request.param}_missing')
    checkpoint = None if request.param == 'ume' else str(tiny.trained(request.param))
    monkeypatch.chdir(tiny.folder)
    cfg = Config.fromfile(config)
    cfg.work_dir = cfg.experiment_name = f'{request.param}_missing'
    with quick_runs():
        runner = build_runner(cfg)
    if checkpoint:
        runner.load_checkpoint(checkpoint)
    return runner.model, cfg, [config, *filter(None, [checkpoint])]


def test_results_are_those_of_the_tool(tiny, case):
    model, cfg, command = case
    results = missing_results(model, cfg)
    assert list(results) == ['complete', *STRATEGIES]
    assert model.missing is None
    folder = f'{cfg.work_dir}_by_tool'
    options = ('--missing', 'audio', '--missing-as', 'all')
    printed = tiny.tool('test', *command, '--work-dir', folder, *options)
    assert 'without audio (split)' in printed
    found = json.loads((tiny.folder / folder / 'missing.json').read_text())
    assert found['complete'] == results['complete']
    losses = set()
    for strategy in STRATEGIES:
        assert list(results[strategy]) == ['rgb', 'audio']
        assert found[strategy] == dict(audio=results[strategy]['audio'])
        losses |= {results[strategy][m]['top1'] for m in ('rgb', 'audio')}
    # The encoders are far from equal, so it shows what is missing.
    assert len(losses) > 1
    complete = results['complete']
    assert complete['top1'] == tiny.metrics(tiny.test(*command))['acc/top1'] * 100


def test_what_is_asked_for(tiny, monkeypatch):
    monkeypatch.chdir(tiny.folder)
    cfg = Config.fromfile(tiny.child('joint'))
    cfg.work_dir = cfg.experiment_name = 'asked'
    with quick_runs():
        model = build_runner(cfg).model

    def work(rank=0):
        return missing_results(model, cfg, ['mean'], ['audio'])

    results = work()
    assert list(results) == ['complete', 'mean'] and list(results['mean']) == ['audio']
    (tiny.folder / 'asked' / 'missing_means.pth').unlink()
    assert on_two_ranks(work) == (results, results)
    with pytest.raises(ValueError, match='leave at least one'):
        missing_results(model, cfg, modalities=['rgb+audio'])
    with torch.no_grad():
        model.cls_head.fc_cls.bias.add_(1.0)
    assert work()['complete']['key'] != results['complete']['key']
