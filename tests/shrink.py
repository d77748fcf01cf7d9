"""The papers' configs, so small that a test can run them, of the same structure.

``shrink(cfg)`` narrows encoders and pictures; ``stand_in(cfg, folder)`` makes random
models for the ones that a config starts from; ``load(name, data_root, folder)`` does
both; ``run(cfg, folder)`` trains one epoch with MMEngine's Runner, or evaluates an
ensemble.
"""

from pathlib import Path

import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from narrowresnet import WIDTH
from tinyset import quick_runs

from mm_laziness.utils.cli import build_runner
from mm_laziness.utils.config import resolve_config
from mm_laziness.utils.config_parts import DATALOADERS, iter_datasets

CONFIGS = Path(__file__).resolve().parents[1] / 'configs'
# Of the papers' crops.
PIXELS = 224
_PIXEL_SETTINGS = ('scale', 'size', 'crop_size')
_RESNETS_3D = ('ResNet3d', 'ResNet3dSlowOnly', 'resnet3d')


def shrink(cfg, width=8, pixels=32, batch=2):
    """Change a config in place, and return it.

    Args:
        cfg (Config): Of any method, as read from its file.
        width (int): Channels of the encoders' first stage, instead of 64; all others
            and the features in proportion. Defaults to 8.
        pixels (int): Width and height of a crop of 224, others in proportion.
        batch (int): Samples of a batch.

    Frames become a quarter, at least two where there were several; clips, crops,
    pathways, stages, lengths of sound and the schedule stay.
    """
    model = cfg.model
    for encoder in (model.get('encoders') or {}).values():
        _narrow(encoder, width)
    widths = (model.get('cls_head') or {}).get('in_channels') or {}
    for name, channels in widths.items():
        widths[name] = channels * width // WIDTH
    pipelines = [cfg[name] for name in cfg if name.endswith('_pipeline')]
    pipelines += [dataset.pipeline for dataset in iter_datasets(cfg)]
    for step in _steps(pipelines):
        _shorten(step)
        for name in _PIXEL_SETTINGS:
            if name in step:
                step[name] = _scaled(step[name], pixels)
    for name in DATALOADERS:
        if cfg.get(name):
            cfg[name].update(batch_size=batch, num_workers=0)
            cfg[name].pop('persistent_workers', None)
    # The last maps have one pixel, and one such sample has no batch statistics.
    cfg.train_dataloader.drop_last = True
    return cfg


def _narrow(encoder, width):
    """Narrow an encoder's config, pathways included."""
    for value in encoder.values():
        if isinstance(value, dict):
            _narrow(value, width)
    if encoder.get('type') in ('ResNet', 'NarrowResNet'):
        encoder.type = 'NarrowResNet'
        encoder.setdefault('base_channels', WIDTH)
    elif encoder.get('type') in _RESNETS_3D:
        encoder.setdefault('base_channels', WIDTH)
    if 'base_channels' in encoder:
        encoder.base_channels = max(1, encoder.base_channels * width // WIDTH)


def _steps(pipelines):
    for pipeline in pipelines:
        for step in pipeline:
            yield step
            yield from _steps(step.get('branches', {}).values())


def _shorten(step):
    length = step.get('clip_len', 1)
    if length > 1:
        step.clip_len = max(2, length // 4)


def _scaled(size, pixels):
    if isinstance(size, list | tuple):
        return tuple(_scaled(value, pixels) for value in size)
    # -1 keeps the ratio of the sides.
    return size if size < 0 else size * pixels // PIXELS


def stand_in(cfg, folder, **kwargs):
    """Let a config start from random models, shrunk as it is.

    Args:
        cfg (Config): Changed in place, and returned.
        folder (Path): Where checkpoints are, and are made once per config.
        **kwargs: Of :func:`shrink`, for members of an ensemble.
    """
    for holder, key, path in list(_files(cfg.model)):
        if key == 'config':
            member = shrink(Config.fromfile(path), **kwargs)
            _same_data(member, cfg)
            holder[key] = member.to_dict()
        else:
            run = Path(path).parent.name
            checkpoint = Path(folder) / run / 'best.pth'
            if not checkpoint.exists():
                _write_random(run, checkpoint, cfg, kwargs)
            holder[key] = str(checkpoint)
    return cfg


def _files(holder):
    """Places of a model config that name a file of another run."""
    for key, value in holder.items():
        if isinstance(value, dict):
            yield from _files(value)
        elif isinstance(value, str) and value.endswith(('.pth', '.py')):
            yield holder, key, value


def _same_data(other, cfg):
    for name in ('num_classes', 'data_root'):
        other[name] = cfg[name]


def _write_random(run, checkpoint, cfg, kwargs):
    own = shrink(Config.fromfile(CONFIGS / f'{run}.py'), **kwargs)
    _same_data(own, cfg)
    model = MODELS.build(resolve_config(own).model)
    # Of the encoders alone: some models would load what they start from in turn.
    model.encoders.init_weights()
    checkpoint.parent.mkdir(parents=True, exist_ok=True)
    torch.save(dict(state_dict=model.state_dict(), meta={}), checkpoint)


def load(name, data_root, folder, configs=CONFIGS, **settings):
    """A config of the repository, shrunk, on another folder of data.

    Args:
        name (str): Of the file, without ``.py``.
        data_root (Path): Of the data.
        folder (Path): For stand-ins of other models.
        configs (Path): Where the file is, such as in a project.
        **settings: As in ``--cfg-options``, with ``__`` for a dot.
    """
    cfg = shrink(Config.fromfile(configs / f'{name}.py'))
    cfg.data_root = str(data_root)
    cfg.merge_from_dict({key.replace('__', '.'): v for key, v in settings.items()})
    return stand_in(cfg, folder)


def run(cfg, folder):
    """Train one epoch, or evaluate an ensemble.

    Returns:
        tuple[dict, dict]: Metrics of the validation, and the last value of all that
        was logged, by name (``loss``, ``loss_cls``, ...).
    """
    cfg.work_dir = str(folder)
    cfg.launcher = 'none'
    cfg.randomness = dict(seed=0)
    cfg.default_hooks.logger.interval = 1
    cfg.default_hooks.checkpoint = None
    cfg.train_cfg.update(max_epochs=1, val_interval=1)
    if 'holdout' in cfg.train_cfg:
        cfg.train_cfg.holdout = 0.5
    # Several runs of one process must not share MMEngine's global instances.
    cfg.experiment_name = f'{Path(folder).name}_{id(cfg)}'
    with quick_runs():
        runner = build_runner(cfg)
        if 'members' in cfg.model:
            return runner.val(), {}
        runner.train()
    history = runner.message_hub.log_scalars
    logged = {name: history[name].current() for name in history}
    metrics = {k[4:]: v for k, v in logged.items() if k.startswith('val/')}
    return metrics, {k[6:]: v for k, v in logged.items() if k.startswith('train/')}
