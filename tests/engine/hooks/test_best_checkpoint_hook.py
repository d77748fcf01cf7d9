import os

import pytest
import torch

from mm_laziness.engine.hooks import best_checkpoint_hook


def names(folder):
    files = (path for path in folder.iterdir() if path.is_file())
    return sorted(path.name for path in files if path.suffix != '.py')


def epoch_of(path):
    return torch.load(path, weights_only=False)['meta']['epoch']


def hook(**kwargs):
    settings = dict(type='BestCheckpointHook', interval=1, save_best='acc/top1')
    return dict(checkpoint={**settings, **kwargs})


def test_best_pth_follows_the_best(toy, tmp_path):
    runner = toy.runner(
        scores=[0.2, 0.6, 0.4, 0.5], default_hooks=hook(max_keep_ckpts=1)
    )
    toy.train(runner)
    run = tmp_path / 'run'
    kept = ['best.pth', 'best_acc_top1_epoch_2.pth', 'epoch_4.pth', 'last_checkpoint']
    assert names(run) == kept
    assert os.path.samefile(run / 'best.pth', run / 'best_acc_top1_epoch_2.pth')
    assert epoch_of(run / 'best.pth') == 2
    assert (run / 'last_checkpoint').read_text() == str(run / 'epoch_4.pth')


def test_without_hard_links_best_pth_is_a_copy(toy, tmp_path, monkeypatch):
    def refuse(*args):
        raise OSError('no hard links here')

    monkeypatch.setattr('os.link', refuse)
    toy.train(toy.runner(scores=[0.2, 0.6, 0.4, 0.5], default_hooks=hook()))
    run = tmp_path / 'run'
    assert epoch_of(run / 'best.pth') == 2
    assert not os.path.samefile(run / 'best.pth', run / 'best_acc_top1_epoch_2.pth')


def test_iteration_based(toy, tmp_path):
    runner = toy.runner(
        scores=[0.2, 0.6, 0.4],
        train_cfg=dict(by_epoch=False, max_iters=6, val_interval=2),
        train_dataloader=toy.loader(sampler='InfiniteSampler'),
        param_scheduler=None,
        default_hooks=hook(interval=2, by_epoch=False, max_keep_ckpts=2),
    )
    toy.train(runner)
    assert names(tmp_path / 'run') == [
        'best.pth',
        'best_acc_top1_iter_4.pth',
        'iter_4.pth',
        'iter_6.pth',
        'last_checkpoint',
    ]
    best = torch.load(tmp_path / 'run' / 'best.pth', weights_only=False)
    assert best['meta']['iter'] == 4


def test_several_metrics_follow_the_first(toy, tmp_path):
    best = hook(save_best=['acc/top1', 'acc/top5'], rule='greater')
    runner = toy.runner(scores=[], default_hooks=best)
    top5 = iter([0.1, 0.2, 0.9, 0.3])
    top1 = iter([0.2, 0.6, 0.4, 0.5])
    metric = runner._val_evaluator.metrics[0]
    metric.compute_metrics = lambda _: dict(top1=next(top1), top5=next(top5))
    toy.train(runner)
    assert epoch_of(tmp_path / 'run' / 'best.pth') == 2
    assert (tmp_path / 'run' / 'best_acc_top5_epoch_3.pth').exists()


def test_resume_keeps_the_best_score(toy, tmp_path):
    stop = toy.recorder(2)
    toy.train(toy.runner(scores=[0.2, 0.6], default_hooks=hook(), hooks=[stop]))
    toy.train(toy.runner(scores=[0.4, 0.5], default_hooks=hook(), resume=True))
    assert epoch_of(tmp_path / 'run' / 'best.pth') == 2
    toy.train(
        toy.runner(
            scores=[0.7],
            default_hooks=hook(),
            resume=True,
            train_cfg=dict(by_epoch=True, max_epochs=5),
        )
    )
    assert epoch_of(tmp_path / 'run' / 'best.pth') == 5
    # The best file of the first part is gone, though another process wrote it.
    assert not (tmp_path / 'run' / 'best_acc_top1_epoch_2.pth').exists()


@pytest.mark.parametrize('fails', [0, 1, 2, 3, 4, 5])
def test_whenever_writing_fails_the_previous_files_are_complete(toy, tmp_path, fails):
    # Each epoch saves epoch_N, the best, and epoch_N again with the new best score.
    settings = dict(default_hooks=hook(max_keep_ckpts=1))
    runner = toy.runner(scores=[0.2, 0.6, 0.8], **settings)
    save, saved = runner.save_checkpoint, []

    def die(*args, **kwargs):
        if len(saved) == 3 + fails:
            raise KeyboardInterrupt
        saved.append(args)
        save(*args, **kwargs)

    runner.save_checkpoint = die
    with pytest.raises(KeyboardInterrupt):
        toy.train(runner)
    run = tmp_path / 'run'
    last = (run / 'last_checkpoint').read_text()
    state = torch.load(last, weights_only=False)['message_hub']['runtime_info']
    # What a resumed run believes to be the best is there, and best.pth is it.
    assert os.path.samefile(state['best_ckpt'], run / 'best.pth')
    assert epoch_of(run / 'best.pth') == (1 if fails < 3 else 2)


def test_file_saved_again_under_its_name_is_kept(toy, tmp_path):
    stop = toy.recorder(2)
    toy.train(toy.runner(scores=[0.2, 0.6], default_hooks=hook(), hooks=[stop]))
    first = tmp_path / 'run' / 'epoch_1.pth'
    state = torch.load(first, weights_only=False)
    state['message_hub']['runtime_info']['best_ckpt'] = str(
        tmp_path / 'run' / 'best_acc_top1_epoch_2.pth'
    )
    torch.save(state, first)
    runner = toy.runner(
        scores=[0.7, 0.1, 0.1],
        default_hooks=hook(),
        resume=True,
        load_from=str(first),
    )
    toy.train(runner)
    assert (tmp_path / 'run' / 'best_acc_top1_epoch_2.pth').exists()
    assert epoch_of(tmp_path / 'run' / 'best.pth') == 2


def test_validation_alone_saves_nothing(toy, tmp_path):
    runner = toy.runner(scores=[0.2], default_hooks=hook())
    assert runner.val() == {'acc/top1': 0.2}
    assert names(tmp_path / 'run') == []


def test_folders_are_removed_as_well(tmp_path):
    folder = tmp_path / 'epoch_1.pth'
    folder.mkdir()
    backend = best_checkpoint_hook.LocalBackend()
    deferred = best_checkpoint_hook._DeferredRemoval(backend)
    deferred.rmtree(str(folder))
    assert deferred.isdir(str(folder))
    deferred.flush(keep={str(folder)})
    assert folder.exists()
    deferred.flush(keep=set())
    assert not folder.exists()
