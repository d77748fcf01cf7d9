import pytest
from matplotlib.image import imread

from mm_laziness.visualization import (
    guidance_sentence,
    results_table,
    write_report,
)

RESULTS = {
    'rgb': dict(
        top1=55.04,
        unimodal_top1=dict(rgb=55.04),
        probe_top1=dict(rgb=56.0),
        seconds=12.4,
    ),
    'umt': dict(
        top1=86.0,
        unimodal_top1=dict(rgb=50.0, audio=72.0),
        probe_top1=dict(rgb=57.5, audio=79.0),
        seconds=99.6,
        seeds=dict(
            top1=[84.0, 86.0, 88.0],
            unimodal_top1=dict(rgb=[49.0, 50.0, 51.0], audio=[72.0, 72.0, 72.0]),
        ),
    ),
    'ume': dict(top1=87.0, seeds=dict(top1=[87.0])),
}


def guidance(**changed):
    return dict(
        dict(
            mm_clf=0.918,
            average_score=0.853,
            p_value=1.2e-6,
            clear=True,
            method='UMT',
            num_val=500,
        ),
        **changed,
    )


def test_table():
    # Deviations over seeds: sqrt(8 / 2) = 2, 1 and 0; one seed has none.
    assert results_table(RESULTS) == (
        '| method | top-1 (%) | rgb top-1 | audio top-1 | rgb probe | audio probe '
        '| seconds |\n'
        '| :-- | --: | --: | --: | --: | --: | --: |\n'
        '| rgb | 55.0 | 55.0 | - | 56.0 | - | 12 |\n'
        '| UMT | 86.0 ± 2.0 | 50.0 ± 1.0 | 72.0 ± 0.0 | 57.5 | 79.0 | 100 |\n'
        '| UME | 87.0 | - | - | - | - | - |\n'
    )


def test_seconds_over_those_of_joint_training():
    results = dict(
        joint=dict(top1=80.0, seconds=50.0),
        umt=dict(top1=86.0, seconds=99.6),
        ume=dict(top1=87.0),
    )
    assert results_table(results) == (
        '| method | top-1 (%) | seconds | x joint |\n'
        '| :-- | --: | --: | --: |\n'
        '| joint | 80.0 | 50 | 1.00 |\n'
        '| UMT | 86.0 | 100 | 1.99 |\n'
        '| UME | 87.0 | - | - |\n'
    )


def test_guidance_sentence():
    assert guidance_sentence(guidance()) == (
        'MM Clf 91.8 beats the average of logits 85.3 (McNemar p = 1e-6): use UMT.'
    )
    lost = guidance(mm_clf=0.8, p_value=0.0123, method='UME')
    assert guidance_sentence(lost) == (
        'The average of logits 85.3 beats MM Clf 80.0 (McNemar p = 0.01): use UME.'
    )
    close = guidance(mm_clf=0.85, p_value=0.4, method='UME', clear=False)
    assert guidance_sentence(close) == (
        'MM Clf 85.0 against the average of logits 85.3 is too close to call '
        '(McNemar p = 0.4, 500 samples): measure on more samples, or train UMT and '
        'compare it with UME, which costs no training.'
    )


def test_report(tmp_path):
    out_dir = tmp_path / 'new' / 'folder'
    path = write_report(RESULTS, guidance(), out_dir, title='Demo', notes='2 cores.')
    assert path == out_dir / 'report.md'
    text = path.read_text(encoding='utf-8')
    assert text.startswith('# Demo\n\n| method |')
    assert results_table(RESULTS) in text
    assert guidance_sentence(guidance()) in text
    assert 'over 3 seeds' in text
    assert text.endswith('## Notes\n\n2 cores.\n')
    for name in ('accuracies.png', 'laziness.png'):
        assert f']({name})' in text
        pixels = imread(out_dir / name)
        assert pixels.shape[0] > 300 and pixels.std() > 0.05


def test_report_is_the_same_again(tmp_path):
    folders = [tmp_path / 'a', tmp_path / 'b']
    for folder in folders:
        write_report(RESULTS, None, folder)
    files = [{f.name: f.read_bytes() for f in folder.iterdir()} for folder in folders]
    assert files[0] == files[1] and len(files[0]) == 3


def test_report_of_what_there_is(tmp_path):
    write_report(dict(ume=dict(top1=87.0)), None, tmp_path, notes=['One.', 'Two.'])
    text = (tmp_path / 'report.md').read_text(encoding='utf-8')
    assert 'UMT or UME?' not in text and 'laziness' not in text and '±' not in text
    assert not (tmp_path / 'laziness.png').exists()
    assert 'One.\n\nTwo.' in text


def test_laziness_of_chosen_methods(tmp_path):
    with pytest.raises(ValueError, match=r"no results of \['ogm'\]"):
        write_report(RESULTS, None, tmp_path, laziness_methods=['ogm'])
    # Nothing is left half written.
    assert list(tmp_path.iterdir()) == []


def test_errors(tmp_path):
    with pytest.raises(ValueError, match='no results to show'):
        results_table({})
    with pytest.raises(ValueError, match="'a' lack 'top1'"):
        write_report(dict(a=dict(top1=None)), None, tmp_path)
