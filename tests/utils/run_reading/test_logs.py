import pytest
from runfolders import step, validation, write_log

from mm_laziness.utils.run_reading.logs import log_files, read_run_log


def epochs(log):
    return [line['epoch'] for line in log.steps]


def tops(log):
    return {line['step']: line['acc/top1'] for line in log.evaluations}


def test_one_run(tmp_path):
    write_log(
        tmp_path, '2', step(1, 5, loss=2.0), validation(1, 0.25), step(2, 10, loss=1.0)
    )
    log = read_run_log(tmp_path)
    assert [line['loss'] for line in log.steps] == [2.0, 1.0]
    assert tops(log) == {1: 0.25}
    # The folder of the single run does as well.
    assert read_run_log(tmp_path / '2').steps == log.steps


def test_a_resumed_run_holds_from_where_it_begins(tmp_path):
    """Killed in epoch 3, after its last checkpoint, that of epoch 1."""
    first = [step(1, 1, a=1), validation(1, 0.1), step(2, 2, a=1), validation(2, 0.2)]
    write_log(tmp_path, '20260101_1', *first, step(3, 3, a=1), text='{"loss": 0.')
    write_log(tmp_path, '20260102_1', step(2, 2, a=2), validation(2, 0.3))
    log = read_run_log(tmp_path)
    assert epochs(log) == [1, 2] and [line['a'] for line in log.steps] == [1, 2]
    assert tops(log) == {1: 0.1, 2: 0.3}


def test_what_a_resumed_run_has_not_reached_again_is_gone(tmp_path):
    write_log(
        tmp_path, '1', step(1, 1), validation(1, 0.1), step(2, 2), validation(2, 1)
    )
    write_log(tmp_path, '2', step(2, 2))
    assert tops(read_run_log(tmp_path)) == {1: 0.1}


def test_a_new_run_in_the_same_folder(tmp_path):
    write_log(tmp_path, '1', step(1, 5), validation(1, 0.9), step(2, 10))
    write_log(tmp_path, '2', step(1, 7), validation(1, 0.5))
    log = read_run_log(tmp_path)
    assert [line['iter'] for line in log.steps] == [7] and tops(log) == {1: 0.5}


def test_a_later_validation_alone_replaces_its_own_epoch_only(tmp_path):
    write_log(tmp_path, '1', step(1, 1), validation(1, 0.1), validation(2, 0.2))
    write_log(tmp_path, '2', validation(2, 0.25))
    assert tops(read_run_log(tmp_path)) == {1: 0.1, 2: 0.25}


def test_what_hooks_log_of_an_epoch_is_one_with_its_validation(tmp_path):
    own = dict(step(1, 1), step=1)
    del own['iter'], own['epoch']
    write_log(tmp_path, '1', dict(own, gap=-4.0), validation(1, 0.5), dict(own, b=2.0))
    (line,) = read_run_log(tmp_path).evaluations
    assert line == {'acc/top1': 0.5, 'gap': -4.0, 'b': 2.0, 'step': 1}
    # A later run's replaces all of it.
    write_log(tmp_path, '2', validation(1, 0.75))
    assert read_run_log(tmp_path).evaluations == [{'acc/top1': 0.75, 'step': 1}]


def test_a_log_itself(tmp_path):
    path = write_log(tmp_path, '1', step(1, 1), validation(1, 0.5))
    assert log_files(path) == [path] and tops(read_run_log(path)) == {1: 0.5}


def test_loops_that_count_iterations(tmp_path):
    lines = [dict(iter=i, step=i, a=1) for i in (10, 20, 30)]
    write_log(tmp_path, '1', *lines, validation(30, 0.5))
    write_log(tmp_path, '2', dict(iter=20, step=20, a=2))
    log = read_run_log(tmp_path)
    assert [(line['iter'], line['a']) for line in log.steps] == [(10, 1), (20, 2)]
    assert log.evaluations == [] and log.by_epoch('a') == {}


def test_by_epoch(tmp_path):
    write_log(tmp_path, '1', step(1, 1, ogm_a=1), step(1, 2, ogm_a=2), step(2, 3, b=1))
    found = read_run_log(tmp_path).by_epoch('ogm_')
    assert {epoch: [line['iter'] for line in of] for epoch, of in found.items()} == {
        1: [1, 2]
    }


def test_no_log(tmp_path):
    log = read_run_log(tmp_path)
    assert log_files(tmp_path) == log.steps == log.evaluations == []


def test_damaged_log_is_named(tmp_path):
    path = write_log(tmp_path, '1', step(1, 1))
    path.write_text('{"a"\n' + path.read_text())
    with pytest.raises(ValueError, match=r'line 1 of .*1/vis_data/scalars.json cannot'):
        read_run_log(tmp_path)
