import json
import multiprocessing
import socket

import torch.distributed as dist

from mm_laziness.engine import FaultSummaryHook

MISSING = ('rgb', 'a.mp4', 'no such file', 'skipped')
SILENT = ('audio', 'a.mp4', 'no audio stream', 'zeros')
BROKEN = ('rgb', 'b.mp4', 'moov atom not found', 'skipped')


def faulty(toy, faults):
    dataset = toy.dataset()
    dataset.faults = faults
    return dataset


def test_counts_warns_and_writes(toy, tmp_path, capfd):
    dataset = faulty(toy, {0: (MISSING, SILENT), 3: (MISSING,), 5: (BROKEN,)})
    runner = toy.runner(
        train_dataloader=toy.loader(dataset, shuffle=False),
        train_cfg=dict(by_epoch=True, max_epochs=2),
        hooks=[FaultSummaryHook(max_files=2)],
    )
    toy.train(runner)
    text = capfd.readouterr().out
    found = 'Faults in training epoch {}: 3 x rgb skipped, 1 x audio zeros.'
    assert text.count(found.format(1)) == text.count(found.format(2)) == 1
    assert 'a.mp4 (rgb): no such file' in text
    assert 'b.mp4' not in text
    assert 'and 1 more; all in' in text
    report = json.loads((tmp_path / 'run' / 'faults.json').read_text())
    names = ('modality', 'path', 'reason', 'action')
    assert report == {
        'train': [
            {**dict(zip(names, fault, strict=True)), 'count': count}
            for fault, count in ((SILENT, 2), (MISSING, 4), (BROKEN, 2))
        ]
    }


def test_validation_and_test_have_their_own_entries(toy, tmp_path, capfd):
    loader = toy.loader(faulty(toy, {1: (SILENT,)}), shuffle=False)
    parts = dict(
        val_dataloader=loader,
        val_cfg={},
        val_evaluator=toy.evaluator([0.1] * 4),
        test_dataloader=loader,
        test_cfg={},
        test_evaluator=toy.evaluator([0.1]),
    )
    toy.train(toy.runner(hooks=[FaultSummaryHook()], **parts))
    # Another process, later, in the same folder.
    toy.runner(hooks=[FaultSummaryHook()], **parts).test()
    text = capfd.readouterr().out
    assert all(
        f'Faults in validation after iteration {i}: 1 x audio zeros.' in text
        for i in (2, 4, 6, 8)
    )
    assert 'Faults in the test: 1 x audio zeros.' in text
    report = json.loads((tmp_path / 'run' / 'faults.json').read_text())
    assert {mode: rows[0]['count'] for mode, rows in report.items()} == dict(
        val=4, test=1
    )


def test_quiet_without_faults(toy, tmp_path, capfd):
    toy.train(toy.runner(scores=[0.1] * 4, hooks=[FaultSummaryHook()]))
    assert 'Faults' not in capfd.readouterr().out
    assert not (tmp_path / 'run' / 'faults.json').exists()


def test_iteration_based_training_tells_before_each_validation(toy, capfd):
    runner = toy.runner(
        scores=[0.1, 0.2],
        train_dataloader=toy.loader(faulty(toy, {2: (BROKEN,)}), batch_size=8),
        train_cfg=dict(by_epoch=False, max_iters=2, val_interval=1),
        param_scheduler=None,
        default_hooks=dict(checkpoint=None),
        hooks=[FaultSummaryHook()],
    )
    toy.train(runner)
    text = capfd.readouterr().out
    for iteration in (1, 2):
        assert f'Faults in training up to iteration {iteration}: 1 x rgb' in text


def _rank(toy, port, rank):
    dist.init_process_group(
        'gloo', init_method=f'tcp://127.0.0.1:{port}', rank=rank, world_size=2
    )
    # Even samples go to rank 0, odd ones to rank 1; none of rank 0 is broken.
    loader = toy.loader(faulty(toy, {1: (MISSING,), 3: (BROKEN,)}), shuffle=False)
    runner = toy.runner(train_dataloader=loader, hooks=[FaultSummaryHook()])
    toy.train(runner)
    dist.destroy_process_group()


def test_two_gloo_ranks_are_counted_together(toy, tmp_path):
    with socket.socket() as free:
        free.bind(('127.0.0.1', 0))
        port = free.getsockname()[1]
    context = multiprocessing.get_context('fork')
    ranks = [context.Process(target=_rank, args=(toy, port, r)) for r in range(2)]
    for process in ranks:
        process.start()
    for process in ranks:
        process.join(60)
    assert [process.exitcode for process in ranks] == [0, 0]
    report = json.loads((tmp_path / 'run' / 'faults.json').read_text())
    assert [(row['path'], row['count']) for row in report['train']] == [
        ('a.mp4', 4),
        ('b.mp4', 4),
    ]
