"""Small synthetic sets and settings for tests of projects/synthetic_features."""

import torch

from projects.synthetic_features.generator import SyntheticSet, generate, split
from projects.synthetic_features.methods import Task


def tiny_cfg(**changes):
    """Settings ``methods`` that train a moment."""
    cfg = dict(
        lr=0.2,
        batch_size=50,
        epochs=4,
        stop_below=0.0,
        hidden=10,
        head_hidden=12,
        # Over 10 features as 50 over 100.
        umt=dict(loss_weight=5.0),
        ogm=dict(alpha=0.3, share=0.5),
        gblend=dict(holdout=0.2),
        di_mml=dict(
            interaction=0.5,
            fusion=0.5,
            temperature=10.0,
            shared_loss_weight=0.5,
            certainty_temperature=1.0,
        ),
    )
    return {**cfg, **changes}


def tiny_sets(name='A', num_samples=300, latent=8, seed=0):
    """Training and test set of a letter."""
    data = generate(
        name, latent=latent, widths=(12, 9), num_samples=num_samples, seed=seed
    )
    return split(data, seed=seed)


def tiny_task(name='A', seed=0, sets=None, **changes):
    """A task on a tiny set."""
    return Task(*(sets or tiny_sets(name)), tiny_cfg(**changes), seed)


def three_modalities(num_samples=200, seed=0):
    """A set of three inputs, each of which tells the three classes apart."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.arange(num_samples) % 3
    centers = torch.eye(3)
    inputs = {
        name: (centers @ torch.randn(3, width, generator=generator))[labels]
        + torch.randn(num_samples, width, generator=generator) / 4
        for name, width in (('one', 4), ('two', 5), ('three', 6))
    }
    return split(SyntheticSet(inputs, labels, 3), seed=seed)
