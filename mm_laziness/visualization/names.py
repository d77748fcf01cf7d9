"""Names of methods for readers."""

import re

# How the papers write what configs' names hold; the rest stays, without underscores.
_WRITTEN = {
    'adadelta': 'Adadelta',
    'adagrad': 'Adagrad',
    'adamw': 'AdamW',
    'aux_ce': 'Auxiliary-CE',
    'di_mml': 'DI-MML',
    'gblend': 'G-Blending',
    'kd': 'KD',
    'mlp': 'MLP',
    'mm_clf': 'MM Clf',
    'ogm': 'OGM',
    'ogm_ge': 'OGM-GE',
    'rmsprop': 'RMSprop',
    'self_distill': 'self-distillation',
    'sgd': 'SGD',
    'stage2': 'stage 2',
    'ume': 'UME',
    'umt': 'UMT',
}
# Longer ones first: `ogm_ge` before `ogm`.
_PARTS = re.compile(
    rf'(?<![^_])({"|".join(sorted(_WRITTEN, key=len, reverse=True))})(?![^_])'
)


def display_name(method: str) -> str:
    """Name of a method, or of a variant (``'umt loss_weight=10'``), for readers.

    Example:
        >>> display_name('umt_ogm_ge')
        'UMT OGM-GE'
    """
    base, space, settings = method.partition(' ')
    written = _PARTS.sub(lambda match: _WRITTEN[match[0]], base)
    return written.replace('_', ' ') + space + settings
