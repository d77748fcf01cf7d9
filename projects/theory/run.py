#!/usr/bin/env python
"""Simulate why joint training is lazy (Du et al., ICML 2023, Sec. 3.4 and App. B).

Draws features of each modality and paired ones, trains every modality alone, all
jointly and with a push of the uni-modal features on drawn training sets, and compares
what they learn and how they err with Theorems 3.4 / B.3 and 3.5. Prints tables, and
saves results.json and five figures. Takes about a quarter of a minute.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import mm_laziness  # noqa: F401  (makes projects importable from any folder)
from mm_laziness.datasets.preparation import exit_on_error
from mm_laziness.engine.runner.atomic_files import write_text
from mm_laziness.utils.config_files import find_config
from mm_laziness.utils.folders import writable_folder
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
    add('--example', action='store_true', help='print Examples B.4 and B.5 instead')
    out = 'work_dirs/theory'
    add('--out', default=out, metavar='FOLDER', help='default: %(default)s')
    own = 'default: projects/theory/configs/monte_carlo.py'
    add('--config', default=str(config), metavar='FILE', help=own)
    group = parser.add_argument_group(
        'settings',
        'They replace those of the config. Defaults: as in configs/monte_carlo.py.',
    )
    whole: dict[str, Any] = dict(type=int, metavar='N')
    number: dict[str, Any] = dict(type=float, metavar='P')
    add = group.add_argument
    add('--modalities', **whole, help='at least 2')
    add('--features', **whole, help='of all modalities, paired ones among them')
    add('--samples', **whole, help='of a training set')
    add('--trials', **whole, help='training sets per share, at least 10')
    add('--shares', **number, nargs='+', help='of paired features among all')
    for name, text in (('p', 'of features'), ('paired', 'of paired ones, 2nd sweep')):
        add(f'--{name}-low', **number, help=f'lowest predicting probability {text}')
        add(f'--{name}-high', **number, help=f'highest predicting probability {text}')
    add('--epsilon', **number, help='probability of the wrong sign')
    add('--deltas', **number, nargs='+', help='for which Theorem 3.4 (c) is tried')
    add('--boosts', **number, nargs='+', help='of the priority of uni-modal features')
    add('--boost-share', **number, help='of paired features where they are boosted')
    add('--seed', **whole, help='of all that is drawn')
    args = parser.parse_args()
    other = {k: v for k, v in vars(args).items() if v != parser.get_default(k)}
    if other.pop('example', False) and other:
        names = ', '.join(f'--{name.replace("_", "-")}' for name in other)
        parser.error(f'--example is fixed and goes without {names}')
    return args


def main() -> None:
    """Simulate, print and save."""
    options = vars(parse_args())
    config, example, out = (options.pop(key) for key in ('config', 'example', 'out'))
    if example:
        print(example_text())
        return
    with exit_on_error():
        settings = read_settings(find_config(config), options)
        folder = writable_folder(out)
        results = simulate(settings)
        write_text(folder / 'results.json', json.dumps(results, indent=1) + '\n')
        for name, plot in FIGURES.items():
            picture = folder / f'{name}.png'
            plot(results).savefig(picture, dpi=_DPI, metadata={'Software': None})
        print(study_text(results))
        print(f'\nsaved results.json and {len(FIGURES)} figures in {folder}')


if __name__ == '__main__':
    main()
