"""Train each classifier alone for some epochs, and measure what it gained."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from mmengine.dist import (
    all_reduce,
    all_reduce_params,
    get_rank,
    is_main_process,
)
from mmengine.hooks import ParamSchedulerHook
from mmengine.runner import Runner
from torch import Tensor
from torch.utils.data import DataLoader
from tqdm import tqdm

from ...utils.random import derive_seed, seed_everything_from
from ...utils.runs import shared_seed, unwrap
from .holdout_loaders import HoldoutLoaders
from .snapshot import TrainingSnapshot


def classifier_names(head: Any) -> list[str]:
    """The modalities in order, and ``'fused'``."""
    return [*head.in_channels, 'fused']


def set_loss_weights(head: Any, weights: Sequence[float]) -> None:
    """Weigh the head's losses: the modalities' in order, then the fused one."""
    *unimodal, head.fused_loss_weight = weights
    head.unimodal_loss_weights = dict(zip(head.in_channels, unimodal, strict=True))


class BlendingEstimate:
    """Losses of each classifier before and after it is trained alone.

    All random numbers derive from the run's seed, the first epoch and the classifier,
    so that a killed estimate repeats exactly. The run is left as it was, and its hooks
    do not notice.

    Args:
        runner (Runner): In training, between two epochs.
        loaders (HoldoutLoaders): Over the kept and the held-out part.
        start (int): 0-based epoch of the state to start from.
        epochs (int): How long each classifier is trained.
    """

    def __init__(
        self, runner: Runner, loaders: HoldoutLoaders, start: int, epochs: int
    ) -> None:
        self.runner, self.start, self.epochs = runner, start, epochs
        self.model = unwrap(runner.model)
        self.head = self.model.cls_head
        self.seed, self.rank = shared_seed(runner), get_rank()
        self.train_loader = loaders.train_loader(self.seed)
        self.parts = {
            part: loaders.evaluation_loader(indices, self.seed)
            for part, indices in (('train', loaders.kept), ('val', loaders.held))
        }

    def losses(self) -> dict[str, Tensor]:
        """``train_before``, ``train_after``, ``val_before``, ``val_after``: (M + 1,).

        Mean cross-entropies on the kept (train) and the held-out part (val), in eval
        mode, of the modalities' classifiers in order and the fused one.
        """
        snapshot = TrainingSnapshot(self.runner)
        names = classifier_names(self.head)
        try:
            with _unobserved(self.head, self.runner.optim_wrapper.optimizer):
                before = self._measure('before')
                after = {part: torch.zeros_like(before[part]) for part in before}
                for number, name in enumerate(names):
                    snapshot.restore()
                    self._train(number, name)
                    for part, losses in self._measure(name).items():
                        after[part][number] = losses[number]
        finally:
            snapshot.restore()
        return {
            f'{part}_{when}': losses[part]
            for when, losses in (('before', before), ('after', after))
            for part in losses
        }

    def _train(self, number: int, name: str) -> None:
        """Train one classifier; the weight 0 of the others keeps DDP satisfied."""
        runner, loader = self.runner, self.train_loader
        count = len(classifier_names(self.head))
        set_loss_weights(self.head, [float(each == number) for each in range(count)])
        steps = self.epochs * len(loader)
        wrapper = runner.optim_wrapper
        # What the run has accumulated belongs to its own next step.
        wrapper.zero_grad()
        wrapper.initialize_count_status(runner.model, 0, steps)
        # A function here, not a hook: it reads nothing but the runner's schedulers.
        schedulers = ParamSchedulerHook()
        # 32 bits, because data sets keep it in a tensor of signed integers.
        seed = derive_seed(self.seed, self.start, number) % 2**32
        runner.model.train()
        with _progress(steps, f'G-Blending, {name} alone') as bar:
            for epoch in range(self.start, self.start + self.epochs):
                _seed_loader(loader, seed, epoch)
                seed_everything_from(seed, self.rank, epoch)
                for index, batch in enumerate(loader):
                    seed_everything_from(seed, self.rank, epoch, index)
                    runner.model.train_step(batch, optim_wrapper=wrapper)
                    schedulers.after_train_iter(runner, index)
                    bar.update()
                schedulers.after_train_epoch(runner)

    def _measure(self, title: str) -> dict[str, Tensor]:
        """Mean losses (M + 1,) of all classifiers by part."""
        # Each rank has BatchNorm statistics of its own samples.
        all_reduce_params(self.model.buffers(), op='mean')
        self.model.eval()
        seed_everything_from(self.seed, self.rank, self.start)
        return {
            part: self._mean_losses(loader, f'G-Blending, {part} losses, {title}')
            for part, loader in self.parts.items()
        }

    @torch.no_grad()
    def _mean_losses(self, loader: DataLoader, title: str) -> Tensor:
        """Means over all samples of all ranks, in float64.

        A sample's loss is the mean over its clips, as in training.
        """
        sums = torch.zeros(len(self.head.in_channels) + 2, dtype=torch.float64)
        with _progress(len(loader), title) as bar:
            for batch in loader:
                sums += self._summed_losses(batch)
                bar.update()
        all_reduce(sums)
        return sums[:-1] / sums[-1]

    def _summed_losses(self, batch: dict) -> Tensor:
        """Losses of a batch, summed over its samples, and their number: (M + 2,)."""
        data = self.model.data_preprocessor(batch, False)
        feats = self.model.extract_feat(data['inputs'])
        scores = [*self.head.unimodal_scores(feats).values(), self.head(feats)]
        labels = self.head.labels(data['data_samples'], scores[-1])
        losses = [self.head.criterion(each.float(), labels) for each in scores]
        size = len(data['data_samples'])
        sums = torch.stack(losses).cpu().double() * size
        return torch.cat([sums, sums.new_tensor([size])])


def _seed_loader(loader: DataLoader, seed: int, epoch: int) -> None:
    """Let order and augmentation of an epoch derive from ``seed`` and ``epoch``."""
    loader.generator.manual_seed(derive_seed(seed, epoch))
    sampler = getattr(loader.batch_sampler, 'sampler', loader.sampler)
    if hasattr(sampler, 'seed'):
        sampler.seed = seed
    if hasattr(sampler, 'set_epoch'):
        sampler.set_epoch(epoch)
    # `vars`, because MMEngine's slices forward unknown attributes to what they wrap.
    dataset = vars(loader.dataset).get('_dataset', loader.dataset)
    if hasattr(dataset, 'random_state'):
        dataset.random_state = torch.tensor([seed, epoch])


def _progress(total: int, title: str) -> tqdm:
    return tqdm(total=total, desc=title, leave=False, disable=not is_main_process())


@contextmanager
def _unobserved(head: Any, optimizer: torch.optim.Optimizer) -> Iterator[None]:
    """Keep hooks that watch losses or change steps out of what is no training."""
    places = [
        (head, '_loss_observers'),
        (optimizer, '_optimizer_step_pre_hooks'),
        (optimizer, '_optimizer_step_post_hooks'),
    ]
    kept = [getattr(owner, name) for owner, name in places]
    try:
        for owner, name in places:
            setattr(owner, name, {})
        yield
    finally:
        for (owner, name), hooks in zip(places, kept, strict=True):
            setattr(owner, name, hooks)
