"""Two processes write the numbers of one."""

import pytest
from mmengine.dist import is_main_process
from mmengine.hooks import Hook
from mmengine.model import MMDistributedDataParallel
from tinylaziness import history, watched
from tinymodulation import StrongWeights, TinySet, build
from tworanks import on_two_ranks

from mm_laziness.engine.hooks import laziness_monitor_hook


class Unwritten(Hook):
    """The other process must write nothing."""

    def before_train(self, runner):
        def write(*args):
            assert is_main_process()
            written(*args)

        written = laziness_monitor_hook.write_history
        laziness_monitor_hook.write_history = write


def _rank(rank, toy, folder):
    # Each rank gets every other sample: batches of 2 and 2 are those of 4 of one.
    wrapped = MMDistributedDataParallel(build(), device_ids=None)
    runner, _ = watched(
        toy,
        StrongWeights(),
        Unwritten(),
        model=wrapped,
        train_dataloader=toy.loader(TinySet(), shuffle=False, batch_size=2),
        train_cfg=dict(by_epoch=True, max_epochs=2),
        work_dir=folder,
    )
    return runner.rank


def approx(found):
    if isinstance(found, dict):
        return {key: approx(value) for key, value in found.items()}
    if isinstance(found, list):
        return [approx(value) for value in found]
    return pytest.approx(found, rel=1e-4) if isinstance(found, float) else found


def test_two_gloo_ranks(toy, tmp_path):
    folders = [str(tmp_path / name) for name in ('two', 'one')]
    assert on_two_ranks(_rank, toy, folders[0]) == (0, 1)
    two = dict(train_cfg=dict(by_epoch=True, max_epochs=2), work_dir=folders[1])
    _, one = watched(toy, StrongWeights(), **two)
    assert history(folders[0]) == approx(one)
    assert len(one['epochs']) == 2
