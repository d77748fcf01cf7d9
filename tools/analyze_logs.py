#!/usr/bin/env python
"""Plot what a training has logged, or tell how long its iterations took.

Takes work folders, folders of single runs, or ``scalars.json`` files. A resumed run has
several logs in its work folder: they are joined, the newer one from where it begins.
"""

import argparse
import statistics
from pathlib import Path

from matplotlib.figure import Figure

from mm_laziness.datasets.preparation import exit_on_error
from mm_laziness.utils.run_reading.logs import log_files, read_run_log

Log = list[dict]


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog='examples:\n'
        '  python tools/analyze_logs.py plot_curve work_dirs/joint_slim_avdigits '
        'work_dirs/umt_slim_avdigits --keys loss acc/top1 --out curves.png\n'
        '  python tools/analyze_logs.py cal_train_time work_dirs/umt_slim_avdigits',
    )
    tasks = parser.add_subparsers(dest='task', required=True)
    plot = tasks.add_parser('plot_curve', help='plot scalars over epochs')
    plot.add_argument('logs', nargs='+', help='work folders or scalars.json files')
    plot.add_argument('--keys', nargs='+', default=['loss'], help='scalars to plot')
    plot.add_argument('--legend', nargs='+', help='one name per log and key')
    plot.add_argument('--title')
    plot.add_argument('--out', default='curves.png', help='picture to write')
    time = tasks.add_parser('cal_train_time', help='seconds per iteration')
    time.add_argument('logs', nargs='+', help='work folders or scalars.json files')
    return parser.parse_args()


def read_log(place: str) -> Log:
    """Read the lines of a run's logs.

    Each gets ``x``, its time in epochs (or in iterations, where epochs are unknown).

    Raises:
        FileNotFoundError: If there is no log.
        ValueError: If one is damaged.
    """
    if not log_files(place):
        raise FileNotFoundError(
            f'{place} holds no vis_data/scalars.json; give a work folder of a training'
        )
    log = read_run_log(place)
    length = _epoch_length(log.steps)
    # An evaluation counts epochs, a training step iterations.
    evaluations = [dict(line, x=line['step']) for line in log.evaluations]
    return [*evaluations, *(dict(line, x=line['iter'] / length) for line in log.steps)]


def _epoch_length(steps: Log) -> float:
    """Iterations of an epoch, 1 where epochs are unknown."""
    firsts: dict[int, int] = {}
    for line in steps:
        firsts.setdefault(line.get('epoch', 0), line['iter'])
    if not firsts or 0 in firsts:
        return 1
    # An epoch's last iteration is rarely logged, its first logged one is the same in
    # all.
    (epoch, start), (last, end) = min(firsts.items()), max(firsts.items())
    if last > epoch:
        return (end - start) / (last - epoch)
    return steps[-1]['iter'] / last


def series(log: Log, key: str, place: str) -> tuple[list[float], list[float]]:
    """Times and values of one scalar.

    Raises:
        ValueError: If the log does not have it.
    """
    points = [(line['x'], line[key]) for line in log if key in line]
    if not points:
        known = sorted({name for line in log for name in line} - {'x', 'step'})
        raise ValueError(f'{place} has no {key!r}, only {known}')
    times, values = zip(*sorted(points), strict=True)
    return list(times), list(values)


def _kind(key: str) -> str:
    """Scalars of one kind share an axis."""
    labels = dict(acc='accuracy', loss='loss', lr='learning rate', time='seconds')
    parts = key.replace('/', '_').split('_')
    return next((label for part, label in labels.items() if part in parts), key)


def plot_curve(args: argparse.Namespace) -> None:
    """Draw every key of every log: a panel for each kind of scalar."""
    names = [f'{Path(log).name} {key}' for log in args.logs for key in args.keys]
    legend = args.legend or names
    if len(legend) != len(names):
        raise SystemExit(f'--legend takes {len(names)} names, one each of {names}')
    curves = [(read_log(log), key, log) for log in args.logs for key in args.keys]
    by_epoch = any('epoch' in line for log, _, _ in curves for line in log)
    kinds = list(dict.fromkeys(_kind(key) for key in args.keys))
    figure = Figure(figsize=(7, 0.5 + 4 * len(kinds)), layout='constrained')
    panels = figure.subplots(len(kinds), sharex=True, squeeze=False)[:, 0]
    panels[0].set_title(args.title)
    panels[-1].set_xlabel('Epoch' if by_epoch else 'Iteration')
    for curve, name in zip(curves, legend, strict=True):
        times, values = series(*curve)
        axes = panels[kinds.index(_kind(curve[1]))]
        axes.plot(times, values, label=name, linewidth=1, marker='.', markersize=4)
    for axes, kind in zip(panels, kinds, strict=True):
        axes.set_ylabel(kind)
        axes.legend()
    figure.savefig(args.out, dpi=150)
    print(f'saved {args.out}')


def cal_train_time(args: argparse.Namespace) -> None:
    """Print the mean time of an iteration, over all and per epoch."""
    for place in args.logs:
        by_epoch: dict[int, list[float]] = {}
        for line in read_log(place):
            if 'iter' in line and 'time' in line:
                by_epoch.setdefault(line.get('epoch', 0), []).append(line['time'])
        if not by_epoch:
            raise SystemExit(f'{place} logs no time of an iteration')
        means = {epoch: statistics.mean(times) for epoch, times in by_epoch.items()}
        slowest, fastest = max(means, key=means.get), min(means, key=means.get)
        print(f'{place}: {statistics.mean(means.values()):.4f} s per iteration')
        print(f'  slowest epoch {slowest}: {means[slowest]:.4f} s')
        print(f'  fastest epoch {fastest}: {means[fastest]:.4f} s')


def main() -> None:
    """Analyze."""
    args = parse_args()
    with exit_on_error():
        dict(plot_curve=plot_curve, cal_train_time=cal_train_time)[args.task](args)


if __name__ == '__main__':
    main()
