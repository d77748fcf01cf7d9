"""The encoders and methods that ``step_time.py`` compares."""

from dataclasses import dataclass, field

CLASSES = 31
_BN = dict(type='BN', requires_grad=True)
ENCODERS = dict(
    r18=dict(
        rgb=dict(type='ResNet', depth=18, pretrained=None, norm_cfg=_BN),
        audio=dict(
            type='ResNet', depth=18, pretrained=None, norm_cfg=_BN, in_channels=1
        ),
    ),
    r50=dict(
        rgb=dict(
            type='ResNet3dSlowOnly',
            depth=50,
            pretrained=None,
            lateral=False,
            conv1_kernel=(1, 7, 7),
            conv1_stride_t=1,
            pool1_stride_t=1,
            inflate=(0, 0, 1, 1),
            norm_eval=False,
        ),
        audio=dict(type='ResNetAudio', depth=50, pretrained=None),
    ),
)
WIDTHS = dict(r18=dict(rgb=512, audio=512), r50=dict(rgb=2048, audio=1024))
# Spectrograms: of OGM-GE's CREMA-D, and of MMAction2.
SOUNDS = dict(r18=(1, 1, 257, 188), r50=(1, 1, 128, 80))


@dataclass
class Method:
    """How a method differs from joint training.

    Attributes:
        model (dict): Settings of the model; ``'TRAINED'`` stands for a checkpoint of
            the joint model.
        head (dict): Settings of the head.
        hooks (list): Custom hooks.
        floor (list[str]): What its step contains at least.
        equal_widths (bool): Whether it needs encoders of equal width.
    """

    model: dict = field(default_factory=dict)
    head: dict = field(default_factory=dict)
    hooks: list = field(default_factory=list)
    floor: list[str] = field(default_factory=lambda: ['joint'])
    equal_widths: bool = False


_BOTH = dict(rgb='TRAINED', audio='TRAINED')
_OGM = dict(type='OGMGEHook', alpha=0.3, begin=0, end=1)
METHODS = dict(
    joint=Method(),
    mlp=Method(head=dict(type='MLPFusionHead')),
    attention=Method(head=dict(type='AttentionFusionHead'), equal_widths=True),
    modality_dropout=Method(head=dict(modality_dropout=0.5)),
    aux_ce=Method(head=dict(unimodal_loss_weights=1.0)),
    ogm=Method(hooks=[dict(_OGM, noise=False)]),
    ogm_ge=Method(hooks=[_OGM], floor=['joint', 'noise']),
    umt=Method(
        model=dict(type='UMTRecognizer', teachers=_BOTH),
        floor=['joint', 'encoders_forward'],
    ),
    self_distill_labels=Method(
        model=dict(type='LabelDistillationRecognizer', teacher='TRAINED'),
        floor=['joint', 'encoders_forward'],
    ),
    di_mml=Method(head=dict(type='DIMMLHead'), equal_widths=True),
    mm_clf=Method(
        model=dict(frozen_encoders=True, encoder_checkpoints=_BOTH),
        floor=['encoders_forward'],
    ),
)


def methods_for(encoders: str) -> list[str]:
    """Methods that these encoders allow."""
    equal = len(set(WIDTHS[encoders].values())) == 1
    return [
        name for name, method in METHODS.items() if equal or not method.equal_widths
    ]
