#!/usr/bin/env python
"""Compare training methods on one data set, over seeds, with a table and figures.

Teachers are trained first, finished parts are skipped, and a study that was stopped
goes on where it was. Every number is of the last epoch: no checkpoint is chosen on test
data.
"""

import argparse
import json
import shlex
import sys
from pathlib import Path

from mmengine.config import DictAction
from tqdm import tqdm

import mm_laziness  # noqa: F401  (mends the stack before a config is read)
from mm_laziness.engine.runner.atomic_files import write_text
from mm_laziness.evaluation.functional import choose_method
from mm_laziness.utils.features import unimodal_features
from mm_laziness.utils.study import Study, summarize
from mm_laziness.utils.study_plan import all_methods
from mm_laziness.utils.study_variants import parse_variants
from mm_laziness.visualization import guidance_sentence, results_table, write_report

METHODS = ('rgb', 'audio', 'joint', 'mm_clf', 'ume', 'umt')


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="""examples:
  python tools/study.py slim_avdigits --seeds 0 1 2 --work-dir work_dirs/paired \\
      --cfg-options data_root=data/avdigits/paired num_classes=11
  python tools/study.py slim_avdigits --work-dir work_dirs/weights --methods joint \\
      --vary umt model.loss_distill.loss_weight=0,1,10,20,50,100""",
    )
    parser.add_argument('name', help='encoders and data set, as in <method>_<name>.py')
    parser.add_argument(
        '--methods',
        nargs='+',
        default=METHODS,
        help='as in the configs; "all" for every one that has a config',
    )
    parser.add_argument(
        '--vary',
        nargs='+',
        action='append',
        default=[],
        metavar=('METHOD', 'KEY=V1,V2,...'),
        help="run a method once per value of a config's key; several keys change "
        'together; may be repeated',
    )
    parser.add_argument('--seeds', nargs='+', type=int, default=[0])
    parser.add_argument('--work-dir', help='default: work_dirs/study_<name>')
    parser.add_argument('--config-dir', default='configs', help='folder of the configs')
    parser.add_argument(
        '--guidance-from',
        default='umt',
        help='method whose uni-modal models the advice is about; "none" for no advice',
    )
    parser.add_argument('--title', help='heading of the report')
    parser.add_argument(
        '--cfg-options', nargs='+', action=DictAction, help='settings for every config'
    )
    return parser.parse_args()


def main() -> None:
    """Run all cells, then write results and report."""
    args = parse_args()
    folder = Path(args.work_dir or f'work_dirs/study_{args.name}')
    configs = Path(args.config_dir)
    study = Study(
        args.name,
        all_methods(args.name, configs) if args.methods == ['all'] else args.methods,
        args.seeds,
        folder,
        configs,
        args.cfg_options or {},
        [variant for words in args.vary for variant in parse_variants(*words)],
        on_epoch=lambda: bar.update(),
    )
    bar = tqdm(total=study.epochs(), unit='epoch', smoothing=0.1)
    cells: dict[str, list[dict]] = {method: [] for method in study.methods}
    for seed in args.seeds:
        for method in study.methods:
            bar.set_description(f'{method}, seed {seed}')
            result = study.run_cell(method, seed)
            cells[method].append(result)
            bar.write(f'{method}, seed {seed}: top-1 {result["top1"]:.1f} %')
    bar.close()
    results = summarize(cells)
    guidance = None
    if args.guidance_from in study.methods:
        cfg = study.config(args.guidance_from, args.seeds[0])
        data = unimodal_features(cfg, folder / 'unimodal_features.pt')
        guidance = choose_method(
            *(data['train'][key] for key in ('feats', 'labels')),
            *(data['val'][key] for key in ('feats', 'labels', 'scores')),
        )
        write_text(folder / 'guidance.json', json.dumps(guidance, indent=2) + '\n')
        print(guidance_sentence(guidance))
    write_text(folder / 'results.json', json.dumps(results, indent=2) + '\n')
    report = write_report(
        results,
        guidance,
        folder,
        args.title or args.name,
        notes=f'`{shlex.join(["python", *sys.argv])}`, numbers of the last epoch.',
        laziness_methods=[m for m in study.methods if study.trains_encoders(m)],
    )
    print(results_table(results))
    print(f'report: {report}')


if __name__ == '__main__':
    main()
