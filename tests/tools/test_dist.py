"""Two processes without a GPU, by the launchers that users call."""

import json
import shutil
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
def umt(tiny, configs):
    """Work folder of UMT, trained by the launcher."""
    launch(tiny, 'dist_train', configs['umt'], PROCESSES)
    return tiny.work_dir('umt_by_two')


@pytest.fixture(scope='module')
def session(tiny, configs, umt):
    """Folder with further runs, all of one launch."""
    folder = tiny.folder / 'session'
    train, test = (str(tiny.script(tool)) for tool in ('train', 'test'))
    joint = str(folder / 'joint')
    for method in configs:
        (folder / f'{method}_resumed').mkdir(parents=True)
    shutil.copy(umt / 'epoch_1.pth', folder / 'umt_resumed')
    runs = [
        [train, configs['joint'], '--work-dir', joint],
        [
            *(train, configs['joint'], '--work-dir', folder / 'joint_resumed'),
            *('--resume', f'{joint}/epoch_1.pth'),
        ],
        [train, configs['umt'], '--work-dir', folder / 'umt_resumed', '--resume'],
        [
            *(test, configs['joint'], f'{joint}/epoch_2.pth'),
            *('--work-dir', folder / 'joint_tested'),
        ],
        [test, tiny.method('ume'), '--work-dir', folder / 'ume_tested'],
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


def launch(tiny, tool, *arguments):
    return tiny.process('bash', tiny.script(tool, 'sh'), *arguments, path=HERE)


def ranks(folder):
    """What each process held after training."""
    return [
        torch.load(folder / f'rank{rank}.pth', weights_only=True)
        for rank in range(PROCESSES)
    ]


def log(folder):
    return next(folder.glob('*/*.log')).read_text()


@pytest.mark.parametrize('run', ['umt', 'joint'])
def test_processes_end_with_equal_weights(tiny, request, run):
    folder = umt_or_session(request, run)
    first, second = ranks(folder)
    tiny.assert_equal_states(first['model'], second['model'])
    tiny.assert_equal_states(first['model'], tiny.state_of(folder / 'epoch_2.pth'))
    # Their gradients are averaged: not what one process would have learnt.
    alone = tiny.state_of(tiny.trained(run))
    key = 'cls_head.fc_cls.weight'
    assert not torch.equal(first['model'][key], alone[key])


def umt_or_session(request, run):
    if run == 'umt':
        return request.getfixturevalue('umt')
    return request.getfixturevalue('session') / run


@pytest.mark.parametrize('run', ['umt', 'joint'])
def test_resumed_run_equals_the_uninterrupted_one(tiny, request, session, run):
    whole = umt_or_session(request, run)
    resumed = ranks(session / f'{run}_resumed')
    for before, after in zip(ranks(whole), resumed, strict=True):
        tiny.assert_equal_states(before['model'], after['model'])


def test_teachers_stay_as_they_were_and_out_of_the_model(tiny, umt):
    for state in ranks(umt):
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


def test_launcher_tests_as_one_process_does(tiny, configs, umt):
    checkpoint = umt / 'epoch_2.pth'
    printed = launch(
        tiny, 'dist_test', configs['umt'], checkpoint, PROCESSES, '--work-dir', 'tested'
    )
    alone = tiny.test(tiny.method('umt', 'umt_alone'), checkpoint)
    assert tiny.metrics(printed) == tiny.metrics(alone) == tiny.metrics(log(umt))


@pytest.mark.parametrize('run', ['joint', 'ume'])
def test_accuracy_is_that_of_one_process(tiny, session, run):
    checkpoint = [] if run == 'ume' else [session / run / 'epoch_2.pth']
    alone = tiny.test(tiny.method(run), *checkpoint)
    assert tiny.metrics(log(session / f'{run}_tested')) == tiny.metrics(alone)
