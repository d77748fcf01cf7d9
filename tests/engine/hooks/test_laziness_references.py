"""Curves of reference runs, from our file and from MMEngine's logs."""

import json

import pytest

from mm_laziness.engine.hooks.laziness_references import read_references


def write_log(folder, time, lines):
    path = folder / time / 'vis_data' / 'scalars.json'
    path.parent.mkdir(parents=True)
    path.write_text('\n'.join(lines) + '\n')
    return path


def line(step, **metrics):
    found = {f'acc/{name}': value for name, value in metrics.items()}
    return json.dumps(dict(found, step=step))


def write_laziness(folder, **curves):
    length = max(len(curve) for curve in curves.values())
    epochs = [
        dict(
            epoch=index + 1,
            modalities={
                m: dict(val_top1=curve[index]) if index < len(curve) else {}
                for m, curve in curves.items()
            },
        )
        for index in range(length)
    ]
    path = folder / 'laziness.json'
    folder.mkdir(exist_ok=True)
    path.write_text(json.dumps(dict(modalities=[*curves], epochs=epochs)))
    return path


def read(path, name='sun'):
    return read_references({name: str(path)}, ['sun', 'moon'])[name]


def test_our_file_its_folder_and_another_name(tmp_path):
    path = write_laziness(tmp_path / 'run', sun=[10.0, 20.0])
    expected = {1: 10.0, 2: 20.0}
    assert read(path) == read(path.parent) == read(path, 'moon') == expected
    both = write_laziness(tmp_path / 'joint', moon=[1.0], sun=[2.0, 3.0])
    # A joint run's own scores of that modality; epochs without one are left out.
    assert read(both, 'moon') == {1: 1.0}


def test_logs_of_mmengine(tmp_path):
    training = json.dumps(dict(loss=1.0, top1_acc=0.9, iter=5, step=5))
    ours = json.dumps({'laziness/sun_val_top1': 3.0, 'step': 1})
    first = [training, ours, line(1, top1=0.25), line(2, top1=0.5)]
    write_log(tmp_path, '20260101_000000', [*first, line(3, top1=0.9), '{"acc/to'])
    # Resumed after the first epoch, and not yet as far as before.
    write_log(tmp_path, '20260102_000000', [line(2, top1=0.75)])
    assert read(tmp_path) == {1: 25.0, 2: 75.0}
    assert read(tmp_path / '20260101_000000/vis_data/scalars.json')[3] == 90.0


def test_own_scores_of_a_joint_run(tmp_path):
    write_log(
        tmp_path, '20260101_000000', [line(1, top1=0.5, sun_top1=0.25, moon_top1=0.125)]
    )
    assert read(tmp_path) == {1: 25.0}


def test_errors(tmp_path):
    with pytest.raises(ValueError, match=r"names \['rain'\].*\['sun', 'moon'\]"):
        read_references(dict(rain='x'), ['sun', 'moon'])
    with pytest.raises(FileNotFoundError, match=r"'sun', .*nowhere.*tools/train\.py"):
        read(tmp_path / 'nowhere')
    other = write_laziness(tmp_path / 'joint', left=[1.0], right=[2.0])
    with pytest.raises(ValueError, match=r"is of \['left', 'right'\].*'sun' alone"):
        read(other)
    write_log(tmp_path / 'fast', '20260101_000000', [json.dumps(dict(iter=1, step=1))])
    with pytest.raises(ValueError, match='no validation accuracy of any epoch'):
        read(tmp_path / 'fast')
    (tmp_path / 'notes.json').write_text('[1, 2]')
    with pytest.raises(ValueError, match='no validation accuracy'):
        read(tmp_path / 'notes.json')
