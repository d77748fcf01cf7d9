"""A resumed run ends in the uninterrupted one's weights, bit for bit, in each method.

The uninterrupted run loads data itself, the others with workers, too.
"""

import pytest
import torch
from interruptions import assert_equal, trained
from mmengine.config import Config

pytest_plugins = ['tinyset']

METHODS = [
    'joint',
    'aux_ce',
    'joint_attention',
    'modality_dropout',
    'ogm_ge',
    'umt',
    'umt_ogm_ge',
    'self_distill_labels',
    'gblend_offline',
    'gblend_online',
    'di_mml',
    'di_mml_stage2',
    'mm_clf',
    'finetune',
]
# Where a run is stopped, without and with workers, if not after 1 epoch of 2: before
# and after modalities interact, in the first and in the second super-epoch.
STOPS = dict(di_mml=(1, 2), gblend_online=(1, 3))
SETTINGS = dict(
    di_mml=dict(train_cfg=dict(max_epochs=3, val_interval=1)),
    gblend_online=dict(
        train_cfg=dict(holdout=0.25, super_epoch=2, max_epochs=4, val_interval=2)
    ),
)
# Draws or loaders of their own; the others differ from these in losses and weights.
WITHOUT_WORKERS = {'modality_dropout', 'ogm_ge', 'gblend_online', 'di_mml'}
# No more is saved of these than of joint.
COVERED = {'aux_ce', 'joint_attention'}


def cases():
    for method in METHODS:
        stops = STOPS.get(method, (1, 1))
        for workers, stop in ((0, stops[0]), (2, stops[1])):
            fast = method in WITHOUT_WORKERS or (workers and method not in COVERED)
            yield pytest.param(
                method, workers, stop, marks=[] if fast else pytest.mark.slow
            )
        for workers, stop in ((0, stops[1]), (2, stops[0])):
            if method in STOPS:
                yield pytest.param(method, workers, stop, marks=pytest.mark.slow)


@pytest.fixture(scope='module')
def uninterrupted(tiny):
    """Config and work folder by method, each trained by the first call."""
    configs = {}

    def run(method):
        if method not in configs:
            name = f'{method}_whole'
            configs[method] = tiny.method(method, name, **SETTINGS.get(method, {}))
            tiny.train(configs[method])
        return configs[method], tiny.work_dir(f'{method}_whole')

    return run


@pytest.mark.parametrize('method, workers, stop', [*cases()])
def test_resumed_run_equals_the_uninterrupted_one(
    tiny, uninterrupted, method, workers, stop
):
    config, whole = uninterrupted(method)
    last = Config.fromfile(config).train_cfg.max_epochs
    folder = tiny.folder / f'{method}_{workers}_{stop}'
    common = (config, '--work-dir', folder)
    loading = f'train_dataloader.num_workers={workers}'
    hook = 'default_hooks.stop'
    stopping = (f'{hook}.type=StopAfterEpoch', f'{hook}.epochs={stop}')
    tiny.train(*common, '--cfg-options', loading, *stopping)

    cut = folder / f'epoch_{stop}.pth'
    assert not (folder / f'epoch_{stop + 1}.pth').exists()
    # The number of workers made no difference until here.
    assert_equal(trained(cut), trained(whole / cut.name))
    written = cut.stat().st_mtime_ns

    # Neither the state of this process nor another seed may matter.
    torch.rand(5)
    tiny.train(*common, '--resume', '--seed', '7', '--cfg-options', loading)
    # It did not start from scratch.
    assert cut.stat().st_mtime_ns == written
    resumed = trained(folder / f'epoch_{last}.pth')
    assert_equal(resumed, trained(whole / f'epoch_{last}.pth'))
    with pytest.raises(AssertionError):
        assert_equal(resumed, trained(cut))
