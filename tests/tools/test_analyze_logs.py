import json
import runpy
import statistics

import pytest
from PIL import Image

pytest_plugins = ['tinyset']


@pytest.fixture(scope='module')
def analyze(tiny):
    return runpy.run_path(str(tiny.script('analyze_logs')))


def log_of(*lines):
    return '\n'.join(json.dumps(line) for line in lines) + '\n'


def test_times_are_epochs_for_steps_and_evaluations(analyze, tmp_path):
    path = tmp_path / 'scalars.json'
    path.write_text(
        log_of(
            dict(loss=4.0, epoch=1, iter=2, step=2),
            dict(loss=3.0, epoch=1, iter=4, step=4),
            {'acc/top1': 0.5, 'step': 1},
            dict(loss=2.0, epoch=2, iter=6, step=6),
            dict(loss=1.0, epoch=2, iter=8, step=8),
            {'acc/top1': 0.75, 'step': 2},
        )
    )
    log = analyze['read_log'](str(path))
    assert analyze['series'](log, 'loss', 'x') == ([0.5, 1, 1.5, 2], [4, 3, 2, 1])
    assert analyze['series'](log, 'acc/top1', 'x') == ([1, 2], [0.5, 0.75])
    with pytest.raises(ValueError, match=r"a run has no 'top1', only \['acc/top1', "):
        analyze['series'](log, 'top1', 'a run')


def test_epochs_whose_last_iteration_is_not_logged(analyze, tmp_path):
    """As MMEngine does it: every tenth iteration of epochs of 25."""
    path = tmp_path / 'scalars.json'
    iters = [25 * epoch + i for epoch in range(4, 8) for i in (10, 20)]
    lines = [dict(loss=1.0, epoch=(i - 1) // 25 + 1, iter=i, step=i) for i in iters]
    path.write_text(log_of(*lines))
    times, _ = analyze['series'](analyze['read_log'](str(path)), 'loss', 'x')
    assert times == [i / 25 for i in iters]


def test_a_shorter_run_replaces_an_older_one_in_its_folder(analyze, tmp_path):
    for name, loss, length in (('20260101_1', 9.0, 4), ('20260102_1', 5.0, 2)):
        folder = tmp_path / name / 'vis_data'
        folder.mkdir(parents=True)
        lines = [
            line
            for i in range(1, length + 1)
            for line in (dict(loss=loss, epoch=i, iter=i, step=i), dict(acc=i, step=i))
        ]
        (folder / 'scalars.json').write_text(log_of(*lines))
    log = analyze['read_log'](str(tmp_path))
    assert analyze['series'](log, 'loss', 'x') == ([1, 2], [5, 5])
    assert analyze['series'](log, 'acc', 'x') == ([1, 2], [1, 2])


def test_a_resumed_run_is_one_run(analyze, tmp_path):
    for name, loss, iters in (
        ('20260101_1', 9.0, (1, 2, 3)),
        ('20260102_1', 5.0, (3,)),
    ):
        folder = tmp_path / name / 'vis_data'
        folder.mkdir(parents=True)
        lines = [dict(loss=loss, epoch=i, iter=i, step=i) for i in iters]
        (folder / 'scalars.json').write_text(log_of(*lines))
    log = analyze['read_log'](str(tmp_path))
    assert [line['loss'] for line in log] == [9, 9, 5]
    # The runs of a study below it are others.
    with pytest.raises(FileNotFoundError, match='holds no vis_data/scalars.json'):
        analyze['read_log'](str(tmp_path.parent))


def test_what_hooks_log_beside_an_evaluation(analyze, tmp_path):
    """As LazinessMonitorHook does: its scalars have a line of their own."""
    path = tmp_path / 'scalars.json'
    path.write_text(
        log_of(
            dict(loss=1.0, epoch=1, iter=2, step=2),
            {'laziness/rgb_grad_norm': 3.0, 'step': 1},
            {'acc/top1': 0.5, 'step': 1},
            {'laziness/rgb_gap': -4.0, 'step': 1},
        )
    )
    log = analyze['read_log'](str(path))
    for key, value in (('acc/top1', 0.5), ('laziness/rgb_grad_norm', 3.0)):
        assert analyze['series'](log, key, 'x') == ([1], [value])
    assert analyze['series'](log, 'laziness/rgb_gap', 'x') == ([1], [-4.0])


def test_a_damaged_log_is_no_crash(analyze, tmp_path, monkeypatch, capsys):
    path = tmp_path / 'scalars.json'
    path.write_text('{"loss"\n' + log_of(dict(loss=1.0, epoch=1, iter=1, step=1)))
    words = ['analyze_logs.py', 'cal_train_time', str(path)]
    monkeypatch.setattr('sys.argv', words)
    with pytest.raises(SystemExit) as error:
        analyze['main']()
    assert f'line 1 of {path}' in f'{error.value.code}{capsys.readouterr().err}'


def test_curves_and_times_of_a_training(tiny):
    tiny.trained('joint')
    folder = tiny.work_dir('joint')
    printed = tiny.plain_tool(
        *('analyze_logs', 'plot_curve', folder, '--keys', 'loss', 'acc/top1'),
        *('--out', 'curves.png', '--title', 'Tiny'),
    )
    assert 'saved curves.png' in printed
    with Image.open(tiny.folder / 'curves.png') as picture:
        # A panel for the loss, one for the accuracy.
        assert picture.height > picture.width > 500
        assert len(picture.convert('L').getcolors()) > 10
    printed = tiny.plain_tool('analyze_logs', 'cal_train_time', folder)
    (log,) = folder.glob('*/vis_data/scalars.json')
    times = {}
    for line in map(json.loads, log.read_text().splitlines()):
        if 'iter' in line:
            times.setdefault(line['epoch'], []).append(line['time'])
    mean = statistics.mean(statistics.mean(values) for values in times.values())
    assert f'{folder}: {mean:.4f} s per iteration' in printed
