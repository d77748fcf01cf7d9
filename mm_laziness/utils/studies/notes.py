"""What a reader of a study's report must know about how it was measured."""

from .study import Study


def study_notes(study: Study, command: str) -> list[str]:
    """Paragraphs for the end of the report.

    Args:
        study (Study): As it was run.
        command (str): By which it was.
    """
    probes = ' and with the probes on the way' if study.probe_interval else ''
    notes = [
        f'`{command}`',
        'Accuracies are those of the last epoch: no checkpoint is chosen on test data. '
        f'Seconds are those of training by the clock, without validation{probes}; of '
        'runs that shared a machine, as with --workers, they say little. Memory is the '
        'peak during training: what PyTorch allocates on an accelerator, else all that '
        'is resident of the process, libraries included.',
    ]
    if coupled := [m for m in study.methods if study.couples_encoders(m)]:
        names = ', '.join(f'`{method}`' for method in coupled)
        notes.append(
            f'The encoders of {names} feed each other, so that none has features of '
            'its own, and none can do without another: there are no linear probes of '
            'them, and no accuracies with a modality missing. What they have by '
            'modality are the scores of its own classifier, which the others have '
            'helped.'
        )
    return notes
