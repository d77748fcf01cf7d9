import os
import sys
from types import ModuleType

import pytest
import torch
from mmaction.registry import MODELS, RUNNERS
from mmengine.config import Config
from mmengine.runner import Runner

from mm_laziness.engine import MultiModalRunner
from mm_laziness.engine.runner import multi_modal_runner

EVERY_EPOCH = dict(checkpoint=dict(type='BestCheckpointHook', interval=1))


def files(folder):
    return {path.name for path in folder.iterdir() if path.is_file()}


@pytest.fixture
def config_module(monkeypatch):
    """Stands in for the resolution of configs, and notes its calls."""
    module = ModuleType('mm_laziness.utils.config')
    module.calls = []

    def resolve_config(cfg):
        module.calls.append('resolve')
        cfg.work_dir = cfg.work_dir + '/resolved'
        cfg.model.nan_at = 7
        return cfg

    def check_before_training(cfg):
        module.calls.append(cfg.work_dir)
        raise FileNotFoundError('no teacher')

    module.resolve_config = resolve_config
    module.check_before_training = check_before_training
    monkeypatch.setitem(sys.modules, 'mm_laziness.utils.config', module)
    return module


def test_config_is_resolved_and_checked(config_module, tmp_path, toy):
    cfg = Config(
        dict(
            runner_type='MultiModalRunner',
            default_scope='mmaction',
            model=dict(type='ToyModelOfRunnerTest'),
            work_dir=str(tmp_path),
            experiment_name='from_cfg',
        )
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(MODELS._module_dict, 'ToyModelOfRunnerTest', toy.model)
        runner = RUNNERS.build(cfg)
    assert type(runner) is MultiModalRunner
    assert runner.work_dir == str(tmp_path / 'resolved')
    assert runner.model.nan_at == 7
    # The caller's config is left as it was.
    assert cfg.work_dir == str(tmp_path)
    assert 'nan_at' not in cfg.model
    with pytest.raises(FileNotFoundError, match='no teacher'):
        runner.train()
    assert config_module.calls == ['resolve', str(tmp_path / 'resolved')]


def test_config_that_cannot_work_is_refused(config_module, tmp_path):
    def refuse(cfg):
        raise ValueError('unknown modality')

    config_module.resolve_config = refuse
    with pytest.raises(ValueError, match='unknown modality'):
        MultiModalRunner.from_cfg(Config(dict(work_dir=str(tmp_path))))


def test_a_killed_save_leaves_no_half_file(toy, tmp_path, monkeypatch):
    runner = toy.runner(default_hooks=EVERY_EPOCH)
    save = multi_modal_runner.Runner.save_checkpoint

    def half(self, out_dir, filename, *args, **kwargs):
        save(self, out_dir, filename, *args, **kwargs)
        if self.epoch == 2:
            os.truncate(os.path.join(out_dir, filename), 500)
            raise KeyboardInterrupt

    monkeypatch.setattr(Runner, 'save_checkpoint', half)
    with pytest.raises(KeyboardInterrupt):
        toy.train(runner)
    run = tmp_path / 'run'
    assert '.epoch_3.pth.saving' in files(run)
    assert not (run / 'epoch_3.pth').exists()

    (run / '.iter_7.pth.saving').touch()
    monkeypatch.setattr(Runner, 'save_checkpoint', save)
    resumed = toy.train(toy.runner(default_hooks=EVERY_EPOCH, resume=True))
    assert not [name for name in files(run) if name.endswith('.saving')]
    saved = torch.load(run / 'epoch_4.pth', weights_only=False)['state_dict']
    assert torch.equal(torch.cat([p.ravel() for p in saved.values()]), resumed)


def test_saves_what_mmengine_saves(toy, tmp_path):
    for name, cls in (('ours', MultiModalRunner), ('theirs', Runner)):
        runner = toy.runner(
            cls=cls, work_dir=str(tmp_path / name), default_hooks=EVERY_EPOCH
        )
        toy.train(runner)
        assert runner.save_checkpoint(str(tmp_path), f'{name}.pth') is None
    ours, theirs = (
        torch.load(tmp_path / f'{name}.pth', weights_only=False)
        for name in ('ours', 'theirs')
    )
    assert ours.keys() == theirs.keys()
    assert ours['meta']['epoch'] == theirs['meta']['epoch']
    assert ours['optimizer']['param_groups'] == theirs['optimizer']['param_groups']


@pytest.mark.parametrize('arguments', [{}, dict(file_client_args=dict(backend='disk'))])
def test_other_storage_is_left_to_mmengine(toy, tmp_path, monkeypatch, arguments):
    runner = toy.runner()
    written = []
    monkeypatch.setattr(
        Runner, 'save_checkpoint', lambda self, out, name, **kw: written.append(name)
    )
    monkeypatch.setattr(multi_modal_runner, 'LocalBackend', type('Other', (), {}))
    runner.save_checkpoint(str(tmp_path), 'epoch_1.pth', **arguments)
    assert written == ['epoch_1.pth']


def train_then_break(toy, run, last_checkpoint, half=None):
    """Leave epochs 1 and 2, the given ``last_checkpoint`` and half a file."""
    stop = toy.recorder(2)
    toy.train(toy.runner(default_hooks=EVERY_EPOCH, hooks=[stop]))
    (run / 'last_checkpoint').write_text(last_checkpoint)
    if half:
        (run / half).write_bytes((run / 'epoch_2.pth').read_bytes()[:2000])


@pytest.mark.parametrize('half', [None, 'epoch_3.pth', 'iter_9.pth'])
@pytest.mark.parametrize('named', ['', 'epoch_7.pth', 'half'])
def test_resume_falls_back_to_the_newest_complete(toy, tmp_path, capfd, named, half):
    run = tmp_path / 'run'
    named = str(run / half) if named == 'half' and half else named
    train_then_break(toy, run, named, half)
    runner = toy.runner(default_hooks=EVERY_EPOCH, resume=True)
    runner.train_loop  # noqa: B018  resuming needs it built
    runner.load_or_resume()
    assert (runner.epoch, runner.iter) == (2, 4)
    text = capfd.readouterr().out
    assert f'names {named!r}, which is no complete checkpoint' in text.replace('\n', '')


def test_resume_believes_a_good_last_checkpoint(toy, tmp_path):
    run = tmp_path / 'run'
    train_then_break(toy, run, str(run / 'epoch_1.pth'))
    runner = toy.runner(resume=True)
    runner.train_loop  # noqa: B018
    runner.load_or_resume()
    assert runner.epoch == 1


def test_resume_without_a_checkpoint_starts_from_scratch(toy):
    runner = toy.runner(resume=True, log_level='INFO')
    toy.train(runner)
    assert runner.epoch == 4


def test_named_checkpoint_is_resumed_or_loaded_as_in_mmengine(toy, tmp_path):
    run = tmp_path / 'run'
    train_then_break(toy, run, '')
    first = str(run / 'epoch_1.pth')
    resumed = toy.runner(resume=True, load_from=first)
    resumed.train_loop  # noqa: B018
    resumed.load_or_resume()
    assert resumed.epoch == 1
    loaded = toy.runner(load_from=first)
    loaded.train_loop  # noqa: B018
    loaded.load_or_resume()
    assert loaded.epoch == 0
