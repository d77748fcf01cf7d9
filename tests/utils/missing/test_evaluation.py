"""Tests without a modality by two processes, as the launchers start them."""

import json
import os

from mmengine.config import Config
from tinyset import quick_runs
from tworanks import on_two_ranks

from mm_laziness.utils.missing.evaluation import evaluate_without

pytest_plugins = ['tinyset']


def test_two_processes_find_what_one_finds(tiny, monkeypatch):
    ways = ['zeros', 'mean']
    config, checkpoint = tiny.method('joint', 'shared'), str(tiny.trained('joint'))
    monkeypatch.chdir(tiny.folder)

    def evaluate(folder, launcher='none'):
        cfg = Config.fromfile(config)
        cfg.work_dir, cfg.load_from = folder, checkpoint
        cfg.launcher, cfg.experiment_name = launcher, folder
        # 7 samples: one process has one more.
        cfg.test_dataloader.dataset.indices = 7
        cfg.test_dataloader.batch_size = 3
        with quick_runs():
            return evaluate_without(cfg, ['audio'], ways)

    def work(rank):
        os.environ['LOCAL_RANK'] = str(rank)
        return evaluate('by_two', 'pytorch')

    first, second = on_two_ranks(work)
    assert first == second == evaluate('by_one')
    assert first.count('points of top-1') == 2
    by_two, by_one = (
        json.loads((tiny.folder / f'by_{n}/missing.json').read_text())
        for n in ('two', 'one')
    )
    assert by_two == by_one and list(by_two) == ['complete', *ways]
