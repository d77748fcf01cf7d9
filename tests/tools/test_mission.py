"""``tools/dist_train.sh configs/umt_r50_kinetics.py``: real encoders, two processes.

Only sizes of the input are smaller, and only by ``--cfg-options``.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from smallinputs import small_inputs
from trees.kinetics import write_tree

from mm_laziness.compat import load_checkpoint_file

ROOT = Path(__file__).resolve().parents[2]
PROCESSES = 2
ITERATIONS = 2


class Mission:
    """A folder with ``data/kinetics400``, where the tools are run."""

    def __init__(self, folder):
        self.folder = folder
        write_tree(folder / 'data' / 'kinetics400', seconds=2.5)

    def launch(self, tool, *arguments, **options):
        settings = [
            f'{key}={value}' for key, value in {**small_inputs(), **options}.items()
        ]
        process = subprocess.run(
            ['bash', ROOT / 'tools' / f'{tool}.sh', *map(str, arguments)]
            + ['--cfg-options', *settings],
            cwd=self.folder,
            env={
                **os.environ,
                'MM_LAZINESS_ENV': sys.prefix,
                'CUDA_VISIBLE_DEVICES': '',
                'OMP_NUM_THREADS': '1',
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert process.returncode == 0, process.stdout[-6000:]
        return process.stdout

    def train(self, method, epochs=1, *arguments):
        config = ROOT / 'configs' / f'{method}_r50_kinetics.py'
        epochs = {'train_cfg.max_epochs': epochs}
        return self.launch('dist_train', config, PROCESSES, *arguments, **epochs)

    def work_dir(self, method):
        return self.folder / 'work_dirs' / f'{method}_r50_kinetics'


@pytest.fixture(scope='module')
def mission(tmp_path_factory):
    folder = tmp_path_factory.mktemp('mission')
    yield Mission(folder)
    # Gigabytes of checkpoints.
    shutil.rmtree(folder)


def losses(log):
    """Values of each loss in the order of iterations."""
    found = {}
    for line in log.splitlines():
        if 'Epoch(train)' in line:
            for name, value in re.findall(r'(loss\w*): ([\w.+-]+)', line):
                found.setdefault(name, []).append(float(value))
    return found


@pytest.mark.timeout(600)
def test_teachers_then_umt_then_its_test_then_another_epoch(mission):
    for name in ('rgb', 'audio'):
        log = mission.train(name)
        assert len(losses(log)['loss_cls']) == ITERATIONS
        assert (mission.work_dir(name) / 'best.pth').is_file()

    log = mission.train('umt')
    found = losses(log)
    assert set(found) == {'loss', 'loss_cls', 'loss_distill_rgb', 'loss_distill_audio'}
    assert all(len(values) == ITERATIONS for values in found.values())
    assert all(
        0 < value < float('inf') for values in found.values() for value in values
    )
    best = mission.work_dir('umt') / 'best.pth'
    state = load_checkpoint_file(best)['state_dict']
    assert state['cls_head.fc_cls.weight'].shape == (400, 2048 + 2048)
    assert state['encoders.rgb.conv1.conv.weight'].shape == (64, 3, 1, 7, 7)
    # 50 layers: three convolutions in each of 3 + 4 + 6 + 3 blocks.
    for name in ('rgb', 'audio'):
        third = rf'encoders\.{name}\.layer\d\.\d+\.conv3\.conv\.weight'
        assert sum(bool(re.fullmatch(third, key)) for key in state) == 16

    config = ROOT / 'configs' / 'umt_r50_kinetics.py'
    printed = mission.launch('dist_test', config, best, PROCESSES)
    scores = dict(re.findall(r'(acc/\w+): ([\d.]+)', printed))
    assert {'acc/top1', 'acc/rgb_top1', 'acc/audio_top1'} <= set(scores)
    assert all(0 <= float(score) <= 1 for score in scores.values())

    log = mission.train('umt', 2, '--resume')
    assert f'resumed epoch: 1, iter: {ITERATIONS}' in log
    assert 'Epoch(train) [1]' not in log
    assert len(losses(log)['loss_distill_rgb']) == ITERATIONS
    assert (mission.work_dir('umt') / 'epoch_2.pth').is_file()
