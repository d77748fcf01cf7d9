"""Inspect a data set, write its annotation files and say what is there."""

import argparse
import json
import os.path as osp
from pathlib import Path
from typing import Any

from .cache import FactsCache
from .clips import Preparation
from .figure import draw_summary
from .inspection import MISSING, Inspector
from .output import annotation_text, check_overwriting, write_annotations, write_text
from .report import render, short
from .sample import load_sample
from .selection import Verdict, fault_table, judge
from .summary import clip_seconds, summarize
from .validation import cut_validation

CLASSES = 'annotations/classes.txt'
Verdicts = dict[str, list[Verdict]]


def run_preparation(
    preparation: Preparation, options: argparse.Namespace
) -> dict[str, Any]:
    """Prepare a data set; sources are only read.

    Writes the annotation files and, under ``annotations/``, ``classes.txt``,
    ``left_out.csv``, ``kept_with_faults.csv``, ``summary.json``, ``summary.md`` and
    ``summary.png``, and prints the summary.

    Args:
        preparation (Preparation): The data set.
        options (argparse.Namespace): As :func:`add_preparation_arguments` reads them.

    Returns:
        dict: The summary, as in ``summary.json``.

    Raises:
        FileNotFoundError: If no file of a source is there at all.
        ValueError: If there is no clip, or an annotation file is not ours.
    """
    root = Path(preparation.root)
    given = preparation.lists_are_given
    if not any(preparation.splits.values()):
        raise ValueError(
            f'the lists under {root} name no clip. {preparation.download}'.strip()
        )
    if given and options.val_fraction:
        raise ValueError(
            '--val-fraction needs lists that this command writes, but those under '
            f'{root} are used as they are'
        )
    splits = cut_validation(preparation, options.val_fraction, options.seed)
    if not given:
        files = [preparation.file(split) for split in splits]
        check_overwriting(root, [*files, CLASSES], options.force)
    cache = FactsCache(root / 'annotations/.inspected.jsonl')
    inspector = Inspector(preparation, cache, not options.skip_inspection)
    inspector.look_at_all(options.workers)
    _check_found(preparation, inspector)
    keep, drop = options.keep_missing or given, options.drop_silent and not given
    verdicts: Verdicts = {
        split: [judge(clip, preparation, inspector, keep, drop) for clip in clips]
        for split, clips in splits.items()
    }
    _write(preparation, verdicts)
    summary = summarize(preparation, verdicts)
    summary['sample'] = load_sample(preparation.config, preparation.root)
    _report(preparation, verdicts, summary)
    return summary


def _check_found(preparation: Preparation, inspector: Inspector) -> None:
    for source, folder in preparation.folders.items():
        clips = [clip for clips in preparation.splits.values() for clip in clips]
        if all(inspector[source, clip].fault == MISSING for clip in clips):
            example = preparation.path(source, clips[0])
            raise FileNotFoundError(
                f'none of the {len(clips):,} files of {source!r} is under '
                f'{osp.join(preparation.root, folder)}, for example '
                f'{osp.join(preparation.root, example)}. {preparation.download}'.strip()
            )


def _write(preparation: Preparation, verdicts: Verdicts) -> None:
    root = Path(preparation.root)
    classes = ''.join(f'{name}\n' for name in preparation.classes)
    if preparation.lists_are_given:
        if not (root / CLASSES).exists():
            write_text(root / CLASSES, classes)
    else:
        kept = {
            split: [v.clip for v in found if v.kept]
            for split, found in verdicts.items()
        }
        if not any(kept.values()):
            raise ValueError(
                f'no clip under {root} can be read; the first: '
                f'{_first_fault(verdicts)}. {preparation.download}'.strip()
            )
        texts = {
            preparation.file(split): annotation_text(split, clips, preparation)
            for split, clips in kept.items()
            if clips
        }
        stale = write_annotations(root, {**texts, CLASSES: classes})
        for name in stale:
            print(f'removed {root / name}, which an earlier run wrote')
    faulty = [(s, v) for s, found in verdicts.items() for v in found if v.category]
    for file, kept_ones in (('left_out.csv', False), ('kept_with_faults.csv', True)):
        rows = [entry for entry in faulty if entry[1].kept is kept_ones]
        write_text(root / 'annotations' / file, fault_table(rows))


def _first_fault(verdicts: Verdicts) -> str:
    first = next(v for found in verdicts.values() for v in found)
    return f'{", ".join(first.files)}: {first.reason}'


def _report(
    preparation: Preparation, verdicts: Verdicts, summary: dict[str, Any]
) -> None:
    folder = Path(preparation.root, 'annotations')
    write_text(folder / 'summary.json', json.dumps(summary, indent=1) + '\n')
    write_text(folder / 'summary.md', render(summary))
    seconds = {
        split: clip_seconds(preparation, [v for v in found if v.kept])
        for split, found in verdicts.items()
    }
    draw_summary(summary, seconds, folder / 'summary.png')
    print(short(summary))
    print(f'\nWritten to {folder}: summary.md, summary.json, summary.png and lists')
