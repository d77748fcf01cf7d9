"""Where a config keeps its data sets, modalities and preprocessors."""

from collections.abc import Iterator

from mmaction.registry import DATASETS, MODELS
from mmengine.config import Config, ConfigDict
from mmengine.registry import DefaultScope

DATALOADERS = ('train_dataloader', 'val_dataloader', 'test_dataloader')


def iter_datasets(cfg: Config) -> Iterator[ConfigDict]:
    """All data set configs that read annotations, inside any wrappers."""
    pending = [cfg[name].get('dataset') for name in DATALOADERS if cfg.get(name)]
    while pending:
        dataset = pending.pop()
        if not isinstance(dataset, dict):
            continue
        inner = dataset.get('datasets') or [dataset.get('dataset')]
        if inner != [None]:
            pending.extend(inner)
        else:
            yield dataset


def is_multi_modal(dataset: dict) -> bool:
    """Whether a data set config is one of ours, or of a class derived from it."""
    from ..datasets import MultiModalDataset

    kind = dataset.get('type')
    kind = DATASETS.get(kind) if isinstance(kind, str) else kind
    return isinstance(kind, type) and issubclass(kind, MultiModalDataset)


def model_modalities(model: dict) -> list[str]:
    """Names of the modalities that a model config takes in, if it says so."""
    return list(model.get('encoders') or model.get('members') or ())


def has_independent_encoders(model: dict) -> bool:
    """Whether each encoder of a model config computes its features by itself.

    It says so in its class: see ``LateFusionRecognizer.independent_encoders``. One that
    is not known here, since its module is not imported, is taken to.
    """
    with DefaultScope.overwrite_default_scope('mmaction'):
        kind = model.get('type')
        kind = MODELS.get(kind) if isinstance(kind, str) else kind
    return getattr(kind, 'independent_encoders', True)


def preprocessors_of(cfg: Config) -> dict:
    """Preprocessor configs by modality, empty where the model's default is used."""
    model = cfg.get('model') or {}
    # As MMEngine's Runner: the model's own comes before a top-level one.
    own = model.get('data_preprocessor') or cfg.get('data_preprocessor') or {}
    return own.get('preprocessors') or {}
