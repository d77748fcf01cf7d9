#!/usr/bin/env python
"""Train on the synthetic sets A, B and C (Du et al., ICML 2023, App. A.10).

The paper's networks (Tables 20 and 21), then the methods that it does not try there.
Prints tables with mean and deviation over seeds beside the paper's numbers, and saves
results.json, results.md and figures. What is finished is kept: the same command goes on
where it was interrupted, and other settings or more seeds only add to results.json.
"""

import argparse
from pathlib import Path
from typing import Any

from mmengine.config import Config

from mm_laziness.datasets.preparation import exit_on_error
from mm_laziness.utils.config_files import find_config
from mm_laziness.utils.folders import writable_folder
from projects.synthetic_features.figure import save_figures
from projects.synthetic_features.methods import DEFAULT_METHODS, METHODS
from projects.synthetic_features.report import report
from projects.synthetic_features.schedule import run_all
from projects.synthetic_features.store import ResultStore
from projects.synthetic_features.workers import count_jobs

HERE = Path(__file__).parent
_KEYS = ('sets', 'seeds', 'generator', 'training', 'paper', 'methods')


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog='example: python projects/synthetic_features/run.py --seeds 0 1 2 3 4',
    )
    config, out = HERE / 'configs/paper.py', 'work_dirs/synthetic_features'
    own = 'all settings (default: projects/synthetic_features/configs/paper.py)'
    methods = (
        f'none, or some of {", ".join(METHODS)} (default: {" ".join(DEFAULT_METHODS)})'
    )
    jobs = 'processes (default: one per core, at most 4; here %(default)s)'
    several: dict[str, Any] = dict(nargs='+', metavar='NAME')
    add = parser.add_argument
    add('--config', default=str(config), metavar='FILE', help=own)
    add('--out', default=out, metavar='FOLDER', help='default: %(default)s')
    add('--methods', default=list(DEFAULT_METHODS), **several, help=methods)
    add('--jobs', type=int, default=count_jobs(), metavar='N', help=jobs)
    replace = parser.add_argument_group(
        'settings',
        'They replace those of the config. Defaults: as in configs/paper.py.',
    )
    whole: dict[str, Any] = dict(type=int, metavar='N')
    add = replace.add_argument
    add('--sets', **several, help='of A, B and C')
    add('--seeds', nargs='+', **whole, help='of data, split and initialization')
    add('--latent', **whole, help='dimension d of the latent vectors')
    widths: dict[str, Any] = dict(nargs=2, type=int, metavar=('D1', 'D2'))
    add('--widths', **widths, help='dimensions of the inputs')
    add('--delta', type=float, metavar='D', help='margin of the labels')
    add('--num-samples', **whole, help='samples of a set, test set included')
    add('--steps', **whole, help='gradient steps of a network, at most')
    add('--lr', type=float, metavar='LR', help='learning rate of the networks')
    hidden: dict[str, Any] = dict(nargs=2, type=int, metavar=('MULTI', 'UNI'))
    add('--hidden', **hidden, help='units of the multi- and the uni-modal networks')
    return parser.parse_args()


def settings_of(args: argparse.Namespace) -> dict[str, Any]:
    """Read the config and replace what the command line gives."""
    cfg = Config.fromfile(find_config(args.config)).to_dict()
    if lacking := [key for key in _KEYS if key not in cfg]:
        raise ValueError(
            f'{args.config} (--config) has no {lacking}; inherit or copy '
            'projects/synthetic_features/configs/paper.py'
        )
    given = {key: value for key, value in vars(args).items() if value is not None}
    if hidden := given.pop('hidden', None):
        cfg['training']['hidden'] = dict(multimodal=hidden[0], unimodal=hidden[1])
    for key in ('sets', 'seeds'):
        cfg[key] = list(dict.fromkeys(given.get(key, cfg[key])))
    for block in (cfg['generator'], cfg['training']):
        block.update({key: given[key] for key in block if key in given})
    return cfg


def methods_of(given: list[str]) -> list[str]:
    """Name each method once; ``none`` stands alone."""
    if set(given) == {'none'}:
        return []
    if 'none' in given:
        raise ValueError(f'none stands alone (--methods), but came as {given}')
    return list(dict.fromkeys(given))


def main() -> None:
    """Run what is missing, print and save."""
    args = parse_args()
    with exit_on_error():
        cfg = settings_of(args)
        methods = methods_of(args.methods)
        folder = writable_folder(args.out)
        store = ResultStore(folder / 'results.json')
        networks, others = run_all(cfg, methods, store, args.jobs)
        text = report(networks, others, cfg, store)
        print(text)
        paths = save_figures(networks, others, cfg['paper'], folder)
        print(f'saved to {store.path}, results.md and {len(paths)} figures beside it')


if __name__ == '__main__':
    main()
