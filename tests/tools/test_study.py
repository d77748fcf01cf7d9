import json
from contextlib import nullcontext

import pytest
from tinyset import undrawn

from mm_laziness.compat import load_checkpoint_file
from mm_laziness.evaluation.predictions import load_predictions
from mm_laziness.visualization import display_name

pytest_plugins = ['tinyset']

METHODS = ('rgb', 'audio', 'joint', 'mm_clf', 'ume', 'umt')
EPOCHS = 2


def study(tiny, folder, *arguments, epochs=EPOCHS, drawn=False):
    """Run the tool on the repository's configs, as its help shows."""
    with nullcontext() if drawn else undrawn():
        return tiny.tool(
            *('study', 'slim_avdigits', '--work-dir', folder),
            *('--config-dir', tiny.configs, *arguments),
            *('--cfg-options', f'data_root={tiny.data}', 'num_classes=3'),
            *('train_dataloader.batch_size=4', f'train_cfg.max_epochs={epochs}'),
            'train_cfg.val_interval=1',
        )


@pytest.fixture(scope='module')
def done(tiny):
    """Folder of a study, and what it printed."""
    folder = tiny.folder / 'study'
    methods = 'joint', 'mm_clf', 'ume', 'umt'
    printed = study(tiny, folder, '--methods', *methods, drawn=True)
    return folder, printed


def results(folder):
    return json.loads((folder / 'results.json').read_text())


def test_results(done):
    folder, printed = done
    # Uni-modal models first, though they were not asked for.
    assert sorted(results(folder)) == sorted(METHODS)
    for method, entry in results(folder).items():
        names = [method] if method in ('rgb', 'audio') else ['rgb', 'audio']
        assert list(entry['unimodal_top1']) == names
        assert list(entry['probe_top1']) == names
        assert entry['seconds'] > 0
        numbers = [entry['top1'], *entry['unimodal_top1'].values()]
        assert all(0 <= 8 * n / 100 == round(8 * n / 100) <= 8 for n in numbers)
        assert entry['seeds']['top1'] == [entry['top1']]
        assert entry['seeds']['probe_top1'] == {
            name: [value] for name, value in entry['probe_top1'].items()
        }
        assert f'| {display_name(method)} | {entry["top1"]:.1f} |' in printed
        assert entry['memory'] is None or entry['memory'] > 100
    ensemble = results(folder)['ume']
    assert ensemble['average_score'] == ensemble['top1']
    assert 'average_prob' in ensemble


def test_parts_that_share_an_encoder_agree(done):
    entries = results(done[0])
    for name in ('rgb', 'audio'):
        own = entries[name]
        assert own['unimodal_top1'][name] == own['top1']
        for method in ('ume', 'mm_clf'):
            assert entries[method]['probe_top1'][name] == own['probe_top1'][name]
        assert entries['ume']['unimodal_top1'][name] == own['top1']


def test_costs_and_differences(done):
    entries = results(done[0])
    seconds = {method: entry['seconds'] for method, entry in entries.items()}
    for method, entry in entries.items():
        alone, whole = seconds[method], entry['relative_cost_with_teachers']
        if method in ('mm_clf', 'ume', 'umt'):
            assert whole == pytest.approx(
                (alone + seconds['rgb'] + seconds['audio']) / seconds['joint']
            )
        else:
            assert whole == entry['relative_cost']
        assert entry['relative_cost'] == pytest.approx(alone / seconds['joint'])
        if method != 'joint':
            difference = entry['top1'] - entries['joint']['top1']
            assert entry['difference'] == pytest.approx(difference)
            low, high = entry['difference_interval']
            assert low <= difference <= high
            assert 0 < entry['p_value'] <= 1
    assert 'difference' not in entries['joint']


def test_predictions_and_classes(done):
    folder, _ = done
    classes = json.loads((folder / 'classes.json').read_text())
    assert sorted(classes['names']) == sorted(METHODS)
    assert (classes['unimodal'], classes['joint']) == (['rgb', 'audio'], 'joint')
    assert classes['counts'] == [3, 3, 2]
    assert len((folder / 'classes.json').read_text().splitlines()) == 1
    for method, entry in results(folder).items():
        cell = folder / method / 'seed0'
        kept = load_predictions(cell / 'predictions.pkl')
        right = kept.scores.argmax(dim=1) == kept.labels
        assert 100 * right.float().mean() == entry['top1']
        assert list(kept.unimodal) == list(entry['unimodal_top1'])
        matrix = classes['confusion'][method]
        assert sum(matrix[i][i] for i in range(3)) == right.sum()


def test_report_and_guidance(done):
    folder, printed = done
    report = (folder / 'report.md').read_text()
    assert all(f'| {display_name(method)} |' in report for method in METHODS)
    assert '| seconds | x joint |' in report
    assert 'Accuracies are those of the last epoch' in report
    for name in ('accuracies', 'laziness'):
        assert f'({name}.png)' in report
        assert (folder / f'{name}.png').read_bytes().startswith(b'\x89PNG')
    assert '<html' in (folder / 'report.html').read_text()
    assert f'report: {folder}/report.html' in printed
    assert json.loads((folder / 'failures.json').read_text()) == []
    guidance = json.loads((folder / 'guidance.json').read_text())
    assert guidance['advice'] in printed
    for name in ('rgb', 'audio'):
        assert 100 * guidance['unimodal'][name] == results(folder)[name]['top1']
    assert 100 * guidance['average_score'] == results(folder)['ume']['top1']


def test_no_checkpoint_is_chosen_on_test_data(tiny, done):
    folder, _ = done
    for method in ('rgb', 'audio'):
        cell = folder / method / 'seed0'
        tiny.assert_equal_states(
            tiny.state_of(cell / 'best.pth'),
            tiny.state_of(cell / f'epoch_{EPOCHS}.pth'),
        )
        log = (cell / 'log.txt').read_text()
        assert 'Epoch(val) [2][1/1]' in log
        assert 'Epoch(val) [1]' not in log


def test_finished_cells_are_skipped(tiny, done):
    folder, printed = done
    before = results(folder)
    times = {path: path.stat().st_mtime_ns for path in folder.glob('*/*/*')}
    assert (
        study(tiny, folder, '--methods', *METHODS).splitlines()[-1]
        == (printed.splitlines()[-1])
    )
    assert results(folder) == before
    assert {path: path.stat().st_mtime_ns for path in folder.glob('*/*/*')} == times


def test_stopped_cells_go_on_where_they_were(tiny, done):
    folder, _ = done
    before = results(folder)['umt']
    cell = folder / 'umt' / 'seed0'
    (cell / 'result.json').unlink()
    # Killed after the training ...
    study(tiny, folder, '--methods', 'umt')
    after = results(folder)['umt']
    assert 'Epoch(train)' not in _last_run(cell)
    for key in ('top1', 'unimodal_top1', 'probe_top1'):
        assert after[key] == before[key]
    # Its seconds are those of the training, not of what was left to do.
    checkpoint = load_checkpoint_file(cell / 'epoch_2.pth')
    assert after['seconds'] > checkpoint['meta']['seconds'] > 0
    # ... and in its second epoch.
    for path in (cell / 'result.json', *cell.glob('best*'), cell / 'epoch_2.pth'):
        path.unlink()
    study(tiny, folder, '--methods', 'umt')
    assert 'Epoch(train) [2]' in _last_run(cell)
    assert 'Epoch(train) [1]' not in _last_run(cell)
    after = results(folder)['umt']
    for key in ('top1', 'unimodal_top1', 'probe_top1'):
        assert after[key] == before[key]
    assert (cell / 'best.pth').exists()


def _last_run(cell):
    return max(cell.glob('*/*.log')).read_text()


def test_what_older_studies_lack_is_added(tiny, done):
    """Predictions, from the model that a finished cell has."""
    folder, _ = done
    lost = folder / 'umt' / 'seed0' / 'predictions.pkl'
    before = load_predictions(lost).scores
    lost.unlink()
    printed = study(tiny, folder, '--methods', 'umt')
    assert 'not asked for, so not in the report: joint, mm_clf, ume' in printed
    assert load_predictions(lost).scores.equal(before)
    # One whose model is gone is left as it is.
    lost.unlink()
    model = lost.with_name('best.pth')
    model.rename(lost.with_name('gone.pth'))
    study(tiny, folder, '--methods', 'joint', 'umt')
    assert not lost.exists() and 'difference' not in results(folder)['umt']
    lost.with_name('gone.pth').rename(model)


def test_the_plan_alone(tiny, done):
    folder, _ = done
    path = folder / 'mm_clf' / 'seed1'
    plan = study(tiny, folder, '--methods', 'mm_clf', '--seeds', 0, 1, '--dry-run')
    lines = [line.split('  ')[0] for line in plan.splitlines()]
    assert lines[1:4] == ['rgb, seed 0', 'audio, seed 0', 'mm_clf, seed 0']
    assert plan.count('done') == 3 and f'{3 * EPOCHS} epochs of training' in plan
    assert not path.exists()


def test_a_folder_of_other_runs(tiny, done):
    with pytest.raises(SystemExit) as error:
        study(tiny, done[0], '--methods', 'rgb', epochs=3)
    text = str(error.value)
    assert "holds a run with other settings (['train_cfg.max_epochs'" in text
    assert 'give the study another --work-dir' in text
