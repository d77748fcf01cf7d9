"""One method several times in a study: with other seeds, or other settings."""

import json

from tinyset import undrawn

pytest_plugins = ['tinyset']


def study(tiny, folder, *arguments):
    """Run the tool for one epoch, without pictures."""
    with undrawn():
        return tiny.tool(
            *('study', 'slim_avdigits', '--work-dir', folder),
            *('--config-dir', tiny.configs, *arguments),
            *('--cfg-options', f'data_root={tiny.data}', 'num_classes=3'),
            *('train_dataloader.batch_size=4', 'train_cfg.max_epochs=1'),
            'train_cfg.val_interval=1',
        )


def results(folder):
    return json.loads((folder / 'results.json').read_text())


def test_several_seeds(tiny):
    folder = tiny.folder / 'seeds'
    folder.mkdir()
    (folder / 'guidance.json').write_text('{"method": "of an earlier study"}')
    study(tiny, folder, '--methods', 'audio', '--seeds', 0, 1)
    assert not (folder / 'guidance.json').exists()
    assert json.loads((folder / 'study.json').read_text())['seeds'] == [0, 1]
    (entry,) = results(folder).values()
    first, second = entry['seeds']['top1']
    assert entry['top1'] == (first + second) / 2
    assert len(entry['seeds']['probe_top1']['audio']) == 2
    weights = [
        tiny.state_of(folder / 'audio' / f'seed{seed}' / 'best.pth') for seed in (0, 1)
    ]
    key = 'cls_head.fc_cls.weight'
    assert not weights[0][key].equal(weights[1][key])


def test_a_sweep(tiny):
    """Values of one setting, a teacher, and a method for comparison."""
    folder, weight = tiny.folder / 'sweep', 'model.loss_distill.loss_weight'
    sweep = '--methods', 'audio', '--vary', 'kd_audio', f'{weight}=0,1000'
    printed = study(tiny, folder, *sweep)
    names = [f'kd_audio loss_weight={value}' for value in (0, 1000)]
    assert list(results(folder)) == ['audio', *names]
    assert all(f'| KD audio loss_weight={value} |' in printed for value in (0, 1000))
    cells = [folder / name.replace(' ', '.') / 'seed0' for name in names]
    first, second = (tiny.state_of(cell / 'best.pth') for cell in cells)
    key = 'cls_head.fc_cls.weight'
    assert not first[key].equal(second[key])
    # Stopped in the last cell, the study goes on there.
    times = {path: path.stat().st_mtime_ns for path in cells[0].glob('*')}
    (cells[1] / 'result.json').unlink()
    before = results(folder)[names[1]]['probe_top1']
    study(tiny, folder, *sweep)
    assert results(folder)[names[1]]['probe_top1'] == before
    assert {path: path.stat().st_mtime_ns for path in cells[0].glob('*')} == times
