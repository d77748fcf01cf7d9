"""The encoders of any recognizer, without the rest of it."""

from typing import Any, NamedTuple

from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.registry import DefaultScope
from torch import nn

from ..config import resolve_config
from ..config_files import find_config
from ..config_parts import (
    has_independent_encoders,
    is_multi_modal,
    iter_datasets,
    model_modalities,
)
from .encoder_weights import load_encoders
from .evaluation_data import evaluation_config, evaluation_dataloader
from .stock_encoders import MemberEncoders, StockEncoder, without_pretraining

_KEPT = ('encoders', 'cls_head', 'data_preprocessor', 'num_segments', 'test_cfg')


class Encoders(NamedTuple):
    """Encoders and what their features depend on."""

    model: Any  # has modalities, encoders, data_preprocessor and extract_feat
    config: dict  # of encoders and preprocessing, without weights


def build_encoders(cfg: Config, names: list[str] | None = None) -> Encoders:
    """Build what computes the features of a config's model.

    Args:
        cfg (Config): Resolved config of a model of ours, of an ensemble, whose members
            are loaded, or of one of MMAction2's recognizers.
        names (list[str], optional): Encoders to build. Defaults to all; of a recognizer
            of MMAction2 it is what to call its only one.

    Raises:
        FileNotFoundError: If a member's config or checkpoint does not exist.
        ValueError: If the model has no encoders that could be told apart, or none of
            such a name, or they feed each other.
    """
    if not cfg.get('model'):
        raise ValueError('the config defines no model')
    if not has_independent_encoders(cfg.model):
        raise ValueError(
            f'the encoders of {cfg.model.type} feed each other, so that none has '
            'features of its own to look at; take a config of late fusion, such as '
            'joint_*, umt_* or a uni-modal one'
        )
    known = model_modalities(cfg.model) or names or ['backbone']
    names = known if names is None else names
    if unknown := [name for name in names if name not in known]:
        raise ValueError(f'the model has no encoders {unknown}, only {known}')
    model = Config(cfg.model.to_dict())
    if 'data_preprocessor' in cfg:
        model.setdefault('data_preprocessor', cfg.data_preprocessor.to_dict())
    with DefaultScope.overwrite_default_scope('mmaction'):
        if 'members' in model:
            return _members({name: model.members[name] for name in names})
        parts = without_pretraining(model.to_dict())
        if 'encoders' not in model:
            stock = StockEncoder(parts, names[0])
            keys = ('type', 'backbone', 'data_preprocessor', 'test_cfg')
            return Encoders(stock, {key: parts.get(key) for key in keys})
        parts = {key: parts[key] for key in _KEPT if key in parts}
        parts['encoders'] = {name: parts['encoders'][name] for name in names}
        ours = MODELS.build(dict(type='LateFusionRecognizer', **parts))
        # The head is not used, and does not change the features.
        del parts['cls_head']
        return Encoders(ours, parts)


def _members(members: dict) -> Encoders:
    built: dict[str, nn.Module] = {}
    configs = {}
    for name, member in members.items():
        given = member.config
        if isinstance(given, str):
            cfg = Config.fromfile(find_config(given))
        else:
            cfg = Config(given.to_dict())
        own = build_encoders(resolve_config(cfg))
        if len(own.model.modalities) > 1:
            raise ValueError(
                f'members[{name!r}] takes {list(own.model.modalities)}, but a member '
                'must be uni-modal'
            )
        load_encoders(own.model, member.checkpoint)
        built[name], configs[name] = own
    return Encoders(MemberEncoders(built), configs)


def encoder_names(cfg: Config, chosen: str | None = None) -> list[str]:
    """Names of a model's encoders; that of MMAction2's own is what its data hold.

    Args:
        cfg (Config): Resolved config of model and data.
        chosen (str, optional): For a recognizer of MMAction2: which of the modalities
            of our data set it takes, or else what to call it.

    Raises:
        ValueError: If the data hold several modalities, and none or none of them is
            chosen, or one is chosen of a model that has names of its own.
    """
    if names := model_modalities(cfg.get('model') or {}):
        if chosen:
            raise ValueError(
                f'the encoders are called {names} by the config; {chosen!r} can be '
                "chosen for MMAction2's own recognizers only"
            )
        return names
    loader = evaluation_config(cfg, 'val')
    dataset = next(iter_datasets(Config(dict(val_dataloader=loader))))
    if not is_multi_modal(dataset):
        if chosen:
            return [str(chosen)]
        built = evaluation_dataloader(cfg, 'val').dataset
        while not hasattr(built, 'modality'):
            parts = getattr(built, 'datasets', None)
            built = parts[0] if parts else getattr(built, 'dataset', built)
        return [str(built.modality).lower()]
    steps = [s for s in dataset['pipeline'] if 'branches' in s]
    loaded = list(dataset.get('modalities') or steps[0]['branches'])
    if chosen is None and len(loaded) == 1:
        return loaded
    if chosen not in loaded:
        raise ValueError(
            f'the data hold {loaded}, of which the model takes one: choose it with '
            f'--modality {loaded[0]}'
        )
    return [str(chosen)]
