"""Uni-modal models of ours and of MMAction2, trained, as members of UME."""

import copy
from types import SimpleNamespace

import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from tinymodels import CLASSES, ENCODERS, PICTURES, config, initialize, save

SHAPES = dict(rgb=(2, 3, 4, 8, 8), audio=(2, 1, 16, 16))
FRAMES = (4, 3, 16, 16)
STAGE = dict(num_stages=1, strides=(1,), dilations=(1,))
PICTURE_STATISTICS = dict(mean=[0.5, 1.0, 1.5], std=[0.2, 2.0, 4.0])


def ours(name, mean=0.0, **head):
    return config(
        {name: ENCODERS[name]},
        head=head,
        data_preprocessor=dict(
            type='MultiModalDataPreprocessor',
            preprocessors={
                name: dict(type='ActionDataPreprocessor', mean=[mean], std=[0.5])
            },
        ),
    )


def stock(kind, average_clips='prob', classes=CLASSES):
    head = dict(num_classes=classes, average_clips=average_clips)
    if kind == '2d':
        return dict(
            type='Recognizer2D',
            backbone=dict(type='ResNet', depth=18, out_indices=(0,), **STAGE),
            cls_head=dict(type='TSNHead', in_channels=64, **head),
            data_preprocessor=dict(type='ActionDataPreprocessor', **PICTURE_STATISTICS),
        )
    if kind == '3d':
        return dict(
            type='Recognizer3D',
            backbone=PICTURES,
            cls_head=dict(type='I3DHead', in_channels=4, **head),
            data_preprocessor=dict(
                type='ActionDataPreprocessor',
                format_shape='NCTHW',
                **PICTURE_STATISTICS,
            ),
        )
    return dict(
        type='RecognizerAudio',
        backbone=dict(
            type='ResNetAudio', depth=50, pretrained=None, base_channels=4, **STAGE
        ),
        cls_head=dict(type='TSNAudioHead', in_channels=16, **head),
    )


def write(folder, name, model_cfg):
    """A trained model: its config file, its checkpoint, and the model itself."""
    net = initialize(MODELS.build(copy.deepcopy(model_cfg))).eval()
    for key, value in net.state_dict().items():
        if 'running_' in key:
            value.uniform_(0.5, 1.5)
    Config(dict(model=model_cfg)).dump(folder / f'{name}.py')
    path = save(folder / f'{name}.pth', net.state_dict())
    files = dict(config=str(folder / f'{name}.py'), checkpoint=path)
    return SimpleNamespace(net=net, files=files)


def ume(members, **kwargs):
    files = {name: member.files for name, member in members.items()}
    return MODELS.build(dict(type='UMERecognizer', members=files, **kwargs)).eval()


def predict(model, data):
    with torch.no_grad():
        return model.test_step(copy.deepcopy(data))


def own_predictions(members, data):
    """Scores (N, K) that each model of ours predicts when run alone."""
    scores = {}
    for name, member in members.items():
        alone = dict(data, inputs={name: data['inputs'][name]})
        scores[name] = torch.stack([s.pred_score for s in predict(member.net, alone)])
    return scores
