"""Features of trained encoders on whole data sets."""

import copy
import os.path as osp
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.device import get_device
from mmengine.dist import is_main_process
from mmengine.registry import DefaultScope
from mmengine.runner import Runner
from torch.utils.data import DataLoader
from tqdm import tqdm

from ..evaluation.functional import linear_probe
from ..models.utils import check_checkpoint, encoder_state, load_exactly, load_state
from .config_parts import iter_datasets


def evaluation_dataloader(cfg: Config, split: str) -> DataLoader:
    """Load a split in order, through the test pipeline.

    Args:
        cfg (Config): A resolved config with ``train_dataloader`` and
            ``val_dataloader``.
        split (str): ``'train'`` (its annotations, without augmentation) or ``'val'``.
    """
    loader = copy.deepcopy(cfg.val_dataloader)
    if split == 'train':
        template = next(iter_datasets(Config(dict(val_dataloader=loader))))
        parts = []
        for train in iter_datasets(Config(dict(train_dataloader=cfg.train_dataloader))):
            parts.append(copy.deepcopy(template))
            for key in ('ann_file', 'data_root', 'data_prefix', 'indices'):
                parts[-1].pop(key, None)
                if key in train:
                    parts[-1][key] = train[key]
        several = dict(type='ConcatDataset', datasets=parts)
        loader.dataset = parts[0] if len(parts) == 1 else several
    return Runner.build_dataloader(loader, seed=0)


@torch.no_grad()
def extract_features(model: Any, dataloader: DataLoader, title: str = '') -> dict:
    """Pooled features and labels of all samples; shows a progress bar.

    Args:
        model (LateFusionRecognizer): On its device; put into eval mode.
        dataloader (DataLoader): Of the samples, or of this process's share of them.
        title (str): Of the progress bar.

    Returns:
        dict: ``feats`` (dict of (N, C_m), clips averaged), ``labels`` (N,), on the CPU.
    """
    model.eval()
    feats: dict[str, list] = {name: [] for name in model.modalities}
    labels: list = []
    hidden = not is_main_process()
    for batch in tqdm(dataloader, desc=title, leave=False, disable=hidden):
        data = model.data_preprocessor(batch, False)
        samples = data['data_samples']
        for name, rows in model.extract_feat(data['inputs']).items():
            rows = rows.float().unflatten(0, (len(samples), -1)).mean(dim=1)
            feats[name].append(rows.cpu())
        labels += [sample.gt_label for sample in samples]
    return dict(
        feats={name: torch.cat(rows) for name, rows in feats.items()},
        labels=torch.cat(labels).cpu(),
    )


def probe_encoders(model: Any, cfg: Config) -> dict[str, float]:
    """Top-1 of a linear classifier on each frozen encoder, in percent.

    Args:
        model (LateFusionRecognizer): Trained, on its device.
        cfg (Config): Its config.
    """
    train, val = (
        extract_features(model, evaluation_dataloader(cfg, split), split)
        for split in ('train', 'val')
    )
    probes = {
        name: linear_probe(feats, train['labels'], val['feats'][name], val['labels'])
        for name, feats in train['feats'].items()
    }
    return {name: 100 * probe['top1'] for name, probe in probes.items()}


def unimodal_checkpoints(cfg: Config) -> dict[str, str]:
    """Checkpoints of the uni-modal models that a method's config names.

    Raises:
        ValueError: If it names none.
        FileNotFoundError: If one does not exist.
    """
    model = cfg.model
    paths = model.get('teachers') or model.get('encoder_checkpoints')
    if not paths or 'encoders' not in model:
        raise ValueError(
            'the config names no uni-modal checkpoints: pass one of UMT (teachers) or '
            'of MM Clf (encoder_checkpoints)'
        )
    for name, path in paths.items():
        check_checkpoint(path, f'uni-modal model of {name!r}')
    return dict(paths)


def unimodal_features(cfg: Config, store: Path) -> dict[str, dict]:
    """Features and scores of the uni-modal models of a method, extracted once.

    Args:
        cfg (Config): Resolved config of UMT or MM Clf.
        store (Path): A file that keeps the result; used again while checkpoints and
            data are the same.

    Returns:
        dict: ``train`` and ``val``, each with ``feats`` and ``scores`` (dicts of
        (N, C_m) and (N, K) by modality) and ``labels`` (N,).

    Raises:
        ValueError: If a checkpoint is of another architecture or holds no linear
            classifier on its features.
    """
    paths = unimodal_checkpoints(cfg)
    datasets = [dict(dataset) for dataset in iter_datasets(cfg)]
    lists = {osp.join(d.get('data_root') or '', d['ann_file']) for d in datasets}
    stamps = _stamps([*paths.values(), *sorted(lists)])
    key = repr((paths, stamps, _headless(cfg), datasets))
    if store.exists():
        kept = torch.load(store, weights_only=True)
        if kept['key'] == key:
            return kept
    states = {name: load_state(path) for name, path in paths.items()}
    with DefaultScope.overwrite_default_scope('mmaction'):
        model = MODELS.build(_headless(cfg))
        for name, path in paths.items():
            part = encoder_state(states[name], name, path)
            load_exactly(model.encoders[name], part, path, f'the encoder of {name!r}')
        model.to(get_device())
        result: dict = {'key': key}
        for split in ('train', 'val'):
            loader = evaluation_dataloader(cfg, split)
            result[split] = extract_features(model, loader, f'features of {split}')
    for split in ('train', 'val'):
        result[split]['scores'] = {
            name: _scores(feats, states[name], name, paths[name])
            for name, feats in result[split]['feats'].items()
        }
    store.parent.mkdir(parents=True, exist_ok=True)
    unfinished = store.with_suffix('.part')
    torch.save(result, unfinished)
    unfinished.replace(store)
    return result


def _headless(cfg: Config) -> dict:
    """The config of the bare encoders with any head, which is not used."""
    kept = ('encoders', 'cls_head', 'data_preprocessor', 'num_segments', 'test_cfg')
    parts = {key: copy.deepcopy(cfg.model[key]) for key in kept if key in cfg.model}
    if 'data_preprocessor' in cfg:
        parts.setdefault('data_preprocessor', cfg.data_preprocessor)
    return dict(type='LateFusionRecognizer', **parts)


def _scores(feats: torch.Tensor, state: dict, modality: str, path: str) -> torch.Tensor:
    weight = state.get('cls_head.fc_cls.weight')
    bias = state.get('cls_head.fc_cls.bias')
    if weight is None or bias is None or weight.shape[1:] != feats.shape[1:]:
        raise ValueError(
            f'checkpoint {path} has no linear classifier (cls_head.fc_cls) on the '
            f'{feats.shape[1]} features of {modality!r}, so its scores are not known'
        )
    return F.linear(feats, weight.float(), bias.float())


def _stamps(paths: list[str]) -> list:
    """Size and time of each local file, so that a changed one is noticed."""
    stats = [Path(path).stat() if Path(path).exists() else None for path in paths]
    return [stat and (stat.st_size, stat.st_mtime_ns) for stat in stats]
