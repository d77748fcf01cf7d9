import io

import pytest
from matplotlib.image import imread

from mm_laziness.visualization import guidance_sentence, guidance_table, plot_guidance
from mm_laziness.visualization.advice import guidance_rows


def guidance(**changed):
    return dict(
        dict(
            mm_clf=0.87,
            mm_clf_interval=[0.84, 0.898],
            average_score=0.786,
            average_score_interval=[0.75, 0.82],
            average_prob=0.752,
            average_prob_interval=[0.714, 0.788],
            unimodal=dict(front=0.38, sound=0.69, rear=0.5),
            unimodal_interval=dict(
                front=[0.34, 0.42], sound=[0.65, 0.73], rear=[0.45, 0.55]
            ),
            split_mm_clf=dict(front=0.36, sound=0.60, rear=0.52),
            split_mm_clf_interval=dict(
                front=[0.32, 0.4], sound=[0.56, 0.64], rear=[0.47, 0.57]
            ),
            difference=0.084,
            difference_interval=[0.052, 0.118],
            p_value=1.2e-6,
            method='UMT',
            clear=True,
            difference_prob=0.118,
            difference_prob_interval=[0.084, 0.154],
            p_value_prob=9e-11,
            method_prob='UMT',
            clear_prob=True,
            samples_needed=175,
            num_val=500,
        ),
        **changed,
    )


LAZY = (
    'By itself a slice of MM Clf is far worse than the uni-modal model: sound 60.0 '
    '(alone 69.0); that linear layer is lazy, too.'
)


def test_umt():
    assert guidance_sentence(guidance()) == (
        'MM Clf 87.0 beats the average of logits 78.6 (McNemar p = 1e-6; +8.4 points, '
        '95 % interval +5.2 to +11.8): use UMT. The modalities together say what no '
        f'average of their models can use. {LAZY}'
    )


def test_ume():
    lost = guidance(
        mm_clf=0.7, difference=-0.086, difference_interval=[-0.12, -0.05], method='UME'
    )
    text = guidance_sentence(lost)
    assert text.startswith('The average of logits 78.6 beats MM Clf 70.0 (')
    assert '−8.6 points, 95 % interval −12.0 to −5.0): use UME. ' in text
    assert 'says otherwise: against it MM Clf asks for UMT (McNemar p = 9e-11' in text


CLOSE = dict(difference=0.004, difference_interval=[-0.02, 0.028], p_value=0.8)


def test_too_close_to_call_says_what_would_decide_it():
    close = guidance(
        **CLOSE, clear=False, clear_prob=False, samples_needed=12_345, split_mm_clf={}
    )
    close['split_mm_clf_interval'] = {}
    assert guidance_sentence(close) == (
        'MM Clf 87.0 against the average of logits 78.6 is too close to call (McNemar '
        'p = 0.8, 500 samples; +0.4 points, 95 % interval −2.0 to +2.8): about 13,000 '
        'samples would decide it if the difference is as large as it seems; measure on '
        'more, or train UMT and compare it with UME, which costs no training.'
    )


def test_no_difference_at_all():
    none = guidance(**CLOSE, clear=False, clear_prob=False, samples_needed=None)
    text = guidance_sentence(none)
    assert 'no difference was seen that more samples could confirm; train UMT' in text
    assert 'says otherwise' not in text


@pytest.mark.parametrize('needed, words', [(490, 'about 510'), (7, 'about 510')])
def test_fewer_samples_than_there_are_are_not_advised(needed, words):
    close = guidance(**CLOSE, clear=False, samples_needed=needed)
    assert f'{words} samples would decide' in guidance_sentence(close)


def test_averages_that_disagree():
    text = guidance_sentence(guidance(clear_prob=False, p_value_prob=0.2))
    assert 'use UMT.' in text
    assert (
        'The average of probabilities 75.2 says otherwise: against it MM Clf is too '
        'close to call (McNemar p = 0.2; +11.8 points, 95 % interval +8.4 to +15.4).'
    ) in text
    close = guidance(**CLOSE, clear=False)
    assert 'against it MM Clf asks for UMT' in guidance_sentence(close)


def test_guidance_of_earlier_versions():
    kept = ('mm_clf', 'average_score', 'p_value', 'clear', 'method', 'num_val')
    old = {key: value for key, value in guidance().items() if key in kept}
    assert guidance_sentence(old) == (
        'MM Clf 87.0 beats the average of logits 78.6 (McNemar p = 1e-6): use UMT.'
    )
    close = guidance_sentence(dict(old, clear=False))
    assert close.endswith(
        'is too close to call (McNemar p = 1e-6, 500 samples): measure on more '
        'samples, or train UMT and compare it with UME, which costs no training.'
    )


def test_table():
    lines = guidance_table(guidance()).splitlines()
    assert lines[1] == 'front alone                  38.00    34.00 to  42.00'
    assert lines[5] == 'sound of MM Clf              60.00    56.00 to  64.00'
    assert lines[9] == 'MM Clf                       87.00    84.00 to  89.80'
    assert lines[11] == (
        'MM Clf - avg. logits         +8.40    +5.20 to +11.80   McNemar p = 1e-6'
    )
    # Columns are aligned: all numbers end where the heading's do.
    assert {line[34:37] for line in lines if line} == {'   '}


def test_figure():
    figure = plot_guidance(guidance())
    (axes,) = figure.axes
    widths = [bar.get_width() for bar in axes.patches]
    assert widths == [top1 for _, top1, _ in guidance_rows(guidance())]
    lines = [line.get_xdata() for line in axes.lines[::2]]
    assert list(lines[0]) == [34.0, 42.0] and list(lines[-1]) == [84.0, 89.8]
    assert axes.get_title() == 'Use UMT: MM Clf beats the average of logits'
    close = plot_guidance(guidance(clear=False, method='UME'))
    assert close.axes[0].get_title() == 'UMT or UME? Too close to call'
    file = io.BytesIO()
    figure.savefig(file, format='png')
    file.seek(0)
    assert imread(file).std() > 0


def test_a_slice_whose_interval_overlaps_is_not_called_worse():
    # Below the uni-modal accuracy of 38 %, but not below its interval from 34 %.
    ends = dict(guidance()['split_mm_clf_interval'], front=[0.30, 0.365])
    split = dict(guidance()['split_mm_clf'], front=0.33)
    said = guidance_sentence(guidance(split_mm_clf=split, split_mm_clf_interval=ends))
    assert said == guidance_sentence(guidance())
    ends['front'] = [0.30, 0.339]
    said = guidance_sentence(guidance(split_mm_clf=split, split_mm_clf_interval=ends))
    assert 'uni-modal model: front 33.0 (alone 38.0), sound 60.0' in said
