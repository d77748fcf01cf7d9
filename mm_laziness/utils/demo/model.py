"""Load any trained recognizer to try it on a video."""

from pathlib import Path
from typing import Any

from mmengine.config import Config
from mmengine.device import get_device

from ...compat import load_checkpoint_file
from ...models.recognizers import LateFusionRecognizer
from ...models.utils import check_checkpoint, check_fit
from ..config_files import find_config
from ..predictions.class_names import read_class_names


def load_recognizer(config: str, checkpoint: str | None) -> Any:
    """Build a model of ours or of MMAction2 and load its weights.

    Args:
        config (str): Config file, or MMAction2's as ``mmaction::...``.
        checkpoint (str, optional): File or URL; None for an ensemble, whose config
            names the checkpoints of its members.

    Returns:
        nn.Module: In eval mode, on the device that MMEngine finds, with its config as
        ``cfg``.

    Raises:
        FileNotFoundError: If the config or a checkpoint does not exist.
        ValueError: If the config has no recognizer, a checkpoint is missing, is given
            for an ensemble, or does not fit.
    """
    from mmaction.apis import init_recognizer

    cfg = Config.fromfile(find_config(config))
    model = cfg.get('model') or {}
    if 'cls_head' not in model and 'members' not in model:
        raise ValueError(
            f'config {config} has no recognizer (model with cls_head, or members of an '
            'ensemble); give the config that a model was trained with'
        )
    if 'members' in model:
        if checkpoint:
            raise ValueError(
                f'{config} is an ensemble, whose config names the checkpoints of its '
                'members: leave out the checkpoint'
            )
        return init_recognizer(cfg, None, device=get_device())
    if not checkpoint:
        raise ValueError(
            f'{config} needs a checkpoint, since a model with random weights predicts '
            'nothing: give the one that was trained with it, such as best.pth in its '
            'work folder'
        )
    check_checkpoint(checkpoint, 'the model')
    recognizer = init_recognizer(cfg, None, device=get_device())
    state = load_checkpoint_file(checkpoint)
    state = state.get('state_dict', state)
    state = {key.removeprefix('module.'): value for key, value in state.items()}
    # Of MMAction2's own models we do not know which may lack tensors elsewhere.
    ours = isinstance(recognizer, LateFusionRecognizer)
    part, start = (recognizer, '') if ours else (recognizer.cls_head, 'cls_head.')
    found = {k.removeprefix(start): v for k, v in state.items() if k.startswith(start)}
    check_fit(part, found, checkpoint, f'the model of {config}', leftovers=True)
    recognizer.load_state_dict(state, strict=False)
    return recognizer


def class_names(cfg: Config, path: str | None, num_classes: int) -> list[str]:
    """Names of the classes: of a file, of the data set, or numbers.

    Args:
        cfg (Config): The model's, whose ``data_root`` may hold a ``classes.txt``.
        path (str, optional): A file to be read instead.
        num_classes (int): How many there must be.

    Raises:
        FileNotFoundError: If the file that was asked for does not exist.
        ValueError: If a file names more or fewer classes.
    """
    if path:
        return read_class_names(path, num_classes)
    found = Path(cfg.get('data_root') or '') / 'classes.txt'
    if 'data_root' in cfg and found.is_file():
        return read_class_names(found, num_classes)
    return [f'class {index}' for index in range(num_classes)]
