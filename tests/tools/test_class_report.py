import json
import os
import pickle
import re

import pytest
import torch

pytest_plugins = ['tinyset']


def write_dump(path, predicted, labels, parts=('rgb', 'audio'), classes=3):
    rows = []
    for guess, label in zip(predicted, labels, strict=True):
        scores = torch.eye(classes)[guess] * 4
        split = {name: scores / len(parts) for name in parts}
        rows.append(
            dict(
                gt_label=torch.tensor([label]), pred_score=scores, unimodal_scores=split
            )
        )
    path.write_bytes(pickle.dumps(rows))
    return path


def test_models_dumps_and_ensembles_together(tiny, tmp_path):
    out = tmp_path / 'out'
    checkpoint = tiny.trained('umt')  # and what it starts from
    tiny.trained('joint')
    dump = tmp_path / 'rgb.pkl'
    tiny.test(tiny.folder / 'rgb_tiny.py', tiny.trained('rgb'), '--dump', dump)
    names = tmp_path / 'classes.txt'
    names.write_text('red\ngreen\nblue\n')
    arguments = (
        f'rgb={dump}',
        f'audio={tiny.work_dir("audio")}',
        f'joint={tiny.folder / "joint_tiny.py"},{tiny.trained("joint")}',
        f'umt={tiny.folder / "umt_tiny.py"},{checkpoint}',
        f'ume={tiny.method("ume")}',
        *('--class-names', names, '--top', 2, '--out', out),
    )
    printed = tiny.tool('class_report', *arguments)
    report = json.loads((out / 'classes.json').read_text())
    assert report['names'] == ['rgb', 'audio', 'average', 'joint', 'umt', 'ume']
    assert (report['unimodal'], report['joint']) == (['rgb', 'audio'], 'joint')
    assert report['class_names'] == ['red', 'green', 'blue']
    assert report['counts'] == [3, 3, 2] and len(report['top_gains']) == 2
    for name in ('rgb', 'joint', 'umt'):
        own = tiny.metrics(tiny.log(name))['acc/top1']
        assert report['top1'][name] == pytest.approx(100 * own, abs=0.01)
    # UME is the average of the logits of the same two models.
    assert report['confusion']['ume'] == report['confusion']['average']
    assert '## Classes with the largest gain of joint' in printed
    assert re.search(r'\| UMT \| [\d.]+ \| [\d.]+ \|', printed)
    assert (out / 'confusion_umt.png').exists()
    stamps = {p: p.stat().st_mtime_ns for p in out.glob('evaluations/*/*.pkl')}
    assert len(stamps) == 4
    tiny.tool('class_report', *arguments)
    assert stamps == {p: p.stat().st_mtime_ns for p in stamps}


def test_a_joint_dump_alone(tiny, tmp_path):
    dump = write_dump(tmp_path / 'a.pkl', [0, 1, 2, 0], [0, 1, 2, 2])
    printed = tiny.tool('class_report', f'mine={dump}', '--out', tmp_path / 'out')
    assert "mine's own scores of each modality stand for them" in printed
    report = json.loads((tmp_path / 'out' / 'classes.json').read_text())
    assert report['unimodal'] == ['mine:rgb', 'mine:audio']
    assert report['class_names'] == ['0', '1', '2'] and report['joint'] == 'mine'


class Call:
    def __reduce__(self):
        return os.mkdir, ('made',)


def test_bad_input_is_one_paragraph_and_status_1(tiny, tmp_path):
    a = write_dump(tmp_path / 'a.pkl', [0, 1, 2], [0, 1, 2])
    short = write_dump(tmp_path / 'short.pkl', [0, 1], [0, 1])
    other = write_dump(tmp_path / 'other.pkl', [0, 1, 2], [0, 2, 2])
    wide = write_dump(tmp_path / 'wide.pkl', [0, 1, 2], [0, 1, 2], classes=4)
    bad = tmp_path / 'bad.pkl'
    bad.write_bytes(pickle.dumps([Call()]))
    names = tmp_path / 'names.txt'
    names.write_text('one\ntwo\n')

    def says(*arguments):
        with pytest.raises(SystemExit) as error:
            tiny.tool('class_report', *arguments, '--out', tmp_path / 'out')
        # A text is printed, and the status is 1.
        assert error.value.code.startswith('error: ')
        assert not (tmp_path / 'out' / 'classes.json').exists()
        return error.value.code

    lengths = says(f'x={a}', f'y={short}')
    assert 'a.pkl and ' in lengths and 'short.pkl hold' in lengths
    assert 'samples, 3 and 2' in lengths
    assert 'differ, first at sample 1' in says(f'x={a}', f'y={other}')
    assert 'numbers of classes, 3 and 4' in says(f'x={a}', f'y={wide}')
    assert f'`{os.mkdir.__module__}.mkdir`' in says(f'x={bad}')
    assert not (tiny.folder / 'made').exists()
    assert 'names.txt is too short: it holds 2' in says(
        f'x={a}', '--class-names', names
    )
    assert "did you mean 'joint'" in says(f'joint={a}', '--joint', 'jont')
    assert "did you mean 'x:audio'" in says(f'x={a}', '--unimodal', 'x:audo')
    assert "name of its own, but got ['x', 'x']" in says(f'x={a}', f'x={a}')
    assert 'NAME=WHERE' in says(str(a))
    assert 'nowhere.pkl does not exist' in says(f'x={tmp_path}/nowhere.pkl')
