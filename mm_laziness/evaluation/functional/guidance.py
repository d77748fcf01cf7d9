"""UMT or UME? The paper's trick, with a test of the difference.

N training samples, N' validation samples, C_m channels of modality m, K classes.
"""

from collections.abc import Mapping

import torch
from torch import Tensor

from .accuracy import label_ranks
from .bootstrap import accuracy_interval
from .ensemble import average_scores
from .linear_classifier import check_samples, fit_linear_classifier, linear_scores
from .paired_tests import compare
from .sample_size import samples_needed
from .splitting import split_linear_scores


def choose_method(
    train_feats: Mapping[str, Tensor],
    train_labels: Tensor,
    val_feats: Mapping[str, Tensor],
    val_labels: Tensor,
    val_scores: Mapping[str, Tensor],
    *,
    alpha: float = 0.05,
    epochs: int | None = None,
    lr: float = 0.01,
    weight_decay: float | None = None,
    batch_size: int | None = None,
    seed: int = 0,
    device: torch.device | str | None = None,
) -> dict:
    """Say whether a data set needs Uni-Modal Teacher or Uni-Modal Ensemble.

    Du et al., ICML 2023: where a linear classifier on the concatenated features of
    uni-modal encoders (MM Clf) beats the average of their predictions, modalities
    interact, and UMT can learn what averaging cannot; else UME. Both are measured
    on the same samples, so that McNemar's exact test on those which only one of them
    gets right says whether the difference is more than chance.

    Args:
        train_feats (Mapping[str, Tensor]): Features (N, C_m) of each uni-modal
            encoder; this order of the modalities is the order of concatenation.
        train_labels (Tensor): Class indices (N,).
        val_feats (Mapping[str, Tensor]): Features (N', C_m) of samples that the
            encoders were not trained on.
        val_labels (Tensor): Class indices (N',).
        val_scores (Mapping[str, Tensor]): The uni-modal models' logits (N', K).
        alpha (float): Level of the test. Defaults to 0.05.
        epochs (int, optional): See :func:`fit_linear_classifier`, as for all below.
        lr (float): The first learning rate.
        weight_decay (float, optional): Factor of the penalty.
        batch_size (int, optional): Samples in a step.
        seed (int): Seed of the order of the samples.
        device (torch.device or str, optional): Where to train.

    Returns:
        dict: Numbers and strings only, accuracies as fractions, intervals as
        ``[low, high]`` at 95 %.

        - ``mm_clf``, ``average_score`` (of logits) and ``average_prob``: top-1, each
          with its ``..._interval``.
        - ``unimodal``, ``unimodal_interval``: of each uni-modal model.
        - ``split_mm_clf``, ``split_mm_clf_interval``: of each modality's slice of MM
          Clf, see :func:`split_linear_scores`.
        - MM Clf against the average of logits: ``difference``,
          ``difference_interval`` and ``p_value_bootstrap`` by
          :func:`paired_bootstrap`; ``only_mm_clf`` and ``only_average``, the samples
          that only one of them gets right, and their ``p_value``; ``method``, 'UMT' or
          'UME'; ``clear``, whether the p-value is below alpha; ``samples_needed``, see
          :func:`samples_needed`.
        - The same against the average of probabilities: ``difference_prob``,
          ``difference_prob_interval``, ``p_value_prob``, ``method_prob``,
          ``clear_prob``.
        - ``num_val``, ``alpha``.

    Raises:
        ValueError: If modalities, shapes or labels disagree, there are no samples or
            one class only, or an input is not finite.
    """
    num_classes = _check(train_feats, train_labels, val_feats, val_labels, val_scores)
    classifier = fit_linear_classifier(
        torch.cat(list(train_feats.values()), dim=1),
        train_labels,
        num_classes=num_classes,
        epochs=epochs,
        lr=lr,
        weight_decay=weight_decay,
        batch_size=batch_size,
        seed=seed,
        device=device,
    )
    clf_scores = linear_scores(
        classifier, torch.cat([val_feats[m] for m in train_feats], dim=1)
    )
    scores = {m: val_scores[m].float() for m in train_feats}
    parts = split_linear_scores(classifier, {m: val_feats[m] for m in train_feats})
    mm_clf = _correct(clf_scores, val_labels)
    average = _correct(average_scores(scores), val_labels)
    average_prob = _correct(average_scores(scores, average='prob'), val_labels)
    alone = {m: _correct(s, val_labels) for m, s in scores.items()}
    split = {m: _correct(s, val_labels) for m, s in parts.items()}
    by_score = compare(mm_clf, average, alpha)
    by_prob = compare(mm_clf, average_prob, alpha)
    only_mm_clf, only_average = by_score['only_first'], by_score['only_second']
    return dict(
        mm_clf=_share(mm_clf),
        mm_clf_interval=_interval(mm_clf),
        average_score=_share(average),
        average_score_interval=_interval(average),
        average_prob=_share(average_prob),
        average_prob_interval=_interval(average_prob),
        unimodal={m: _share(c) for m, c in alone.items()},
        unimodal_interval={m: _interval(c) for m, c in alone.items()},
        split_mm_clf={m: _share(c) for m, c in split.items()},
        split_mm_clf_interval={m: _interval(c) for m, c in split.items()},
        only_mm_clf=only_mm_clf,
        only_average=only_average,
        p_value=by_score['p_value'],
        difference=by_score['difference'],
        difference_interval=by_score['interval'],
        p_value_bootstrap=by_score['p_value_bootstrap'],
        method='UMT' if only_mm_clf > only_average else 'UME',
        clear=by_score['clear'],
        difference_prob=by_prob['difference'],
        difference_prob_interval=by_prob['interval'],
        p_value_prob=by_prob['p_value'],
        method_prob='UMT' if by_prob['difference'] > 0 else 'UME',
        clear_prob=by_prob['clear'],
        samples_needed=samples_needed(
            only_mm_clf, only_average, len(val_labels), alpha=alpha
        ),
        num_val=len(val_labels),
        alpha=alpha,
    )


def _correct(scores: Tensor, labels: Tensor) -> Tensor:
    """Which samples are top-1, (N,) bool on the CPU."""
    return (label_ranks(scores, labels.to(scores.device)) == 0).cpu()


def _share(correct: Tensor) -> float:
    return int(correct.sum()) / len(correct)


def _interval(correct: Tensor) -> list[float]:
    return list(accuracy_interval(correct))


def _check(
    train_feats: Mapping[str, Tensor],
    train_labels: Tensor,
    val_feats: Mapping[str, Tensor],
    val_labels: Tensor,
    val_scores: Mapping[str, Tensor],
) -> int:
    """Check all inputs and return the number of classes."""
    names = list(train_feats)
    if len(names) < 2 or not set(names) == set(val_feats) == set(val_scores):
        raise ValueError(
            'train_feats, val_feats and val_scores must hold the same two or more '
            f'modalities, but hold {names}, {list(val_feats)} and {list(val_scores)}'
        )
    classes = {m: scores.shape[-1] for m, scores in val_scores.items()}
    if len(set(classes.values())) != 1:
        raise ValueError(
            f'the uni-modal models must have the same classes, but have {classes}; a '
            'model of other classes, of a model zoo perhaps, may be a teacher, but its '
            'predictions cannot be averaged with those of the others: finetune it first'
        )
    num_classes = classes[names[0]]
    for m in names:
        check_samples(train_feats[m], train_labels, num_classes, f'{m!r} training')
        check_samples(val_feats[m], val_labels, num_classes, f'{m!r} validation')
        check_samples(
            val_scores[m], val_labels, num_classes, f'{m!r} validation', 'scores'
        )
        if train_feats[m].shape[1] != val_feats[m].shape[1]:
            raise ValueError(
                f'{m!r} training and validation features must come from one encoder, '
                f'but have {train_feats[m].shape[1]} and {val_feats[m].shape[1]} '
                'channels'
            )
    if len(train_labels.unique()) < 2:
        raise ValueError(
            'MM Clf needs training samples of two or more classes, but all '
            f'{len(train_labels)} have the label {int(train_labels[0])}'
        )
    return num_classes
