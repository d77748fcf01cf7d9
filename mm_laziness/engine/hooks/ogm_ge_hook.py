"""On-the-fly Gradient Modulation with Generalization Enhancement (OGM-GE)."""

from typing import Any

import torch
from mmaction.registry import HOOKS
from mmengine.dist import all_reduce
from mmengine.hooks import Hook
from mmengine.runner import Runner
from torch import Tensor
from torch.utils.hooks import RemovableHandle

from ...evaluation.functional import coefficients_from_sums, confidence_sums
from ...utils.runs import shared_seed, unwrap
from .generalization_enhancement import GeneralizationEnhancement
from .modulation_checks import check_modulation, convolution_weights


@HOOKS.register_module()
class OGMGEHook(Hook):
    r"""Slow down the modality that is ahead, so that the others learn as well.

    .. math::
        s_m = \sum_i softmax(z_m)_{i, y_i}, \quad
        \rho_m = \frac{s_m}{mean_{o \ne m} s_o}, \quad
        g \leftarrow k_m g + \epsilon

    with :math:`k_m = 1 - tanh(\alpha \rho_m)` if :math:`\rho_m > 1`, else 1; z are the
    head's ``split_scores``, g the gradients of the encoder's convolution weights (not
    of linear layers, norms, biases or the head), and :math:`\epsilon` Gaussian noise as
    spread as the elements of each raw gradient, also where k is 1.

    Source: Peng et al., CVPR 2022. Deviations from the official code: convolutions of
    any rank (there 2-D ones only, which leaves 3-D CNNs as they are); ``end`` is
    exclusive; any number of modalities; equal modalities are left alone (there the
    audio encoder is slowed down); scores are summed over all micro-batches of a step
    and over all processes. Clipping comes before. Adam and its like divide a gradient
    by its own running size, which undoes a coefficient that stays the same.

    The log shows ``ogm_ratio_<m>`` and ``ogm_coefficient_<m>``.

    Args:
        alpha (float): Strength, above 0. The authors use 0.1 (VGGSound) to 0.8
            (CREMA-D).
        begin (int): First modulated epoch, 0-based. Defaults to 0.
        end (int): First epoch, 0-based, that is not modulated any more. Defaults to 51,
            as the authors' (of 100).
        noise (bool): Whether to add noise (OGM-GE) or not (OGM). Defaults to True.

    Raises:
        ValueError: If alpha is not positive, or no epoch lies between begin and end.

    Examples:
        >>> custom_hooks = [dict(type='OGMGEHook', alpha=0.3, begin=0, end=51)]
    """

    # Before RuntimeInfoHook (VERY_HIGH) logs the outputs.
    priority = 'HIGHEST'

    def __init__(
        self, alpha: float, begin: int = 0, end: int = 51, noise: bool = True
    ) -> None:
        if not alpha > 0:
            raise ValueError(f'alpha is {alpha}; set alpha > 0, e.g. 0.1-0.8')
        if not 0 <= begin < end:
            raise ValueError(
                f'begin is {begin} and end is {end}; set 0 <= begin < end (0-based '
                'epochs, end exclusive)'
            )
        self.alpha, self.begin, self.end, self.noise = alpha, begin, end, noise
        self._handles: list[RemovableHandle] = []
        # Other loops call the model's train_step, too, to estimate something.
        self._armed = False
        self._sums: Tensor | None = None
        self._log: dict[str, Tensor] = {}

    def before_run(self, runner: Runner) -> None:
        """Check what must be there, before weights are drawn or loaded.

        Raises:
            ValueError: If this model, optimizer or loop cannot be modulated.
        """
        # Validation and testing come here as well, without an optimizer.
        if runner.optim_wrapper is None or isinstance(runner.optim_wrapper, dict):
            return
        check_modulation(runner, self.begin)

    def before_train(self, runner: Runner) -> None:
        """Listen to the head, and modulate right before each optimizer step.

        MMEngine has no hook point between backward and step; PyTorch's own step
        pre-hook sees gradients that are reduced, unscaled and clipped.
        """
        self._remove_handles()
        model = unwrap(runner.model)
        self.head, self.weights = model.cls_head, convolution_weights(model)
        self.enhancement = GeneralizationEnhancement(shared_seed(runner))
        self._handles = [
            self.head.register_loss_observer(self._observe),
            runner.optim_wrapper.optimizer.register_step_pre_hook(self._modulate),
        ]

    def before_train_iter(
        self, runner: Runner, batch_idx: int, data_batch: Any = None
    ) -> None:
        """Arm in the epochs between begin and end."""
        # At the first micro-batch after a step, also after one that a GradScaler
        # skipped for infinite gradients.
        if runner.optim_wrapper.should_update():
            self._sums = None
        self._armed = self.begin <= runner.epoch < self.end
        if self._armed:
            self.enhancement.start_step(runner.iter)

    def after_train_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: Any = None,
        outputs: dict | None = None,
    ) -> None:
        """Disarm, and let MMEngine log this step's ratios and coefficients."""
        self._armed = False
        if isinstance(outputs, dict):
            outputs.update(self._log)
        self._log = {}

    def after_train(self, runner: Runner) -> None:
        """Leave the model and the optimizer as they were."""
        self._remove_handles()

    def _remove_handles(self) -> None:
        for handle in self._handles:
            handle.remove()
        self._handles = []

    @torch.no_grad()
    def _observe(self, feats: dict[str, Tensor], labels: Tensor) -> None:
        """Add up the confidences of one micro-batch."""
        if not self._armed:
            return
        if labels.ndim > 1:
            raise ValueError(
                'OGM needs one label per sample, but got soft labels of the shape '
                f'{tuple(labels.shape)}; switch off label mixing (`blending` of the '
                'data preprocessor)'
            )
        splits = self.head.split_scores({m: feats[m].detach() for m in feats})
        sums = confidence_sums({m: splits[m] for m in self.weights}, labels)
        self._sums = sums if self._sums is None else self._sums + sums

    @torch.no_grad()
    def _modulate(self, *_: Any) -> None:
        """Change the gradients, on every rank alike."""
        if not self._armed:
            return
        if self._sums is None:
            raise ValueError(
                f'{type(self.head).__name__}.loss() told its observers nothing in this '
                'step; call tell_observers() in it, or remove OGMGEHook'
            )
        sums = self._sums.clone()
        all_reduce(sums)
        ratios, coefficients = coefficients_from_sums(sums, self.alpha)
        for index, (name, weights) in enumerate(self.weights.items()):
            self._log[f'ogm_ratio_{name}'] = ratios[index]
            self._log[f'ogm_coefficient_{name}'] = coefficients[index]
            for grad in (w.grad for w in weights if w.grad is not None):
                if self.noise:
                    self.enhancement(grad, coefficients[index])
                else:
                    grad.mul_(coefficients[index])
