"""Studies that fail in parts, run on several workers, or are killed."""

import json
import os
import time
from pathlib import Path

import pytest
from tinyset import undrawn

pytest_plugins = ['tinyset']


def command(tiny, folder, *arguments):
    return (
        *('study', 'slim_avdigits', '--work-dir', folder, '--config-dir', tiny.configs),
        *('--guidance-from', 'none', *arguments),
        *('--cfg-options', f'data_root={tiny.data}', 'num_classes=3'),
        *('train_dataloader.batch_size=4', 'train_cfg.max_epochs=2'),
    )


@pytest.fixture(autouse=True)
def pictures():
    with undrawn():
        yield


def read(folder, name):
    return json.loads((folder / f'{name}.json').read_text())


def test_failures_are_reported_and_tried_again(tiny, capsys):
    folder = tiny.folder / 'failing'
    methods = '--methods', 'rgb', 'mm_clf', 'audio'
    diverging = '--vary', 'audio', 'optim_wrapper.optimizer.lr=1e30'
    # Its result cannot be written.
    blocked = folder / 'rgb' / 'seed0' / 'result.json'
    blocked.mkdir(parents=True)
    with pytest.raises(SystemExit) as error:
        tiny.tool(*command(tiny, folder, *methods, *diverging))
    assert error.value.code == 1
    first, second, third = read(folder, 'failures')
    assert first['method'] == 'rgb' and first['error'].startswith('IsADirectoryError')
    assert (second['method'], second['error']) == ('mm_clf', 'needs rgb, which failed')
    assert third['method'] == 'audio lr=1e+30'
    assert 'loss' in third['error'] and 'nan' in third['error'].lower()
    assert 'Traceback' in Path(third['log']).read_text()
    assert list(read(folder, 'results')) == ['audio']
    report = (folder / 'report.md').read_text()
    assert 'needs rgb, which failed' in report
    # What failed is tried again, what did not is kept.
    blocked.rmdir()
    kept = folder / 'audio' / 'seed0' / 'result.json'
    before = kept.stat().st_mtime_ns
    tiny.tool(*command(tiny, folder, *methods))
    assert read(folder, 'failures') == [] and kept.stat().st_mtime_ns == before
    assert list(read(folder, 'results')) == ['rgb', 'audio', 'mm_clf']


def children(pid):
    path = Path(f'/proc/{pid}/task/{pid}/children')
    return [int(child) for child in path.read_text().split()] if path.exists() else []


def wait_until(what, seconds=180):
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, 'nothing came of it'
        time.sleep(0.1)


def test_killed_on_two_workers_and_gone_on_with(tiny, monkeypatch):
    # A cell that ended before the kill has probed as long as users' do.
    monkeypatch.setattr('tinyset._fit_briefly', lambda fit, *a, **k: fit(*a, **k))
    folder, whole = tiny.folder / 'killed', tiny.folder / 'whole'
    methods = '--methods', 'ume'
    with open(tiny.folder / 'printed.txt', 'w') as printed:
        name, *arguments = command(tiny, folder, *methods, '--workers', 2)
        process = tiny.start('python', tiny.script(name), *arguments, stdout=printed)
        try:
            firsts = [folder / m / 'seed0' / 'epoch_1.pth' for m in ('rgb', 'audio')]
            wait_until(lambda: all(first.exists() for first in firsts))
        finally:
            workers = children(process.pid)
            process.kill()
            process.wait()
    assert not (folder / 'results.json').exists()
    # Nobody is left who could write into what comes next.
    wait_until(lambda: not any(_runs(worker) for worker in workers), 20)
    tiny.tool(*command(tiny, folder, *methods))
    tiny.tool(*command(tiny, whole, *methods))
    for method in ('rgb', 'audio'):
        states = [
            tiny.state_of(f / method / 'seed0' / 'best.pth') for f in (folder, whole)
        ]
        tiny.assert_equal_states(*states)
    for method in ('rgb', 'audio', 'ume'):
        first, second = (read(f, 'results')[method] for f in (folder, whole))
        for key in ('top1', 'unimodal_top1', 'probe_top1'):
            assert first[key] == second[key]


def _runs(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f'/proc/{pid}/stat').read_text().rpartition(')')[2].split()[0] != 'Z'
