"""Mean features over the training set."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from mmengine.config import Config
from mmengine.dist import all_gather_object, broadcast_object_list, is_main_process
from mmengine.logging import print_log
from torch import Tensor
from torch.utils.data import DataLoader
from tqdm import tqdm

from ..fingerprints import fingerprint_of_data, fingerprint_of_weights
from .modality_loading import load_only


@torch.no_grad()
def training_means(
    model: Any, cfg: Config, names: Sequence[str], store: str | Path | None = None
) -> dict[str, Tensor]:
    """Mean features (C_m,) over the training set, by the validation's pipeline.

    Samples whose files cannot be read do not count. Processes share the work.

    Args:
        model (LateFusionRecognizer | UMERecognizer): On its device.
        cfg (Config): Resolved.
        names (Sequence[str]): The modalities; only theirs are read.
        store (Path, optional): File that keeps the means; used again while the weights
            and the data are the same.
    """
    model.eval()
    data = fingerprint_of_data(cfg.train_dataloader, cfg.val_dataloader)
    key = f'{fingerprint_of_weights(model)} {data}'
    device = next(model.parameters()).device
    known = _read(store, key)
    todo = [name for name in names if name not in known]
    if todo:
        loader = load_only(cfg, todo, 'val_dataloader', 'train')
        known.update(_means(model, loader, todo, device))
        if store is not None and is_main_process():
            _write(Path(store), dict(key=key, means=known))
    return {name: known[name].to(device) for name in names}


def _means(model: Any, loader: DataLoader, names: list, device: Any) -> dict:
    sums: dict[str, Tensor] = {}
    count = 0
    title = f'mean features of {", ".join(names)}'
    for batch in tqdm(loader, title, leave=False, disable=not is_main_process()):
        data = model.data_preprocessor(batch, False)
        whole = [not sample.get('faults') for sample in data['data_samples']]
        count += sum(whole)
        feats = model.view_features({name: data['inputs'][name] for name in names})
        kept = torch.tensor(whole, device=device)
        for name, rows in feats.items():
            total = rows[kept].double().mean(dim=1).sum(dim=0).cpu()
            sums[name] = sums[name] + total if name in sums else total
    shares = all_gather_object((sums, count))
    if not (count := sum(own for _, own in shares)):
        raise ValueError(
            f'no sample of the training set has {" and ".join(names)}, so their mean '
            'features are not known: pass --missing-as zeros or split'
        )
    # A process may have had no sample at all.
    means = {m: sum(own[m] for own, _ in shares if m in own) for m in names}
    return {name: (total / count).float() for name, total in means.items()}


def _read(store: str | Path | None, key: str) -> dict[str, Tensor]:
    """What the first process finds in the store; other machines may not have it."""
    found: list[dict] = [{}]
    if store is not None and is_main_process():
        try:
            kept = torch.load(store, weights_only=True)
        except Exception:  # none yet, or damaged, which may raise anything
            kept = None
        if isinstance(kept, dict) and kept.get('key') == key:
            found = [kept['means']]
    broadcast_object_list(found)
    return found[0]


def _write(store: Path, content: dict) -> None:
    """Keep the means, if there is space; without, they are computed again."""
    unfinished = store.with_name(f'.{store.name}.saving')
    try:
        store.parent.mkdir(parents=True, exist_ok=True)
        torch.save(content, unfinished)
        unfinished.replace(store)
    except (OSError, RuntimeError) as error:
        unfinished.unlink(missing_ok=True)
        print_log(f'{store} could not be written: {error}', 'current', 30)
