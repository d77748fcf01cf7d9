import pytest
from figurechecks import assert_readable, legend, lines
from matplotlib.figure import Figure
from tinytheory import settings

from projects.theory.curves import draw_curve
from projects.theory.figures import (
    FIGURES,
    plot_boost,
    plot_performance,
    plot_unimodal,
)
from projects.theory.monte_carlo import simulate


@pytest.mark.parametrize('name', FIGURES)
def test_figures_are_readable(name, study):
    figure = FIGURES[name](study)
    assert_readable(figure)
    assert figure.axes[0].lines


def test_every_modality_is_drawn(study):
    assert set(legend(plot_unimodal(study))) == {
        f'm{i}, {way}' for i in (1, 2, 3) for way in ('alone', 'joint')
    }


def test_all_trials_beside_those_with_zero_error(study):
    axes = plot_performance(study).axes[0]
    drawn = lines(axes)
    rows = study['sweeps'][0]['rows']
    assert drawn['UME, all trials'] == (
        [0.0, 0.5, 1.0],
        [row['all']['error_ume']['mean'] for row in rows],
    )
    assert drawn['UME, zero error'][0] == [0.0, 0.5]
    assert axes.get_yscale() == 'log'
    assert f'equal at {study["sweeps"][0]["crossing"]:.2f}' in axes.get_title()


@pytest.mark.parametrize(
    ('name', 'panel', 'label', 'key'),
    [
        ('quantity', 1, 'joint \u2264 each modality alone', 'a_strong_or_equal'),
        ('unimodal', 0, 'm2, joint', 'error_m2_joint'),
        ('bound', 0, "Hoeffding's bound", 'bound'),
        ('bound', 1, 'condition holds, \u03b4 = 0.5', 'c_applies_0.5'),
        ('boost', 0, 'joint, pushed (Ex. B.5)', 'learned_pushed'),
        ('boost', 1, 'UMT (Thm. 3.5)', 'error_umt'),
    ],
)
def test_lines_are_what_their_names_say(name, panel, label, key, study):
    _, drawn = lines(FIGURES[name](study).axes[panel])[label]
    part = study['boosts'] if name == 'boost' else study['sweeps'][0]
    means = [row['separable'][key]['mean'] for row in part['rows']]
    assert drawn == means[: len(drawn)] and len(drawn) >= 2


def test_few_trials_are_no_point():
    axes = Figure().add_subplot()
    rows = [
        {'share': share, 'all': {'x': dict(mean=1.0, low=0.5, high=2.0, trials=count)}}
        for share, count in ((0.0, 10), (0.5, 9), (1.0, 12))
    ]
    draw_curve(axes, rows, 'x', 'name', 'red', 'o', kind='all')
    assert lines(axes) == {'name': ([0.0, 1.0], [1.0, 1.0])}
    band = axes.collections[0].get_paths()[0].vertices[:, 1]
    assert (band.min(), band.max()) == (0.5, 2.0)


def test_data_that_cannot_be_learned_leave_empty_panels():
    impossible = settings(shares=[0.0], boost_share=1.0, boosts=[0.1])
    study = simulate(impossible, progress=False)
    figure = plot_boost(study)
    assert_readable(figure)
    assert all(x == [] for axes in figure.axes for x, _ in lines(axes).values())
