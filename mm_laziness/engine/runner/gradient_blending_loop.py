"""Gradient Blending (G-Blending): loss weights from how much classifiers overfit."""

from typing import Any

from mmaction.registry import LOOPS
from mmengine.runner import EpochBasedTrainLoop, Runner

from ...evaluation.functional import overfitting_to_generalization_weights
from ...utils.runs import unwrap
from .blending_estimate import BlendingEstimate, classifier_names, set_loss_weights
from .holdout_loaders import HoldoutLoaders

# In the message hub, and so in checkpoints.
_INFO = 'gradient_blending'


@LOOPS.register_module()
class GradientBlendingTrainLoop(EpochBasedTrainLoop):
    r"""Train with a weighted loss per modality and a joint one (G-Blending).

    .. math:: L = \sum_m w_m CE_m + w_{fused} CE_{fused}

    The weights come from estimates: each classifier is trained alone from the current
    state, its losses on what it was trained on and on held-out samples of the training
    set give its weight (:func:`overfitting_to_generalization_weights`), and the state
    is put back. Offline, one estimate over all epochs is made from the initial weights;
    then training starts from these on the whole training set. Online, an estimate over
    ``super_epoch`` epochs is made before each of these, and the held-out samples are
    never trained on. Source: Wang et al., "What Makes Training Multi-Modal
    Classification Networks Hard?", CVPR 2020.

    All estimates together train (M + 1) * ``max_epochs`` epochs besides the training
    itself. Schedules that count iterations advance in an offline estimate by those of
    the kept part only.

    Examples:
        >>> model = dict(cls_head=dict(unimodal_loss_weights=1.0))
        >>> train_cfg = dict(
        >>>     type='GradientBlendingTrainLoop', max_epochs=45, super_epoch=5)

    Args:
        runner (Runner): The runner.
        dataloader (dict): Config of the loader of a plain data set.
        max_epochs (int): Number of epochs to train.
        holdout (float): Share of the training set that is held out; that of each class
            alike. Defaults to 0.1.
        super_epoch (int, optional): Epochs per estimate, for online G-Blending.
            Defaults to None: offline.
        holdout_seed (int): Of the draw of the held-out part. Defaults to 0.
        val_begin (int): As in MMEngine's loop.
        val_interval (int): As there.
        dynamic_intervals (list[tuple[int, int]], optional): As there.

    Raises:
        ValueError: If the model has not the classifiers to blend, the loaders are
            unfit, ``super_epoch`` or ``holdout`` is out of range, or a run is resumed
            that was not trained with the same settings.
    """

    def __init__(
        self,
        runner: Runner,
        dataloader: dict,
        max_epochs: int,
        holdout: float = 0.1,
        super_epoch: int | None = None,
        holdout_seed: int = 0,
        val_begin: int = 1,
        val_interval: int = 1,
        dynamic_intervals: list[tuple[int, int]] | None = None,
    ) -> None:
        if super_epoch is not None and not (
            isinstance(super_epoch, int) and 1 <= super_epoch <= max_epochs
        ):
            raise ValueError(
                f'super_epoch must be a whole number of epochs from 1 to max_epochs = '
                f'{max_epochs}, or None for offline G-Blending, but got {super_epoch}'
            )
        model = unwrap(runner.model)
        _check_model(model)
        self.head = model.cls_head
        self.super_epoch = super_epoch
        self.settings = dict(
            holdout=holdout, super_epoch=super_epoch, holdout_seed=holdout_seed
        )
        test = runner._val_dataloader or runner._test_dataloader
        self.loaders = HoldoutLoaders(dataloader, test, holdout, holdout_seed)
        if super_epoch is not None:
            # Else the second estimate would measure nothing.
            dataloader = self.loaders.kept_config()
        super().__init__(
            runner, dataloader, max_epochs, val_begin, val_interval, dynamic_intervals
        )

    def run_epoch(self) -> None:
        """Iterate one epoch with the weights of its super-epoch."""
        weights = self._weights()
        set_loss_weights(self.head, weights)
        for name, weight in zip(classifier_names(self.head), weights, strict=True):
            self.runner.message_hub.update_scalar(f'train/blend_weight_{name}', weight)
        super().run_epoch()

    def _weights(self) -> list[float]:
        """Weights of the current super-epoch, estimated if they are not known."""
        length = self.super_epoch or self.max_epochs
        start = self.epoch - self.epoch % length
        known = self.runner.message_hub.get_info(_INFO)
        if self.epoch > 0:
            self._check_resumed(known)
        if known is None or known['epoch'] != start:
            end = min(start + length, self.max_epochs)
            weights = self._estimate(end - self.epoch)
            known = dict(epoch=start, weights=weights, **self.settings)
            self.runner.message_hub.update_info(_INFO, known)
        return known['weights']

    def _check_resumed(self, known: dict | None) -> None:
        if known is None:
            raise ValueError(
                f'the run to resume has trained {self.epoch} epochs without '
                'G-Blending; start a new one, or load its weights with load_from'
            )
        before = {name: known[name] for name in self.settings}
        if before != self.settings:
            raise ValueError(
                f'the run to resume was trained with {before}, but train_cfg now says '
                f'{self.settings}; set train_cfg as before, or start a new run'
            )

    def _estimate(self, epochs: int) -> list[float]:
        log = self.runner.logger.info
        names = classifier_names(self.head)
        if self.epoch == 0:
            estimates = -(-self.max_epochs // (self.super_epoch or self.max_epochs))
            log(
                f'G-Blending trains {len(names)} classifiers alone, {self.max_epochs} '
                f'epochs each, on {len(self.loaders.kept)} samples, and measures '
                f'losses on these and {len(self.loaders.held)} held-out ones '
                f'{estimates * (len(names) + 1)} times, besides the training itself'
            )
        estimate = BlendingEstimate(self.runner, self.loaders, self.epoch, epochs)
        losses = estimate.losses()
        weights = overfitting_to_generalization_weights(**losses).tolist()
        rows = zip(names, weights, *(losses[key] for key in _LOGGED), strict=True)
        found = (
            '{}: {:.4f} ({:.3f} -> {:.3f}, {:.3f} -> {:.3f})'.format(*r) for r in rows
        )
        log(
            f'G-Blending weights from epoch {self.epoch}, with training and held-out '
            f'losses before -> after {epochs} epochs alone: {"; ".join(found)}'
        )
        return weights


_LOGGED = ('train_before', 'train_after', 'val_before', 'val_after')


def _check_model(model: Any) -> None:
    """Refuse a model whose losses are not those that G-Blending blends."""
    head: Any = getattr(model, 'cls_head', None)
    if not hasattr(head, 'fused_loss_weight'):
        raise ValueError(
            'G-Blending weighs the losses of a fusion head (LinearFusionHead, ...), '
            f'but cls_head is {type(head).__name__}; set model.cls_head'
        )
    if len(head.in_channels) < 2:
        raise ValueError(
            'G-Blending blends at least two modalities, but the head has only '
            f"{list(head.in_channels)}; set type='EpochBasedTrainLoop' in train_cfg"
        )
    missing = [m for m in head.in_channels if m not in head.unimodal_classifiers]
    if missing:
        raise ValueError(
            f'G-Blending needs a classifier per modality, but {missing} have none; set '
            'model.cls_head.unimodal_loss_weights=1.0'
        )
    if hasattr(model, 'loss_distill'):
        raise ValueError(
            f'{type(model).__name__} adds a distillation loss, which belongs to none '
            'of the classifiers that G-Blending weighs; use LateFusionRecognizer'
        )
