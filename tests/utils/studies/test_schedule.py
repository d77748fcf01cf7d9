"""Order of cells, and what a failure takes with it."""

from mm_laziness.utils.studies.schedule import Schedule

CELLS = [(m, seed) for seed in (0, 1) for m in ('a', 'b', 'joint', 'umt', 'kd')]
NEEDS = dict(umt=['a', 'b'], kd=['umt'])


def starts(schedule):
    """All that may start now."""
    return [*iter(schedule.start, None)]


def test_a_cell_starts_when_what_it_needs_is_done():
    schedule = Schedule(CELLS, NEEDS, {})
    assert starts(schedule) == [
        *(('a', 0), ('b', 0), ('joint', 0), ('a', 1), ('b', 1), ('joint', 1))
    ]
    assert schedule.end(('a', 0)) == []
    assert starts(schedule) == []
    schedule.end(('b', 1))
    schedule.end(('b', 0))
    assert starts(schedule) == [('umt', 0)]
    schedule.end(('umt', 0))
    assert starts(schedule) == [('kd', 0)]


def test_a_failure_takes_all_that_needs_it_and_nothing_else():
    schedule = Schedule(CELLS, NEEDS, {})
    starts(schedule)
    assert schedule.end(('a', 0), failed=True) == [
        *((('umt', 0), 'a'), (('kd', 0), 'umt'))
    ]
    for cell in (('b', 0), ('joint', 0), ('joint', 1), ('a', 1), ('b', 1)):
        assert schedule.end(cell) == []
    assert starts(schedule) == [('umt', 1)]
    schedule.end(('umt', 1))
    assert starts(schedule) == [('kd', 1)] and schedule
    schedule.end(('kd', 1))
    assert not schedule


def test_what_only_waits_goes_on_after_a_failure():
    schedule = Schedule(CELLS[:3], {}, dict(joint=['a', 'b']))
    assert starts(schedule) == [('a', 0), ('b', 0)]
    schedule.end(('b', 0))
    assert starts(schedule) == []
    assert schedule.end(('a', 0), failed=True) == []
    assert starts(schedule) == [('joint', 0)]


def test_what_is_not_in_the_study_holds_nothing_up():
    assert Schedule([('joint', 0)], {}, dict(joint=['a'])).start() == ('joint', 0)
