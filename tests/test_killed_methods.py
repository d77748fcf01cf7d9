"""A training process killed at a random moment resumes to the same weights."""

import random
import signal
import time
from pathlib import Path

import pytest

pytest_plugins = ['tinyset']

HERE = Path(__file__).parent
# The estimate of the second super-epoch takes half of the time.
SETTINGS = dict(
    gblend_online=dict(
        train_cfg=dict(holdout=0.25, super_epoch=2, max_epochs=4, val_interval=1)
    ),
    ogm_ge=dict(
        train_cfg=dict(max_epochs=4, val_interval=1),
        train_dataloader=dict(num_workers=2),
    ),
)
PATIENCE = 180  # seconds


@pytest.mark.parametrize('method', SETTINGS)
def test_killed_run_resumes_to_the_uninterrupted_weights(tiny, method):
    seed = time.time_ns()
    # Shown if the test fails.
    print(f'the moments of the kills derive from seed {seed}')
    config = tiny.method(
        method,
        f'{method}_killed',
        custom_imports=dict(imports=['mm_laziness', 'interruptions']),
        **SETTINGS[method],
    )
    whole = tiny.folder / f'{method}_alive'
    tiny.train(config, '--work-dir', whole)
    epochs = SETTINGS[method]['train_cfg']['max_epochs']
    first, last = whole / 'epoch_1.pth', whole / f'epoch_{epochs}.pth'
    span = last.stat().st_mtime - first.stat().st_mtime

    folder = tiny.folder / f'{method}_killed'
    delay = span * random.Random(seed).random()
    kill_after(tiny, config, folder, delay)
    saved = {path.name for path in folder.glob('epoch_*.pth')}
    print(f'killed {delay:.2f} s after the first checkpoint, with {sorted(saved)}')
    assert first.name in saved and last.name not in saved

    printed = tiny.train(config, '--work-dir', folder, '--resume')
    assert 'Auto resumed' in printed
    tiny.assert_equal_states(tiny.state_of(folder / last.name), tiny.state_of(last))


def kill_after(tiny, config, folder, delay):
    """Kill a run some seconds after its first checkpoint is there."""
    hang = 'default_hooks.hang.type=HangInLastEpoch'
    command = ('python', tiny.script('train'), config, '--work-dir', folder)
    log = tiny.folder / f'{folder.name}.log'
    with log.open('w') as file:
        process = tiny.start(*command, '--cfg-options', hang, path=HERE, stdout=file)
    try:
        deadline = time.monotonic() + PATIENCE
        while not (folder / 'epoch_1.pth').exists():
            assert process.poll() is None and time.monotonic() < deadline, (
                log.read_text()
            )
            time.sleep(0.01)
        time.sleep(delay)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == -signal.SIGKILL, log.read_text()
