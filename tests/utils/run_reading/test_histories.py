import os

import pytest
import torch
from runfolders import step, write_dimensions, write_log

from mm_laziness.utils.run_reading.histories import (
    blending_history,
    dimension_counts,
    last_checkpoint,
    modulation_history,
)
from mm_laziness.utils.run_reading.logs import RunLog, read_run_log


def ogm(epoch, iteration, ratio, coefficient):
    values = dict(ogm_ratio_rgb=ratio, ogm_coefficient_rgb=coefficient)
    return step(
        epoch, iteration, **values, ogm_ratio_audio=0.5, ogm_coefficient_audio=1
    )


def test_modulation_by_hand(tmp_path):
    lines = [ogm(1, 1, 2.0, 0.5), ogm(1, 2, 4.0, 0.25), ogm(2, 3, 3.0, 0.5)]
    write_log(tmp_path, '1', *lines)
    assert modulation_history(read_run_log(tmp_path)) == dict(
        epoch=[1, 2],
        ratio=dict(rgb=[3.0, 3.0], audio=[0.5, 0.5]),
        coefficient=dict(rgb=[0.375, 0.5], audio=[1.0, 1.0]),
    )


def test_epochs_after_the_modulation_are_absent():
    """MMEngine goes on to log the last numbers, which say nothing of these epochs."""
    steps = [ogm(1, 1, 2.0, 0.5), ogm(2, 2, 3.0, 0.25)]
    stale = [ogm(epoch, epoch, 3.0, 0.25) for epoch in (3, 4, 5)]
    history = modulation_history(RunLog([*steps, *stale]))
    assert history['epoch'] == [1, 2] and history['coefficient']['rgb'] == [0.5, 0.25]


def test_modulation_from_a_later_epoch():
    history = modulation_history(RunLog([step(1, 1, loss=1.0), ogm(2, 2, 2.0, 0.5)]))
    assert history['epoch'] == [2]


def blend(epoch, **weights):
    return step(epoch, epoch, **{f'blend_weight_{n}': w for n, w in weights.items()})


def test_blending_by_hand():
    first, second = (
        dict(rgb=0.1, audio=0.2, fused=0.7),
        dict(rgb=0.3, audio=0.3, fused=0.4),
    )
    steps = [
        blend(1, **first),
        blend(2, **first),
        blend(3, **second),
        blend(4, **second),
    ]
    # Loops count epochs from 0, logs from 1.
    assert blending_history(RunLog(steps)) == [
        dict(epoch=0, weights=first),
        dict(epoch=2, weights=second),
    ]


def test_other_methods_have_no_history():
    log = RunLog([step(1, 1, loss=1.0)])
    assert modulation_history(log) == {} and blending_history(log) == []


def test_dimensions_of_three_modalities(tmp_path):
    write_dimensions(tmp_path, a='11110000', b='11001100', c='10000001')
    assert dimension_counts(tmp_path) == dict(
        # Dimension 0 is effective in all, 1 in a and b.
        a=dict(width=8, effective=4, only=2, all=1),
        b=dict(width=8, effective=4, only=2, all=1),
        c=dict(width=8, effective=2, only=1, all=1),
    )


def test_dimensions_that_are_not_separated(tmp_path):
    write_dimensions(tmp_path, separated=False, a='00', b='00')
    assert dimension_counts(tmp_path) == {}


def test_other_checkpoints_are_not_read(tmp_path, monkeypatch):
    assert dimension_counts(tmp_path) == {}
    torch.save(
        dict(state_dict={'cls_head.fc.weight': torch.ones(2)}), tmp_path / 'a.pth'
    )
    read = 'mm_laziness.utils.run_reading.histories.load_checkpoint_file'
    monkeypatch.setattr(read, lambda path: pytest.fail(f'{path} was read'))
    assert dimension_counts(tmp_path) == {}


def test_checkpoints_of_torchs_old_format(tmp_path):
    state = {'cls_head.dimensions.a': torch.tensor([True, False])}
    state['cls_head.dimensions.separated'] = torch.tensor(True)
    old = dict(_use_new_zipfile_serialization=False)
    torch.save(dict(state_dict=state), tmp_path / 'best.pth', **old)
    assert dimension_counts(tmp_path)['a']['effective'] == 1


def test_damaged_checkpoint_is_named(tmp_path):
    (tmp_path / 'best.pth').write_bytes(b'nothing')
    with pytest.raises(ValueError, match=r'best\.pth cannot be read as a checkpoint'):
        dimension_counts(tmp_path)


def test_the_last_checkpoint_counts(tmp_path):
    write_dimensions(tmp_path, name='epoch_1.pth', separated=False, a='00')
    write_dimensions(tmp_path, name='epoch_2.pth', a='01')
    os.utime(tmp_path / 'epoch_1.pth')
    # The folder has been moved since this was written.
    (tmp_path / 'last_checkpoint').write_text('/elsewhere/epoch_2.pth')
    assert last_checkpoint(tmp_path) == tmp_path / 'epoch_2.pth'
    assert dimension_counts(tmp_path)['a'] == dict(width=2, effective=1, only=1, all=1)


@pytest.mark.parametrize('pointer', [None, '/elsewhere/epoch_9.pth'])
def test_without_a_pointer_the_newest_is_taken(tmp_path, pointer):
    for age, name in ((1, 'best.pth'), (2, 'epoch_1.pth')):
        (tmp_path / name).write_bytes(b'')
        os.utime(tmp_path / name, ns=(0, -age * 10**9 + 10**18))
    if pointer:
        (tmp_path / 'last_checkpoint').write_text(pointer)
    assert last_checkpoint(tmp_path).name == 'best.pth'
