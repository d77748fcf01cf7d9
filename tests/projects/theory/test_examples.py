import pytest

from projects.theory.example_table import example_text
from projects.theory.examples import NAMES, TABLE, example_features, example_rows
from projects.theory.learning import learn

# Examples B.4 and B.5, and Theorem 3.5's set.
PAPER = {
    'm1 alone': {'f1', 'f2', 'f3'},
    'm2 alone': {'g1', 'g2', 'g3'},
    'UME': {'f1', 'f2', 'f3', 'g1', 'g2', 'g3'},
    'joint, no h': {'f1', 'g1', 'f2'},
    'joint, with h': {'h', 'f1'},
    'joint, +0.15': {'f1', 'g1', 'h', 'f2'},
    'UMT, +0.15': {'f1', 'f2', 'f3', 'g1', 'g2', 'g3', 'h'},
}


def test_what_is_learned_is_the_papers():
    rows = example_rows()
    assert {name: set(learned) for name, learned, _, _ in rows} == PAPER
    assert all(zero_error for _, _, zero_error, _ in rows)


def test_sums_of_joint_training_by_hand():
    index = [NAMES.index(name) for name in ('f1', 'g1', 'f2')]
    assert TABLE[:, index].cumsum(axis=1).tolist() == [
        [1, 2, 3],
        [0, 1, 2],
        [1, 0, 1],  # data c: only f2 brings it above zero
        [1, 2, 1],
    ]


def test_the_papers_slip_changes_nothing():
    features = example_features()
    printed = [0.35, 0.25, 0.20, 0.32, 0.23, 0.17, 0.28]
    learned = {NAMES[i] for i in learn(TABLE, printed).mask.nonzero()[0]}
    assert learned == PAPER['joint, +0.15']
    differs = [
        n
        for n, p, b in zip(NAMES, features.p, printed, strict=True)
        if n != 'h' and abs(p + 0.15 - b) > 1e-9
    ]
    assert differs == ['g1']


def test_errors_on_new_samples_by_hand():
    errors = {name: error for name, _, _, error in example_rows()}
    # Without wrong signs only an empty sum errs, half of the time.
    assert errors['joint, with h'] == pytest.approx(0.8 * 0.72 / 2)
    assert errors['joint, no h'] == pytest.approx(0.8 * 0.85 * 0.9 / 2)
    # "When h is not powerful enough, uni-modal ensemble outperforms" (App. B.4).
    assert errors['UME'] < errors['joint, with h']


def test_text():
    lines = example_text().splitlines()
    signs = {
        line[2:8]: ''.join(line[8:].split()).replace('|', '')
        for line in lines
        if line.startswith('| data')
    }
    # Table 23.
    assert signs == {
        'data a': '++++-++',
        'data b': '0+0++-+',
        'data c': '++0-++0',
        'data d': '+-+++0+',
    }
    row = next(line for line in lines if line.startswith('| joint, with h'))
    assert [cell.strip() for cell in row.strip('|').split('|')] == [
        'joint, with h',
        'f1 h',
        '2',
        'yes',
        '0.2880',
    ]
