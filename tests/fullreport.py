"""A report's data with every section, and names that try to break out of it."""

import torch

from mm_laziness.evaluation.functional.class_level import class_report
from mm_laziness.visualization.report.data import ReportData

EVIL = '<script>document.title = "broken"</script>'
CLASSES = [
    'plain',
    EVIL,
    'a|b `c',
    '*star* _under_ [link](http://evil.example)',
    '&lt;',
]
SECTIONS = [
    'What was found',
    'Accuracy',
    'Encoders by linear probing',
    'UMT or UME',
    'Curves over epochs',
    'Classes',
    'Confusion matrices',
    'G-Blending weights',
    'OGM coefficients',
    'DI-MML dimensions',
    'Missing modalities',
    'Failed runs',
    'Configuration',
    'Versions',
    'Notes',
]


def results():
    """Of a study with two modalities, whose joint training is lazy."""

    def entry(top1, seconds, **probes):
        return dict(
            top1=top1,
            unimodal_top1={m: value - 5 for m, value in probes.items()},
            probe_top1=probes,
            seconds=seconds,
            memory=812.4,
        )

    found = dict(
        rgb=entry(52.0, 20.0, rgb=55.0),
        audio=entry(68.0, 18.0, audio=70.0),
        joint=entry(80.0, 40.0, rgb=35.0, audio=69.0),
        gblend_online=entry(82.0, 90.0, rgb=45.0, audio=69.0),
        ogm=entry(81.0, 41.0, rgb=43.0, audio=68.0),
        di_mml=entry(83.0, 60.0, rgb=50.0, audio=70.0),
        umt=entry(88.0, 60.0, rgb=56.0, audio=71.0),
    )
    found['umt'].update(
        difference=8.0,
        difference_interval=[4.5, 11.5],
        p_value=0.0004,
        relative_cost=1.5,
        relative_cost_with_teachers=2.45,
    )
    # Without spaces, which would start a variant's settings.
    found[EVIL.replace(' ', '')] = dict(top1=10.0)
    return found


def scores(right, labels, seed):
    """Scores that are right in ``right`` percent of the samples."""
    generator = torch.Generator().manual_seed(seed)
    wrong = torch.rand(len(labels), generator=generator) > right / 100
    guesses = torch.where(wrong, (labels + 1) % len(CLASSES), labels)
    return torch.nn.functional.one_hot(guesses, len(CLASSES)).float()


def classes():
    labels = torch.arange(200) % len(CLASSES)
    tops = dict(rgb=20, audio=40, joint=80, umt=88, **{EVIL: 50})
    named = {n: scores(top1, labels, i) for i, (n, top1) in enumerate(tops.items())}
    return class_report(named, labels, CLASSES, ['rgb', 'audio'], 'joint')


def guidance():
    """As choose_method returns it."""

    def close_to(value):
        return [value - 0.05, value + 0.05]

    tops = dict(mm_clf=0.875, average_score=0.775, average_prob=0.765)
    alone, split = dict(rgb=0.55, audio=0.7), dict(rgb=0.35, audio=0.6)
    return dict(
        **tops,
        **{f'{key}_interval': close_to(value) for key, value in tops.items()},
        unimodal=alone,
        unimodal_interval={m: close_to(value) for m, value in alone.items()},
        split_mm_clf=split,
        split_mm_clf_interval={m: close_to(value) for m, value in split.items()},
        difference=0.1,
        difference_interval=[0.06, 0.145],
        p_value=2e-6,
        p_value_bootstrap=0.0,
        only_mm_clf=24,
        only_average=4,
        method='UMT',
        clear=True,
        difference_prob=0.11,
        difference_prob_interval=[0.07, 0.155],
        p_value_prob=1e-6,
        method_prob='UMT',
        clear_prob=True,
        samples_needed=60,
        num_val=200,
        alpha=0.05,
    )


def curve(**tops):
    """As the monitor writes it, with a probe in every second epoch."""
    epochs = []
    for epoch in range(1, 5):
        modalities = {
            m: dict(
                val_top1=top1 * epoch / 4,
                train_top1=top1,
                train_val_gap=top1 - top1 * epoch / 4,
                reference_top1=60.0,
                reference_gap=top1 * epoch / 4 - 60.0,
                grad_norm=1.0 / epoch,
                grad_share=0.5,
                feature_norm=3.0,
                ogm_ratio=1.2,
                **(dict(probe_top1=top1) if epoch % 2 == 0 else {}),
            )
            for m, top1 in tops.items()
        }
        epochs.append(dict(epoch=epoch, top1=max(tops.values()), modalities=modalities))
    return dict(modalities=list(tops), references={}, epochs=epochs)


def full_report():
    """ReportData with every section."""
    parts = ('rgb', 'audio', 'joint')
    history = [
        dict(epoch=e, weights=dict(zip(parts, w, strict=True)))
        for e, w in ((0, (0.5, 0.3, 0.2)), (4, (0.2, 0.3, 0.5)))
    ]
    modulation = dict(
        epoch=[1, 2, 3],
        ratio=dict(rgb=[0.5, 0.6, 0.8], audio=[2.0, 1.7, 1.25]),
        coefficient=dict(rgb=[1.0, 1.0, 1.0], audio=[0.1, 0.2, 0.6]),
    )
    counts = {
        m: dict(effective=e, only=o, width=32)
        for m, e, o in (('rgb', 10, 4), ('audio', 20, 14))
    }
    missing = {
        m: dict(
            complete=dict(top1=top1, top5=99.0, mean1=top1),
            zeros=dict(rgb=dict(top1=top1 - 20), audio=dict(top1=top1 - 60)),
            split=dict(rgb=dict(top1=top1 - 15)),
        )
        for m, top1 in (('joint', 80.0), ('umt', 88.0))
    }
    error = f'Traceback:\n  {EVIL}\nValueError: a|b {EVIL}'
    return ReportData(
        f'Title {EVIL} | `x`',
        results(),
        guidance=guidance(),
        classes=classes(),
        curves=dict(
            rgb=curve(rgb=55),
            joint=curve(rgb=30, audio=66),
            umt=curve(rgb=52, audio=69),
        ),
        blending=dict(gblend_online=history),
        modulation=dict(ogm=modulation),
        dimensions=dict(di_mml=counts),
        missing=missing,
        failures=[dict(method='ogm_ge', seed=1, error=error, log='ogm_ge/log.txt')],
        configs=dict(joint='a = """```"""\n', umt=f'# </code></pre>{EVIL}\n'),
        environment={'torch': '2.11.0', 'GPU': EVIL},
        notes=['`python tools/study.py --title "<b>|</b>"`, done.', f'{EVIL} again.'],
    )
