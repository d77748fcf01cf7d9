import copy

from projects.theory.tables import study_text

ORDER = ('separable', 'all')
CLAIMS = (
    'a_holds',
    'a_holds_or_equal',
    'a_strong_or_equal',
    'b_holds',
    'b_holds_or_equal',
)


def cells(text, title):
    """Cells by share of the table below a title."""
    lines = iter(text[text.index(title) :].splitlines()[2:])
    found = []
    for line in lines:
        if not line.startswith('|'):
            break
        found.append([cell.strip() for cell in line.strip('|').split('|')])
    head, _, *rows = found
    return {row[0]: dict(zip(head[1:], row[1:], strict=True)) for row in rows}


def test_numbers_are_the_studys(study):
    text = study_text(study)
    row = study['sweeps'][0]['rows'][1]
    learned = cells(text, 'Paired features of p 0.4 to 0.8')['0.5']
    assert learned['UME'] == f'{row["separable"]["learned_ume"]["mean"]:.1f}'
    assert learned['zero error %'] == f'{100 * row["all"]["separable"]["mean"]:.1f}'
    assert learned['(a) %'] == f'{100 * row["separable"]["a_holds"]["mean"]:.1f}'
    bound = cells(text, 'Theorem 3.4 (c), first sweep')['0.5']
    assert bound['exact'] == f'{row["separable"]["failure"]["mean"]:.3f}'
    boost = cells(text, 'Theorem 3.5, share 0.25')['0.6']
    found = study['boosts']['rows'][1]['separable']
    assert boost['UMT'] == f'{found["learned_umt"]["mean"]:.1f}'
    assert boost['error UMT'] == f'{found["error_umt"]["mean"]:.2g}'


def test_columns_are_what_their_heads_say(study):
    text = study_text(study)

    def line(title, number):
        rows = text[text.index(title) :].split('\n|')[3:]
        return [cell.strip() for cell in rows[number].strip(' |\n').split('|')]

    row = study['sweeps'][0]['rows'][1]
    kept, everywhere = ({k: v['mean'] for k, v in row[kind].items()} for kind in ORDER)
    claims = [f'{100 * kept[key]:.1f}' for key in CLAIMS]
    assert line('Paired features of p 0.4', 1)[5:10] == claims
    errors = [f'{kept[f"error_{key}"]:.4f}' for key in ('m1_alone', 'm1_joint')]
    for means in (kept, everywhere):
        errors += [f'{means[f"error_{key}"]:.4f}' for key in ('ume', 'joint')]
        errors.append(f'{100 * means["ume_wins"]:.1f}')
    assert line('Errors on new', 1)[1:] == errors
    # In brackets what the theorem excludes.
    applies = f'{100 * kept["c_applies_0.5"]:.1f} (0.0)'
    numbers = [f'{kept[key]:.3f}' for key in ('margin', 'failure', 'bound')]
    assert line('Theorem 3.4 (c), first', 1)[1:] == [*numbers, applies]
    boosted = study['boosts']['rows'][1]['separable']
    pairs = [boosted[f'learned_{way}_paired']['mean'] for way in ('pushed', 'umt')]
    assert line('Theorem 3.5, share', 1)[5:7] == [f'{count:.1f}' for count in pairs]


def test_what_could_not_be_learned_is_said(study):
    text = study_text(study)
    rows = study['sweeps'][0]['rows']
    kept = sum(row['separable']['error_ume']['trials'] for row in rows)
    assert f'In {180 - kept} of 180 trials a training did not reach zero error' in text
    # No trial is left at share 1: no number.
    assert cells(text, 'Paired features of p 0.5 to 0.9')['1']['UME'] == '-'


def test_errors_that_do_not_cross(study):
    other = copy.deepcopy(study)
    share = other['sweeps'][0]['crossing']
    assert f'err equally at share {share:.2f}' in study_text(other)
    for sweep in other['sweeps']:
        sweep['crossing'] = None
    assert study_text(other).count("don't cross") == 2
