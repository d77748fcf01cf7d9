#!/usr/bin/env python
"""Check that a study on the demo data shows what it is there to show.

On the variant `paired`: joint training's picture encoder is worse than the uni-modal
one (modality laziness), UMT's is better than joint training's, and MM Clf beats the
average of the uni-modal models, so that the advice is UMT.
"""

import argparse
import json
from pathlib import Path


def main() -> None:
    """Compare the numbers; exit 1 where one is the wrong way round."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog='example: python tools/check_effects.py work_dirs/quickstart/paired',
    )
    parser.add_argument('study', type=Path, help='folder of the study')
    folder = parser.parse_args().study
    results = json.loads((folder / 'results.json').read_text())
    guidance = json.loads((folder / 'guidance.json').read_text())
    probe = {name: entry['probe_top1'] for name, entry in results.items()}
    expected = [
        ('rgb probe, joint', probe['joint']['rgb'], 'uni-modal', probe['rgb']['rgb']),
        ('rgb probe, joint', probe['joint']['rgb'], 'UMT', probe['umt']['rgb']),
        (
            'average of logits',
            100 * guidance['average_score'],
            'MM Clf',
            100 * guidance['mm_clf'],
        ),
    ]
    wrong = 0
    for name, less, other, more in expected:
        wrong += less >= more
        sign = '<' if less < more else 'is NOT below'
        print(f'{name} {less:.1f} {sign} {more:.1f} {other}')
    if wrong:
        raise SystemExit(f'{wrong} of {len(expected)} effects are missing in {folder}')


if __name__ == '__main__':
    main()
