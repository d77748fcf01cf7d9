import contextlib
import io
import json
import runpy
import sys
from pathlib import Path

import av
import pytest
import torch
from matplotlib.image import imread
from media import write_video
from mmengine.config import Config

pytest_plugins = ['tinyset', 'stockzoo']


def demo(tiny, *args):
    """Run the tool in the tiny set's folder; return what it prints."""
    script = str(tiny.script('demo'))
    printed = io.StringIO()
    with (
        pytest.MonkeyPatch.context() as patch,
        contextlib.redirect_stdout(printed),
    ):
        patch.chdir(tiny.folder)
        patch.setattr(sys, 'argv', [script, *map(str, args)])
        runpy.run_path(script, run_name='__main__')
    return printed.getvalue()


def refused(tiny, *args):
    with pytest.raises(SystemExit) as error:
        demo(tiny, *args)
    assert str(error.value.code).startswith('error: ')
    return str(error.value.code)


def random_model(tiny, method, name):
    """A config, and a checkpoint that nobody trained."""
    from mmaction.apis import init_recognizer

    config = tiny.child(method, name)
    torch.manual_seed(0)
    model = init_recognizer(str(config), None, device='cpu')
    checkpoint = tiny.folder / f'{name}.pth'
    torch.save(dict(state_dict=model.state_dict()), checkpoint)
    return config, checkpoint


@pytest.fixture(scope='module')
def joint(tiny):
    return random_model(tiny, 'joint', 'demo_joint')


@pytest.fixture
def clip(tiny):
    return tiny.data / 'test' / '2.mp4'


def test_table_json_and_copy(tiny, joint, clip, tmp_path):
    config, checkpoint = joint
    names = tmp_path / 'names.txt'
    names.write_text('red\ngreen\nblue\n')
    printed = demo(
        tiny, clip, '--config', config, '--checkpoint', checkpoint, '--label', names,
        '--json', tmp_path / 'a.json', '--out', tmp_path / 'a.mp4', '--topk', 2,
    )  # fmt: skip
    saved = json.loads((tmp_path / 'a.json').read_text())
    assert saved['video'] == str(clip) and saved['checkpoint'] == str(checkpoint)
    assert list(saved['modalities']) == ['rgb', 'audio']
    for block in (saved['fused'], *saved['modalities'].values()):
        assert [entry['name'] for entry in block['top']] == [
            ['red', 'green', 'blue'][entry['class']] for entry in block['top']
        ]
        scores = [entry['score'] for entry in block['top']]
        assert len(scores) == 2 and 0.5 < sum(scores) <= 1 and scores[0] >= scores[1]
        assert block['certainty'] == scores[0]
        assert f'{scores[0]:.3f}' in printed
    assert 'scores: probabilities (softmax of the logits)' in printed
    with av.open(str(tmp_path / 'a.mp4')) as copy:
        assert [stream.type for stream in copy.streams] == ['video', 'audio']
        assert len(list(copy.decode(video=0))) == 8


def test_names_of_the_data_set_and_numbers(tiny, joint, clip):
    config, checkpoint = joint
    arguments = clip, '--config', config, '--checkpoint', checkpoint
    assert 'class 2' in demo(tiny, *arguments)
    names = tiny.data / 'classes.txt'
    try:
        names.write_text('red\ngreen\nblue\n')
        assert 'blue' in demo(tiny, *arguments)
        names.write_text('red\ngreen\n')
        assert 'is too short: it holds 2 names' in refused(tiny, *arguments)
    finally:
        names.unlink()


def test_silent_video(tiny, joint, tmp_path):
    config, checkpoint = joint
    silent = write_video(tmp_path / 'silent.mp4')
    printed = demo(
        tiny, silent, '--config', config, '--checkpoint', checkpoint,
        '--out', tmp_path / 'a.png',
    )  # fmt: skip
    assert 'WARNING: audio is blank (zeros): ' in printed
    assert 'audio (blank)' in printed
    assert imread(tmp_path / 'a.png').shape[0] == 720


def test_the_quickstarts_model_is_the_default(tiny, joint, clip):
    run = tiny.folder / 'work_dirs/quickstart/paired/umt/seed0'
    assert 'bash tools/quickstart.sh' in refused(tiny, clip)
    run.mkdir(parents=True)
    try:
        Config.fromfile(joint[0]).dump(run / 'config.py')
        (run / 'best.pth').write_bytes(Path(joint[1]).read_bytes())
        given = demo(tiny, clip, '--config', joint[0], '--checkpoint', joint[1])
        assert demo(tiny, clip) == given
    finally:
        for path in run.iterdir():
            path.unlink()


def test_ensemble_and_its_uni_modal_member(tiny, clip, tmp_path):
    members = {}
    for name in ('rgb', 'audio'):
        config, checkpoint = random_model(tiny, name, f'demo_{name}')
        members[name] = dict(config=str(config), checkpoint=str(checkpoint))
    config = tiny.child('ume', 'demo_ume', model=dict(members=members))
    out = tmp_path / 'a.json'
    demo(tiny, clip, '--config', config, '--json', out)
    ensemble = json.loads(out.read_text())
    assert list(ensemble['modalities']) == ['rgb', 'audio']
    own = members['rgb']
    printed = demo(
        tiny, clip, '--config', own['config'], '--checkpoint', own['checkpoint'],
        '--json', out,
    )  # fmt: skip
    assert 'all modalities' not in printed
    alone = json.loads(out.read_text())['fused']
    for entry, other in zip(
        alone['top'], ensemble['modalities']['rgb']['top'], strict=True
    ):
        assert entry == dict(other, score=pytest.approx(other['score'], abs=1e-5))
    words = refused(tiny, clip, '--config', config, '--checkpoint', own['checkpoint'])
    assert 'leave out the checkpoint' in words


def test_stock_recognizer(tiny, zoo, clip, tmp_path):
    stock = zoo.trained('slowonly')
    cfg = stock.cfg.copy()
    cfg.test_pipeline = cfg.test_dataloader.dataset.pipeline
    cfg.dump(tmp_path / 'stock.py')
    out = tmp_path / 'a.json'
    model = ('--config', tmp_path / 'stock.py', '--checkpoint')
    printed = demo(tiny, clip, *model, stock.checkpoint, '--json', out, '--topk', 3)
    saved = json.loads(out.read_text())
    assert saved['modalities'] == {} and 'prediction' in printed
    # Its head gives probabilities already.
    assert sum(e['score'] for e in saved['fused']['top']) == pytest.approx(1, abs=1e-4)
    other = tmp_path / 'other.pth'
    torch.save(dict(state_dict={'cls_head.fc_cls.bias': torch.zeros(3)}), other)
    words = refused(tiny, clip, *model, other)
    assert 'does not fit the model of' in words and 'fc_cls.weight' in words


def test_bad_input(tiny, joint, clip, tmp_path):
    config, checkpoint = joint
    model = ('--config', config, '--checkpoint', checkpoint)
    assert 'does not exist' in refused(tiny, tmp_path / 'none.mp4', *model)
    assert 'is no video that can be read' in refused(
        tiny, tiny.data / 'test.txt', *model
    )
    assert 'needs a checkpoint' in refused(tiny, clip, '--config', config)
    assert 'needs the --config' in refused(tiny, clip, '--checkpoint', checkpoint)
    assert 'must end in one of' in refused(tiny, clip, *model, '--out', 'a.gif')
    words = refused(tiny, clip, *model, '--label', tiny.data / 'none.txt')
    assert 'none.txt does not exist' in words
    words = refused(tiny, clip, *model, '--source', 'audio')
    assert '--source takes MODALITY=FILE' in words
    other = tiny.child('rgb', 'demo_other')
    words = refused(tiny, clip, '--config', other, '--checkpoint', checkpoint)
    assert 'does not fit the model of' in words
    empty = tmp_path / 'empty.py'
    empty.write_text('a = 1\n')
    assert 'has no recognizer' in refused(tiny, clip, '--config', empty)
    torch.save([1, 2], tmp_path / 'list.pth')
    words = refused(
        tiny, clip, '--config', config, '--checkpoint', tmp_path / 'list.pth'
    )
    assert 'list.pth' in words
