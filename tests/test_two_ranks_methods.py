"""Two processes of each method: equal weights, and those that one process learns."""

import json
from pathlib import Path

import pytest
import torch

from mm_laziness.compat import load_checkpoint_file

pytest_plugins = ['tinyset', 'tinyplain']

TOOLS = Path(__file__).parent / 'tools'
AS_ONE = [
    'audio',
    'joint',
    'aux_ce',
    'ogm_ge',
    'umt',
    'umt_ogm_ge',
    'self_distill_labels',
    'di_mml',
    'di_mml_stage2',
    'gblend_online',
    'mm_clf',
]
# As they are configured, with BatchNorm and Adam. Each rank drops its own modalities.
AS_THEY_ARE = dict(modality_dropout=[], joint=['--amp'], umt_ogm_ge=['--amp'])
CLOSE = dict(rtol=1e-3, atol=1e-5)


@pytest.fixture(scope='module')
def folders(tiny, plain):
    """Work folders of all runs on two processes, by method; they are of one launch."""
    own = dict(
        train_dataloader=dict(batch_size=2),
        custom_imports=dict(imports=['mm_laziness', 'two_ranks_hook']),
        default_hooks=dict(save=dict(type='SaveRankStates')),
    )
    configs = {m: plain.method(m, f'{m}_by_two', **own) for m in AS_ONE}
    arguments = dict.fromkeys(AS_ONE, [])
    for method, options in AS_THEY_ARE.items():
        key = f'{method}_as_it_is'
        configs[key], arguments[key] = tiny.method(method, key, **own), options
    folders = {key: plain.folder / 'by_two' / key for key in configs}
    runs = [
        [
            tiny.script('train'),
            configs[key],
            '--work-dir',
            folders[key],
            *arguments[key],
        ]
        for key in configs
    ]
    command = 'source "$0"; run_distributed "$@"'
    session = (2, TOOLS / 'two_ranks_session.py', json.dumps(runs, default=str))
    launch_env = tiny.script('launch_env', 'sh')
    plain.process('bash', '-c', command, launch_env, *session, path=TOOLS)
    return folders


@pytest.mark.parametrize('key', [*AS_ONE, *(f'{m}_as_it_is' for m in AS_THEY_ARE)])
def test_processes_end_with_equal_weights(tiny, folders, key):
    first, second = (
        torch.load(folders[key] / f'rank{rank}.pth', weights_only=True)['model']
        for rank in range(2)
    )
    tiny.assert_equal_states(first, second)
    tiny.assert_equal_states(first, tiny.state_of(folders[key] / 'epoch_2.pth'))
    assert all(value.isfinite().all() for value in first.values())


@pytest.mark.parametrize('method', AS_ONE)
def test_two_processes_learn_what_one_does(plain, folders, method):
    alone = plain.state_of(plain.trained(method))
    both = plain.state_of(folders[method] / 'epoch_2.pth')
    torch.testing.assert_close(both, alone, **CLOSE)
    # An epoch changes more than the tolerance.
    before = plain.state_of(folders[method] / 'epoch_1.pth')
    with pytest.raises(AssertionError):
        torch.testing.assert_close(before, alone, **CLOSE)


def test_two_processes_estimate_the_loss_weights_of_one(plain, folders):
    found = [
        load_checkpoint_file(path)['message_hub']['runtime_info']['gradient_blending']
        for path in (
            plain.trained('gblend_online'),
            folders['gblend_online'] / 'epoch_2.pth',
        )
    ]
    alone, both = (each['weights'] for each in found)
    assert both == pytest.approx(alone, rel=1e-2)
    # They are the second super-epoch's.
    assert [each['epoch'] for each in found] == [1, 1]
    assert max(alone) - min(alone) > 0.01
