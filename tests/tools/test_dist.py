"""Two processes without a GPU, as the launchers that users call start them."""

import json
from pathlib import Path

import pytest
import torch

pytest_plugins = ['tinyset']

PROCESSES = 2
HERE = Path(__file__).parent


@pytest.fixture(scope='module')
def configs(tiny):
    """Configs by method, whose runs tell what each process held."""
    extra = dict(
        custom_imports=dict(imports=['mm_laziness', 'two_ranks_hook']),
        custom_hooks=[dict(type='SaveRankStates')],
    )
    return {m: tiny.method(m, f'{m}_by_two', **extra) for m in ('joint', 'umt')}


@pytest.fixture(scope='module')
def session(tiny, configs):
    """Folder with all runs, which are of one launch: each imports for seconds."""
    folder = tiny.folder / 'session'
    train, test = (str(tiny.script(tool)) for tool in ('train', 'test'))
    runs = [[test, tiny.method('ume'), '--work-dir', folder / 'ume_tested']]
    for method, config in configs.items():
        whole = folder / method
        resumed, tested = (folder / f'{method}_{end}' for end in ('resumed', 'tested'))
        first, last = (whole / f'epoch_{epoch}.pth' for epoch in (1, 2))
        runs += [
            [train, config, '--work-dir', whole],
            [train, config, '--work-dir', resumed, '--resume', first],
            [test, config, last, '--work-dir', tested],
        ]
    command = 'source "$0"; run_distributed "$@"'
    launch_env = tiny.script('launch_env', 'sh')
    arguments = (
        PROCESSES,
        HERE / 'two_ranks_session.py',
        json.dumps(runs, default=str),
    )
    tiny.process('bash', '-c', command, launch_env, *arguments, path=HERE)
    return folder


def ranks(folder):
    """What each process held after training."""
    return [
        torch.load(folder / f'rank{rank}.pth', weights_only=True)
        for rank in range(PROCESSES)
    ]


def log(folder):
    return next(folder.glob('*/*.log')).read_text()


@pytest.mark.parametrize('run', ['umt', 'joint'])
def test_processes_end_with_equal_weights(tiny, session, run):
    first, second = ranks(session / run)
    tiny.assert_equal_states(first['model'], second['model'])
    last = session / run / 'epoch_2.pth'
    tiny.assert_equal_states(first['model'], tiny.state_of(last))
    # Their gradients are averaged: not what one process would have learnt.
    alone = tiny.state_of(tiny.trained(run))
    key = 'cls_head.fc_cls.weight'
    assert not torch.equal(first['model'][key], alone[key])


@pytest.mark.parametrize('run', ['umt', 'joint'])
def test_resumed_run_equals_the_uninterrupted_one(tiny, session, run):
    assert not (session / f'{run}_resumed' / 'epoch_1.pth').exists()
    resumed = ranks(session / f'{run}_resumed')
    for before, after in zip(ranks(session / run), resumed, strict=True):
        tiny.assert_equal_states(before['model'], after['model'])


def test_teachers_stay_as_they_were_and_out_of_the_model(tiny, session):
    for state in ranks(session / 'umt'):
        assert not any('teacher' in name for name in state['model'])
        assert list(state['teachers']) == ['rgb', 'audio']
        for name, teacher in state['teachers'].items():
            prefix = f'encoders.{name}.'
            before = {
                key.removeprefix(prefix): value
                for key, value in tiny.state_of(tiny.trained(name)).items()
                if key.startswith(prefix)
            }
            tiny.assert_equal_states(teacher, before)


@pytest.mark.parametrize('run', ['umt', 'joint', 'ume'])
def test_accuracy_is_that_of_one_process(tiny, session, run):
    checkpoint = [] if run == 'ume' else [session / run / 'epoch_2.pth']
    alone = tiny.metrics(tiny.test(tiny.method(run), *checkpoint))
    assert tiny.metrics(log(session / f'{run}_tested')) == alone
    if checkpoint:  # As in the validation of the last epoch.
        assert tiny.metrics(log(session / run)) == alone
