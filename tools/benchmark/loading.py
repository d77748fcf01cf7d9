#!/usr/bin/env python
"""Time Kinetics' training pipeline: pictures and sound by us, pictures by MMAction2.

Clips per second of one worker (one process, one thread) on a 30 fps H.264 file with
stereo AAC sound that this script makes:

  rgb        pictures alone, by MMAction2's VideoDataset and transforms
  rgb+sound  pictures and sound from the same file, by MultiModalDataset
  rgb+npy    MMAction2's pictures, and its way to have sound: a precomputed log-mel
             file (.npy) per video

All three take turns and load the same moments of the same files, so that a slow moment
of the machine meets them alike. With --memory: what a worker of a DataLoader occupies
while it loads that many clips.
"""

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from made_videos import FRAME_RATE, write_tree
from pipelines import build_datasets
from tqdm import tqdm
from worker_memory import use_one_thread, watch_memory

from mm_laziness.utils.random import sample_random_state

# To be reached: time per clip of rgb+sound, divided by that of the other.
GOALS = {'rgb': 1.2, 'rgb+npy': 1.15}


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog='examples:\n'
        '  python tools/benchmark/loading.py --clip-len 32 --frame-interval 2\n'
        '  python tools/benchmark/loading.py --memory 2000 --json memory.json',
    )
    parser.add_argument('--clip-len', type=int, default=8, help='frames per clip')
    parser.add_argument('--frame-interval', type=int, default=8)
    parser.add_argument('--rounds', type=int, default=30, help='after one to warm up')
    parser.add_argument('--clips', type=int, default=8, help='loaded per turn')
    parser.add_argument('--copies', type=int, default=4, help='of the file')
    parser.add_argument('--seconds', type=float, default=10.0, help='length of a file')
    parser.add_argument(
        '--size', type=int, nargs=2, default=(340, 256), metavar=('WIDTH', 'HEIGHT')
    )
    parser.add_argument('--sound-rate', type=int, default=44100, help='of the file, Hz')
    parser.add_argument(
        '--memory',
        type=int,
        metavar='N',
        help='instead of timing, watch the memory of a worker that loads N clips',
    )
    parser.add_argument(
        '--pipeline',
        choices=['rgb', 'rgb+sound', 'rgb+npy'],
        default='rgb+sound',
        help='whose memory to watch',
    )
    parser.add_argument('--json', type=Path, help='file for the numbers')
    args = parser.parse_args()
    if args.memory is not None and args.memory < 3:
        parser.error(f'--memory needs at least 3 clips, but got {args.memory}')
    return args


def measure(datasets: dict[str, Any], rounds: int, clips: int) -> dict[str, Any]:
    """Seconds per clip, ``{clock: {pipeline: one per round}}``."""
    clocks = dict(cpu=time.process_time, wall=time.perf_counter)
    seconds: dict[str, Any] = {
        clock: {name: [] for name in datasets} for clock in clocks
    }
    names = list(datasets)
    for number in tqdm(range(rounds + 1), desc='rounds'):
        datasets['rgb+sound'].random_state[1] = number
        # Another one begins each round: the first finds the caches cold.
        shift = number % len(names)
        for name in names[shift:] + names[:shift]:
            spent = dict.fromkeys(clocks, 0.0)
            for index in range(clips):
                # All draw the same frames and crops.
                with sample_random_state(0, number, index):
                    begun = {clock: read() for clock, read in clocks.items()}
                    datasets[name][index]
                    for clock, read in clocks.items():
                        spent[clock] += read() - begun[clock]
            if number:
                for clock in clocks:
                    seconds[clock][name].append(spent[clock] / clips)
    return seconds


def quartiles(values: list[float]) -> list[float]:
    """Median, lower and upper quartile."""
    return [float(value) for value in np.percentile(values, [50, 25, 75])]


def summarize(seconds: dict[str, Any]) -> dict[str, Any]:
    """Clips per second, and the price of sound, of both clocks."""
    result: dict[str, Any] = dict(clips_per_second={}, ratios={})
    for clock, each in seconds.items():
        result['clips_per_second'][clock] = {
            name: quartiles([1 / value for value in values])
            for name, values in each.items()
        }
        result['ratios'][clock] = {
            f'rgb+sound / {other}': quartiles(
                [a / b for a, b in zip(each['rgb+sound'], each[other], strict=True)]
            )
            for other in GOALS
        }
    return result


def table(result: dict[str, Any]) -> str:
    """Markdown: median (quartiles) by the process's time and by the clock."""
    lines = ['| | cpu time | wall time |', '| --- | --: | --: |']
    for kind, unit in (('clips_per_second', 'clips/s'), ('ratios', 'time')):
        digits = 1 if kind == 'clips_per_second' else 3
        for name in result[kind]['cpu']:
            cells = [
                '{0:.{3}f} ({1:.{3}f} to {2:.{3}f})'.format(*values[name], digits)
                for values in result[kind].values()
            ]
            lines.append(f'| {name}, {unit} | {" | ".join(cells)} |')
    for other, goal in GOALS.items():
        ratio = result['ratios']['cpu'][f'rgb+sound / {other}'][0]
        verdict = 'reached' if ratio <= goal else 'NOT reached'
        lines.append(f'\nat most {goal} x {other}: {verdict} ({ratio:.3f})')
    return '\n'.join(lines)


def main() -> None:
    """Make the files, measure, print and save."""
    args = parse_args()
    use_one_thread()
    what = (
        f'{args.clip_len} frames x {args.frame_interval}, {args.seconds:g} s of '
        f'{args.size[0]} x {args.size[1]} at {FRAME_RATE} fps, sound of '
        f'{args.sound_rate} Hz'
    )
    with tempfile.TemporaryDirectory() as name:
        size = write_tree(
            Path(name), args.copies, args.seconds, args.size, args.sound_rate
        )
        datasets = build_datasets(
            Path(name),
            args.copies,
            args.memory or args.clips,
            args.clip_len,
            args.frame_interval,
        )
        print(f'{what}, {size / 1000:.0f} kB a file, torch {torch.__version__}\n')
        if args.memory:
            result = watch_memory(datasets[args.pipeline], args.memory, args.clips)
            print(
                '\n{}: {growth_mib:+.1f} MiB from the first third to the last, '
                '{growth_files:+d} open files'.format(
                    'flat' if result['flat'] else 'NOT flat', **result
                )
            )
        else:
            result = summarize(measure(datasets, args.rounds, args.clips))
            print(f'medians (quartiles) of {args.rounds} rounds\n\n{table(result)}')
    if args.json:
        settings = {**vars(args), 'json': str(args.json)}
        args.json.write_text(json.dumps(dict(settings=settings, **result), indent=2))


if __name__ == '__main__':
    main()
