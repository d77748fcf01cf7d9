"""Folders of runs as MMEngine, a study and the tools leave them, without training."""

import json
import pickle

import torch

JOINT = dict(type='LateFusionRecognizer', encoders=dict(rgb={}, audio={}))


def step(epoch, iteration, **scalars):
    """A logged training step."""
    return dict(scalars, epoch=epoch, iter=iteration, step=iteration)


def validation(epoch, top1, **modalities):
    """A logged validation, in fractions."""
    own = {f'acc/{name}_top1': value for name, value in modalities.items()}
    return {'acc/top1': top1, **own, 'step': epoch}


def write_log(folder, time, *lines, text=''):
    """One of a run's logs."""
    path = folder / time / 'vis_data' / 'scalars.json'
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(''.join(json.dumps(line) + '\n' for line in lines) + text)
    return path


def write_json(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))


def write_config(path, model=JOINT):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'model = {model!r}\n')


def write_predictions(folder, labels, guesses, **modalities):
    """What MMAction2 dumps: one-hot scores of three classes."""
    named = {name: torch.eye(3)[own] for name, own in modalities.items()}
    samples = [
        dict(
            pred_score=torch.eye(3)[guess],
            gt_label=torch.tensor([label]),
            unimodal_scores={name: scores[i] for name, scores in named.items()},
        )
        for i, (label, guess) in enumerate(zip(labels, guesses, strict=True))
    ]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / 'predictions.pkl').write_bytes(pickle.dumps(samples))


def write_dimensions(folder, separated=True, name='epoch_2.pth', **masks):
    """A checkpoint with DI-MML's masks, given as text of 0 and 1."""
    state = {
        f'cls_head.dimensions.{m}': torch.tensor([c == '1' for c in mask])
        for m, mask in masks.items()
    }
    state['cls_head.dimensions.separated'] = torch.tensor(separated)
    folder.mkdir(parents=True, exist_ok=True)
    torch.save(dict(state_dict=state), folder / name)


def write_run(folder, top1=0.5, model=JOINT, **modalities):
    """A trained run."""
    write_log(folder, '20260101_000000', step(1, 2), validation(1, top1, **modalities))
    write_config(folder / '20260101_000000' / 'vis_data' / 'config.py', model)
    return folder
