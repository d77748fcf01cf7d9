import pytest
from fullreport import full_report

from mm_laziness.visualization.report.data import ReportData
from mm_laziness.visualization.report.sections_summary import summary_section


def summary(data):
    facts, *texts = summary_section(data).blocks
    return facts.items, [block.text for block in texts]


def test_full():
    facts, texts = summary(full_report())
    assert [fact[:2] for fact in facts] == [
        ('joint', '80.0 %'),
        ('UMT', '88.0 %'),
        ('rgb encoder', '−20.0'),
        ('audio encoder', '−1.0'),
        ('UMT or UME', 'UMT'),
    ]
    assert texts[0] == (
        'Of 8 methods, UMT is the most accurate: 88.0 % top-1, +8.0 points against '
        'joint (95 % interval [+4.5, +11.5], p = 0.0004). On other clips the lead of '
        'the best of so many would be smaller.'
    )
    assert texts[1].startswith('The rgb encoder of joint is lazy: its linear probe')
    assert '35.0 %, 20.0 points below the 55.0 % of the encoder' in texts[1]
    assert 'audio encoder of joint is not clearly lazy' in texts[2]
    assert texts[3] == (
        'UMT took 1.5 times the seconds of joint, 2.5 times with what it starts from.'
    )
    assert 'use UMT' in texts[4]
    assert texts[5].startswith('In 5 of 5 classes joint exceeds the sum')
    assert texts[6] == '1 run failed and is not in the tables.'


@pytest.mark.parametrize(
    'umt, words',
    [
        (dict(top1=81.0), '+1.0 points against joint (not tested).'),
        (
            dict(top1=81.0, difference=1.0, difference_interval=[-2.0, 4.0]),
            '(95 % interval [−2.0, +4.0]): more than chance cannot be claimed.',
        ),
        (dict(top1=79.0), 'Of 2 methods, joint is the most accurate: 80.0 % top-1.'),
    ],
)
def test_best_method(umt, words):
    _, texts = summary(ReportData('', dict(joint=dict(top1=80.0), umt=umt)))
    assert texts[0].endswith(words) and len(texts) == 1


def test_one_run():
    facts, texts = summary(ReportData('', dict(ume=dict(top1=87.0))))
    assert facts == [('UME', '87.0 %', 'fused top-1')]
    assert texts == ['UME reaches 87.0 % top-1.']


def test_unclear_advice():
    guidance = dict(
        mm_clf=0.85,
        average_score=0.853,
        p_value=0.4,
        clear=False,
        method='UME',
        num_val=500,
    )
    results = dict(ume=dict(top1=87.0))
    facts, texts = summary(ReportData('', results, guidance=guidance))
    assert facts[-1] == ('UMT or UME', '?', 'too close to call')
    assert 'too close to call' in texts[-1]
