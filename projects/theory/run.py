#!/usr/bin/env python
"""Simulate why joint training is lazy (Du et al., ICML 2023, Sec. 3.4 and App. B).

Draws features of each modality and paired ones, trains every modality alone, all
jointly and with a push of the uni-modal features on drawn training sets, and compares
what they learn and how they err with Theorems 3.4 / B.3 and 3.5. Prints tables, and
saves results.json and five figures.
"""

import argparse
import json
from pathlib import Path

import mm_laziness  # noqa: F401  (makes projects importable from any folder)
from mm_laziness.datasets.preparation import exit_on_error
from mm_laziness.engine.runner.atomic_files import write_text
from projects.theory.example_table import example_text
from projects.theory.figures import FIGURES
from projects.theory.monte_carlo import simulate
from projects.theory.settings import read_settings
from projects.theory.tables import study_text

# Pictures of a README stay small.
_DPI = 110


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog='examples:\n'
        '  python projects/theory/run.py\n'
        '  python projects/theory/run.py --modalities 3 --features 90 --shares 0 0.5\n'
        '  python projects/theory/run.py --example',
    )
    config = Path(__file__).with_name('configs') / 'monte_carlo.py'
    add = parser.add_argument
    add('--config', default=str(config), help='settings (default: %(default)s)')
    add('--example', action='store_true', help='print Examples B.4 and B.5 instead')
    add('--modalities', type=int, help='M, at least 2')
    add('--features', type=int, help='of all modalities, paired ones among them')
    add('--samples', type=int, help='of a training set')
    add('--trials', type=int, help='training sets per share')
    add('--shares', type=float, nargs='+', help='of paired features among all')
    for name, text in (('p', 'of features'), ('paired', 'of paired ones, 2nd sweep')):
        add(f'--{name}-low', type=float, help=f'lowest predicting probability {text}')
        add(f'--{name}-high', type=float, help=f'highest predicting probability {text}')
    add('--epsilon', type=float, help='probability of the wrong sign')
    add('--deltas', type=float, nargs='+', help='for which Theorem 3.4 (c) is tried')
    add('--boost', type=float, nargs='+', dest='boosts', help='of uni-modal features')
    add('--boost-share', type=float, help='of paired features where they are boosted')
    add('--seed', type=int, help='of all that is drawn')
    add('--out', default='work_dirs/theory', help='folder (default: %(default)s)')
    return parser.parse_args()


def main() -> None:
    """Simulate, print and save."""
    options = vars(parse_args())
    config, example, out = (options.pop(key) for key in ('config', 'example', 'out'))
    if example:
        print(example_text())
        return
    with exit_on_error():
        results = simulate(read_settings(config, options))
        folder = Path(out)
        folder.mkdir(parents=True, exist_ok=True)
        write_text(folder / 'results.json', json.dumps(results, indent=1) + '\n')
        for name, plot in FIGURES.items():
            picture = folder / f'{name}.png'
            plot(results).savefig(picture, dpi=_DPI, metadata={'Software': None})
        print(study_text(results))
        print(f'\nsaved results.json and {len(FIGURES)} figures in {folder}')


if __name__ == '__main__':
    main()
