"""``tools/dist_train.sh configs/umt_r50_kinetics.py``: real encoders, two processes.

Only sizes of the input are smaller, and only by ``--cfg-options``.
"""

import json
import re
import shutil
from pathlib import Path

import pytest
from smallinputs import small_inputs
from tinyset import Tiny
from trees.kinetics import write_tree

PROCESSES = 2
ITERATIONS = 2
HERE = Path(__file__).parent


class Mission(Tiny):
    """A folder with ``data/kinetics400``, where the tools are run."""

    def __init__(self, folder):
        self.folder = folder
        write_tree(folder / 'data' / 'kinetics400', seconds=2.5)

    def command(self, method, *arguments, epochs=1):
        """Config and arguments of a tool."""
        settings = {**small_inputs(), 'train_cfg.max_epochs': epochs}
        words = [f'{key}={value}' for key, value in settings.items()]
        config = self.configs / f'{method}_r50_kinetics.py'
        return [config, *arguments, '--cfg-options', *words]

    def session(self, *runs):
        """Run tools in the two processes of one launch."""
        words = 'source "$0"; run_distributed "$@"', self.script('launch_env', 'sh')
        runs = json.dumps(runs, default=str)
        script = HERE / 'two_ranks_session.py'
        return self.process('bash', '-c', *words, PROCESSES, script, runs)

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
        # In this process, since each other one imports for seconds.
        log = mission.train(*mission.command(name))
        assert len(losses(log)['loss_cls']) == 3
        assert (mission.work_dir(name) / 'best.pth').is_file()

    config, *arguments = mission.command('umt')
    launcher = mission.script('dist_train', 'sh')
    log = mission.process('bash', launcher, config, PROCESSES, *arguments)
    found = losses(log)
    assert set(found) == {'loss', 'loss_cls', 'loss_distill_rgb', 'loss_distill_audio'}
    assert all(len(values) == ITERATIONS for values in found.values())
    assert all(
        0 < value < float('inf') for values in found.values() for value in values
    )
    best = mission.work_dir('umt') / 'best.pth'
    state = mission.state_of(best)
    assert state['cls_head.fc_cls.weight'].shape == (400, 2048 + 2048)
    assert state['encoders.rgb.conv1.conv.weight'].shape == (64, 3, 1, 7, 7)
    # 50 layers: three convolutions in each of 3 + 4 + 6 + 3 blocks.
    for name in ('rgb', 'audio'):
        third = rf'encoders\.{name}\.layer\d\.\d+\.conv3\.conv\.weight'
        assert sum(bool(re.fullmatch(third, key)) for key in state) == 16

    test, train = mission.script('test'), mission.script('train')
    printed, log = mission.session(
        [test, *mission.command('umt', best)],
        [train, *mission.command('umt', '--resume', epochs=2)],
    ).split('Auto resumed', 1)
    scores = dict(re.findall(r'(acc/\w+): ([\d.]+)', printed))
    assert {'acc/top1', 'acc/rgb_top1', 'acc/audio_top1'} <= set(scores)
    assert all(0 <= float(score) <= 1 for score in scores.values())
    assert f'resumed epoch: 1, iter: {ITERATIONS}' in log
    assert 'Epoch(train) [1]' not in log
    assert len(losses(log)['loss_distill_rgb']) == ITERATIONS
    assert (mission.work_dir('umt') / 'epoch_2.pth').is_file()
