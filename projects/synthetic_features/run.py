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
    known = f'of {", ".join(METHODS)}'
    add = parser.add_argument
    add('--config', default=str(HERE / 'configs/paper.py'), help='all settings')
    add('--out', default='work_dirs/synthetic_features', help='folder of the results')
    add('--methods', nargs='+', default=list(DEFAULT_METHODS), help=f'or none; {known}')
    add('--jobs', type=int, default=count_jobs(), help='processes (now %(default)s)')
    replace = parser.add_argument_group('settings that replace those of the config')
    add = replace.add_argument
    add('--sets', nargs='+', help='of A, B and C')
    add('--seeds', nargs='+', type=int, help='of data, split and initialization')
    add('--latent', type=int, help='dimension d of the latent vectors')
    add('--widths', nargs=2, type=int, help='dimensions d1 and d2 of the inputs')
    add('--delta', type=float, help='margin of the labels')
    add('--num-samples', type=int, help='samples N of a set, test set included')
    add('--steps', type=int, help='gradient steps of a network, at most')
    add('--lr', type=float, help='learning rate of the networks')
    add('--hidden', nargs=2, type=int, help='units of multi- and uni-modal networks')
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


def main() -> None:
    """Run what is missing, print and save."""
    args = parse_args()
    with exit_on_error():
        cfg = settings_of(args)
        methods = [] if args.methods == ['none'] else list(dict.fromkeys(args.methods))
        folder = Path(args.out)
        # Before minutes of training, not after.
        folder.mkdir(parents=True, exist_ok=True)
        store = ResultStore(folder / 'results.json')
        networks, others = run_all(cfg, methods, store, args.jobs)
        text = report(networks, others, cfg, store)
        print(text)
        paths = save_figures(networks, others, cfg['paper'], folder)
        print(f'saved to {store.path}, results.md and {len(paths)} figures beside it')


if __name__ == '__main__':
    main()
