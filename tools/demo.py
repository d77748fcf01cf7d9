#!/usr/bin/env python
"""Try a trained model on one video file.

Prints what the model says, and what each modality says by itself, with scores
(probabilities: the softmax of the logits) and certainties (the highest probability),
and draws it into a picture or a copy of the video. Sound that the video lacks is blank.
"""

import argparse
import json
from pathlib import Path

import mm_laziness  # noqa: F401  (mends the stack before a config is read)
from mm_laziness.datasets.preparation import exit_on_error
from mm_laziness.engine.runner.atomic_files import write_text
from mm_laziness.utils.demo.model import class_names, load_recognizer
from mm_laziness.utils.demo.prediction import check_video, predict_video
from mm_laziness.visualization.prediction_picture import draw_panel, legible_height
from mm_laziness.visualization.prediction_table import prediction_table
from mm_laziness.visualization.prediction_video import (
    PICTURES,
    check_output,
    write_picture,
    write_video,
)

QUICKSTART = Path('work_dirs/quickstart/paired/umt/seed0')
EXAMPLE = """examples:
  python tools/demo.py data/avdigits/paired/test/00000.mp4 --out demo.mp4
  python tools/demo.py VIDEO --config CONFIG --checkpoint work_dirs/NAME/best.pth"""


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=EXAMPLE,
    )
    parser.add_argument('video', help='video file')
    parser.add_argument('--config', help=f'config; default: that in {QUICKSTART}')
    parser.add_argument('--checkpoint', help='weights; none for an ensemble (UME)')
    parser.add_argument(
        '--label', help="a class name per line; default: classes.txt of the data set's"
    )
    parser.add_argument('--out', help='picture (.png) or copy of the video (.mp4)')
    parser.add_argument('--json', help='file for the scores')
    parser.add_argument('--topk', type=int, default=5, help='classes to show')
    parser.add_argument(
        '--source',
        action='append',
        default=[],
        metavar='MODALITY=FILE',
        help='file of a modality that is not in the video; may be repeated',
    )
    return parser.parse_args()


def main() -> None:
    """Predict, print, save and draw."""
    args = parse_args()
    with exit_on_error():
        config, checkpoint = _model(args)
        check_video(args.video)
        if args.out:
            check_output(args.out)
        model = load_recognizer(config, checkpoint)
        sources = dict(_pair(text) for text in args.source)
        prediction = predict_video(model, args.video, sources)
        names = class_names(model.cfg, args.label, len(prediction.fused))
        summary = prediction.summary(names, args.topk)
        for name, reason in prediction.blank.items():
            print(f'WARNING: {name} is blank (zeros): {reason}')
        print(prediction_table(summary), f'scores: {summary["scores"]}', sep='\n')
        about = dict(video=args.video, config=config, checkpoint=checkpoint)
        if args.json:
            write_text(args.json, json.dumps({**about, **summary}, indent=2) + '\n')
        if args.out:
            picture = Path(args.out).suffix.lower() in PICTURES
            write = write_picture if picture else write_video
            write(
                args.video,
                args.out,
                lambda height: draw_panel(summary, height),
                max(480, legible_height(summary)),
            )
        if saved := [path for path in (args.out, args.json) if path]:
            print(f'saved to {" and ".join(saved)}')


def _model(args: argparse.Namespace) -> tuple[str, str | None]:
    """Config and checkpoint, by default those of the quickstart."""
    if args.config:
        return args.config, args.checkpoint
    config, checkpoint = QUICKSTART / 'config.py', QUICKSTART / 'best.pth'
    if args.checkpoint or not (config.is_file() and checkpoint.is_file()):
        raise ValueError(
            f'there is no model in {QUICKSTART}: train one with `bash '
            'tools/quickstart.sh`, or give --config and --checkpoint of another'
            if not args.checkpoint
            else '--checkpoint needs the --config that it was trained with'
        )
    return str(config), str(checkpoint)


def _pair(text: str) -> tuple[str, str]:
    name, equals, path = text.partition('=')
    if not equals:
        raise ValueError(f'--source takes MODALITY=FILE, but got {text}')
    return name, path


if __name__ == '__main__':
    main()
