"""The Runner that checks its config, and survives being killed at any moment."""

import copy
import os
import zipfile
from pathlib import Path
from typing import Any

from mmaction.registry import RUNNERS
from mmengine.config import Config
from mmengine.dist import master_only
from mmengine.fileio import FileClient, LocalBackend, get_file_backend
from mmengine.model import is_model_wrapper
from mmengine.runner import Runner
from torch import nn

from ...models.utils import check_fit
from .atomic_files import put_in_place, remove_temporaries, temporary_name


@RUNNERS.register_module()
class MultiModalRunner(Runner):
    """MMEngine's Runner with checked configs and checkpoints that are never half.

    A config asks for it with ``runner_type = 'MultiModalRunner'``, so that MMAction2's
    own ``tools/train.py`` and ours resolve and refuse the same configs.
    """

    _evaluates = False

    @classmethod
    def from_cfg(cls, cfg: Config) -> 'MultiModalRunner':
        """Build a runner from a config.

        Args:
            cfg (Config): Is left as it is; top-level ``num_classes``, ``data_root`` and
                ``modalities`` are resolved in a copy.

        Raises:
            ValueError: If the config cannot work.
            FileNotFoundError: If a file that it names is missing.
        """
        from mm_laziness.utils.config import resolve_config

        return super().from_cfg(resolve_config(copy.deepcopy(cfg)))

    def train(self) -> nn.Module:
        """Check what training needs beyond building, then train."""
        from mm_laziness.utils.config import check_before_training
        from mm_laziness.utils.config_checks import batch_size_warning

        check_before_training(self.cfg)
        if warning := batch_size_warning(self.cfg, self.world_size):
            self.logger.warning(warning)
        return super().train()

    def val(self) -> dict:
        """Evaluate a checkpoint that fills the model."""
        self._evaluates = True
        return super().val()

    def test(self) -> dict:
        """Test a checkpoint that fills the model."""
        self._evaluates = True
        return super().test()

    def load_checkpoint(self, filename: str, *args: Any, **kwargs: Any) -> dict:
        """Load a checkpoint; what is evaluated keeps no random tensor.

        MMEngine logs which tensors it did not find, and evaluates all the same.

        Raises:
            ValueError: If an evaluation's checkpoint lacks a tensor, or has one of
                another shape; examples are named.
        """
        checkpoint = super().load_checkpoint(filename, *args, **kwargs)
        if self._evaluates:
            state = {
                key.removeprefix('module.'): value
                for key, value in checkpoint.get('state_dict', checkpoint).items()
            }
            model = self.model.module if is_model_wrapper(self.model) else self.model
            check_fit(model, state, filename, 'the model of this config', True)
        return checkpoint

    @master_only
    def save_checkpoint(
        self,
        out_dir: str,
        filename: str,
        file_client_args: dict | None = None,
        save_optimizer: bool = True,
        save_param_scheduler: bool = True,
        meta: dict | None = None,
        by_epoch: bool = True,
        backend_args: dict | None = None,
    ) -> None:
        """Save a checkpoint under a temporary name, then rename it.

        Takes MMEngine's arguments. Storage other than local disks is written as
        MMEngine writes it.
        """
        if file_client_args is not None:
            client = FileClient.infer_client(file_client_args, out_dir)
            local = isinstance(client.client, LocalBackend)
        else:
            backend = get_file_backend(out_dir, backend_args=backend_args)
            local = isinstance(backend, LocalBackend)

        def save(name: str) -> None:
            super(MultiModalRunner, self).save_checkpoint(
                out_dir,
                name,
                file_client_args=file_client_args,
                save_optimizer=save_optimizer,
                save_param_scheduler=save_param_scheduler,
                meta=meta,
                by_epoch=by_epoch,
                backend_args=backend_args,
            )

        if not local:
            return save(filename)
        remove_temporaries(out_dir)
        temporary = temporary_name(filename)
        save(temporary)
        put_in_place(os.path.join(out_dir, temporary), os.path.join(out_dir, filename))

    def load_or_resume(self) -> None:
        """Load or resume; a resumed run finds its newest complete checkpoint.

        MMEngine trusts the file ``last_checkpoint``, which a killed run may have left
        empty or naming a file that is not there.
        """
        if self._has_loaded or not self._resume or self._load_from is not None:
            return super().load_or_resume()
        newest = self._newest_checkpoint()
        if newest is None:
            self.logger.info(f'No checkpoint in {self.work_dir}: start from scratch.')
            return None
        self.logger.info(f'Auto resumed from the latest checkpoint {newest}.')
        self.resume(newest)

    def _newest_checkpoint(self) -> str | None:
        folder = Path(self.work_dir)
        pointer = folder / 'last_checkpoint'
        named = pointer.read_text().strip() if pointer.exists() else ''
        if '://' in named or _is_complete(named):
            return named
        found = [*folder.glob('epoch_*.pth'), *folder.glob('iter_*.pth')]
        complete = [path for path in found if _is_complete(path)]
        if pointer.exists():
            self.logger.warning(
                f'{pointer} names {named!r}, which is no complete checkpoint; of '
                f'{len(complete)} complete ones in that folder the newest is taken.'
            )
        if not complete:
            return None
        return str(max(complete, key=lambda path: path.stat().st_mtime_ns))


def _is_complete(path: str | Path) -> bool:
    """PyTorch writes zip files, whose directory comes last."""
    return os.path.isfile(path) and zipfile.is_zipfile(path)
