"""What a study runs, in which order, and with which configs."""

import copy
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mmengine.config import Config
from mmengine.utils import import_modules_from_strings

from ..config import resolve_config
from ..config_parts import has_independent_encoders, model_modalities
from .names import ConfigDirs, all_methods, config_of, unknown_method
from .variants import Variant, folder_name

__all__ = ['StudyPlan', 'all_methods']


@dataclass
class StudyPlan:
    """Methods x seeds on a data set, teachers first.

    Args:
        name (str): Encoders and data set, as in ``<method>_<name>.py``.
        methods (Sequence[str]): Methods; those that train teachers are added, variants
            follow.
        seeds (Sequence[int]): Every method is run with each.
        folder (Path): Where everything goes: ``<method>/seed<seed>/`` per cell.
        config_dir (Path | Sequence[Path]): Folder of the configs, or several, of which
            only one may know a method.
        options (dict): Settings that replace those of every config.
        variants (Sequence[Variant]): Methods with other settings; nothing starts from
            their models.

    Raises:
        FileNotFoundError: If a method has no config.
        ValueError: If a config defines no model, a method has configs in two folders,
            a variant changes a setting that its config has not, two have one name, or
            methods start from each other.
    """

    name: str
    methods: Sequence[str]
    seeds: Sequence[int]
    folder: Path
    config_dir: ConfigDirs = Path('configs')
    options: dict = field(default_factory=dict)
    variants: Sequence[Variant] = ()

    def __post_init__(self) -> None:
        """Put teachers first, and theirs before them."""
        self._configs: dict[str, Config] = {}
        names = [variant.name for variant in self.variants]
        self._variant = dict(zip(names, self.variants, strict=True))
        folders = [folder_name(name) for name in (*dict.fromkeys(self.methods), *names)]
        if twice := sorted({f for f in folders if folders.count(f) > 1}):
            raise ValueError(f'a study has one run per name, but got {twice} twice')
        ordered: dict[str, None] = {}
        for method in (*self.methods, *names):
            self._add(method, ordered, ())
        self.methods = list(ordered)

    def __setstate__(self, state: dict) -> None:
        """Import in another process what reading the configs imported in this one."""
        self.__dict__.update(state)
        for cfg in self._configs.values():
            if modules := cfg.get('custom_imports'):
                import_modules_from_strings(**modules)

    def _add(self, method: str, ordered: dict, path: tuple[str, ...]) -> None:
        if method in path:
            raise ValueError(
                f'methods start from each other: {" <- ".join((*path, method))}; '
                'correct the checkpoints in a config'
            )
        if method not in ordered:
            for teacher in self.teachers(method):
                self._add(teacher, ordered, (*path, method))
            ordered[method] = None

    def config_path(self, method: str) -> Path:
        """Config file of a method or of a variant's."""
        if method in self._variant:
            method = self._variant[method].method
        path = config_of(method, self.name, self.config_dir)
        if path is None:
            raise FileNotFoundError(unknown_method(method, self.name, self.config_dir))
        return path

    def cell_folder(self, method: str, seed: int) -> Path:
        """Folder of one run."""
        return self.folder / folder_name(method) / f'seed{seed}'

    def config(self, method: str, seed: int) -> Config:
        """Config of one run, whose teachers are those of the study."""
        cfg = self._read(method)
        for holder, key, other in list(self._references(cfg.model)):
            cell = self.cell_folder(other, seed)
            holder[key] = str(cell / ('config.py' if key == 'config' else 'best.pth'))
        cfg = resolve_config(cfg)
        # One validation, after the last epoch: `best.pth`, which others start from, is
        # that epoch's, and no checkpoint is chosen on test data.
        cfg.train_cfg.update(val_begin=1, val_interval=cfg.train_cfg.max_epochs)
        cfg.work_dir = str(self.cell_folder(method, seed))
        cfg.randomness = dict(seed=seed)
        # Several runs of one process must not share MMEngine's global instances.
        cfg.experiment_name = f'{self.name}_{method}_{seed}_{time.time_ns()}'
        cfg.launcher = 'none'
        return cfg

    def _read(self, method: str) -> Config:
        """The config of a method as it is written, with the options; a copy."""
        if method not in self._configs:
            self._configs[method] = self._compose(method)
        return copy.deepcopy(self._configs[method])

    def _compose(self, method: str) -> Config:
        cfg = Config.fromfile(self.config_path(method))
        cfg.merge_from_dict(self.options)
        if method in self._variant:
            self._variant[method].apply(cfg)
        if 'model' not in cfg:
            raise ValueError(
                f'{self.config_path(method)} defines no model, so {method!r} is no '
                'method; rename or move the file, or name the methods to run'
            )
        return cfg

    def _references(self, holder: dict) -> Iterator[tuple[dict, str, str]]:
        """Places of a model config that name the run of another method."""
        for key, value in holder.items():
            if isinstance(value, dict):
                yield from self._references(value)
            elif isinstance(value, str) and value.endswith(('.pth', '.py')):
                path = Path(value)
                run = path.stem if path.suffix == '.py' else path.parent.name
                if run.endswith(f'_{self.name}'):
                    yield holder, key, run.removesuffix(f'_{self.name}')

    def teachers(self, method: str) -> list[str]:
        """Methods whose trained models this one starts from."""
        model = self._read(method).model
        return list(dict.fromkeys(run for _, _, run in self._references(model)))

    def trains_encoders(self, method: str) -> bool:
        """Whether a method has encoders of its own, so that their probes tell of it."""
        model = self._read(method).model
        return not ('members' in model or model.get('frozen_encoders')) and (
            has_independent_encoders(model)
        )

    def couples_encoders(self, method: str) -> bool:
        """Whether no modality can be left out, nor an encoder be probed, by itself."""
        return not has_independent_encoders(self._read(method).model)

    def trains_nothing(self, method: str) -> bool:
        """Whether a method only combines models that are trained."""
        return 'members' in self._read(method).model

    def modalities(self, method: str) -> list[str]:
        """Modalities that a method takes in."""
        return model_modalities(self._read(method).model)

    def unimodal_methods(self) -> dict[str, str]:
        """The study's first method with one encoder alone, by modality."""
        found: dict[str, str] = {}
        for method in self.methods:
            names = self.modalities(method)
            if len(names) == 1 and method not in self._variant:
                found.setdefault(names[0], method)
        return found

    def lineage(self, method: str) -> list[str]:
        """All that is trained before a method can be, nearest last."""
        found: dict[str, None] = {}
        for teacher in self.teachers(method):
            found.update(dict.fromkeys([*self.lineage(teacher), teacher]))
        return list(found)
