"""Teachers, members and encoders from what stock MMAction2 itself has saved."""

import pickle

import numpy as np
import pytest
import torch
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample
from mmengine.config import Config
from stockzoo import CONFIGS, NARROW, views
from tinyset import CLASSES

from mm_laziness.models.utils import build_encoder, load_encoder, pool_features
from mm_laziness.utils.config_files import find_config

pytest_plugins = ['tinyset', 'stockzoo']
KINDS = list(CONFIGS)


def late_fusion(kind, model, **settings):
    """A model of ours, whose only encoder is that of a stock model."""
    settings.setdefault('type', 'LateFusionRecognizer')
    return MODELS.build(
        dict(
            encoders=dict(seen=model.cfg.model.backbone),
            cls_head=dict(
                type='LinearFusionHead',
                num_classes=CLASSES,
                in_channels=dict(seen=NARROW[kind]['width']),
            ),
            **settings,
        )
    )


def stock_features(model, inputs):
    """Of the stock backbone, in eval mode, (N, views, C)."""
    with torch.no_grad():
        maps = model.net.backbone(inputs.flatten(0, 1))
    return pool_features(maps).unflatten(0, inputs.shape[:2])


@pytest.mark.parametrize('kind', KINDS)
def test_teacher_and_frozen_encoder_give_the_stock_features(zoo, kind):
    model = zoo.trained(kind)
    inputs = views(kind)
    expected = stock_features(model, inputs)
    # Training has moved the weights, and BatchNorm has seen the data.
    assert expected.std() > 0
    if kind == 'tsn':
        # Its views are segments of one clip.
        expected = expected.mean(dim=1, keepdim=True)
    clf = late_fusion(
        kind,
        model,
        frozen_encoders=True,
        encoder_checkpoints=dict(seen=model.checkpoint),
        num_segments=dict(seen=2) if kind == 'tsn' else dict(seen=1),
    )
    clf.init_weights()
    feats = clf.train().extract_feat(dict(seen=inputs))['seen']
    torch.testing.assert_close(feats, expected.flatten(0, 1))

    umt = late_fusion(
        kind,
        model,
        type='UMTRecognizer',
        teachers=dict(seen=model.checkpoint),
        num_segments=clf.num_segments,
    )
    umt.init_weights()
    umt.train()
    taught = umt.encode(umt.teachers, dict(seen=inputs))['seen']
    torch.testing.assert_close(taught, expected.flatten(0, 1))
    # The student has weights of its own.
    assert not torch.allclose(umt.extract_feat(dict(seen=inputs))['seen'], taught)


def alone(model, inputs):
    with torch.no_grad():
        samples = model.net.test_step(dict(inputs=list(inputs), data_samples=_empty()))
    return torch.stack([sample.pred_score for sample in samples])


def _empty():
    return [ActionDataSample() for _ in range(2)]


@pytest.mark.parametrize('kind', KINDS)
def test_member_predicts_as_the_stock_model(zoo, kind):
    model = zoo.trained(kind)
    inputs = views(kind)
    files = dict(config=model.config, checkpoint=model.checkpoint)
    ume = MODELS.build(
        dict(type='UMERecognizer', members=dict(seen=files), average='prob')
    )
    data = dict(inputs=dict(seen=list(inputs)), data_samples=_empty())
    with torch.no_grad():
        samples = ume.eval().test_step(data)
    found = torch.stack([sample.pred_score for sample in samples])
    torch.testing.assert_close(found, alone(model, inputs))


def test_member_by_its_name_in_mmaction2(tmp_path):
    name = 'mmaction::recognition_audio/resnet/'
    name += 'tsn_r18_8xb320-64x1x1-100e_kinetics400-audio-feature.py'
    net = MODELS.build(Config.fromfile(find_config(name)).model)
    torch.save(dict(state_dict=net.state_dict()), tmp_path / 'zoo.pth')
    files = dict(config=name, checkpoint=str(tmp_path / 'zoo.pth'))
    ume = MODELS.build(dict(type='UMERecognizer', members=dict(heard=files)))
    member = ume.members['heard'].state_dict()
    assert all(torch.equal(member[key], v) for key, v in net.state_dict().items())
    files['config'] = name.replace('r18', 'r81')
    with pytest.raises(FileNotFoundError, match='did you mean.*tsn_r18_8xb320'):
        MODELS.build(dict(type='UMERecognizer', members=dict(heard=files)))


@pytest.mark.parametrize(
    'kind, other, words',
    [
        ('slowonly', 'slowfast', ['missing', 'slow_path.conv1', "'conv1.conv.weight'"]),
        ('slowfast', 'slowonly', ["left over ['slow_path.conv1.conv.weight'"]),
    ],
)
def test_another_network_is_named_tensor_by_tensor(zoo, kind, other, words):
    checkpoint = zoo.trained(kind).checkpoint
    encoder = build_encoder(zoo.trained(other).cfg.model.backbone)
    with pytest.raises(ValueError) as error:
        load_encoder(encoder, checkpoint, 'seen')
    for word in ["does not fit the encoder of 'seen'", checkpoint, *words]:
        assert word in str(error.value)


@pytest.mark.parametrize(
    'kind, change, words',
    [
        ('tsn', dict(depth=50), ['missing', 'layer1.0.conv3', 'have other shapes']),
        (
            'audio',
            dict(base_channels=8),
            ['0 of 326', 'conv_1.conv.weight (4, 1, 9, 1) for (8, 1, 9, 1)'],
        ),
    ],
)
def test_another_size_is_named_tensor_by_tensor(zoo, kind, change, words):
    model = zoo.trained(kind)
    encoder = build_encoder({**model.cfg.model.backbone, **change})
    with pytest.raises(ValueError) as error:
        load_encoder(encoder, model.checkpoint, 'seen')
    text = str(error.value)
    assert all(word in text for word in words), text


def test_stock_model_in_our_test_tool(tiny, zoo):
    model = zoo.trained('slowonly')
    log = tiny.tool('test', model.config, model.checkpoint, '--dump', 'stock.pkl')
    with open(tiny.folder / 'stock.pkl', 'rb') as file:
        samples = pickle.load(file)
    scores = np.stack([sample['pred_score'] for sample in samples])
    labels = np.array([int(sample['gt_label']) for sample in samples])
    assert scores.shape == (8, CLASSES)
    accuracy = np.mean(scores.argmax(axis=1) == labels)
    assert tiny.metrics(log)['acc/top1'] == pytest.approx(accuracy, abs=1e-4)


def test_stock_config_by_name_in_our_tools(tiny, zoo):
    """Trained and tested with nothing but settings on the command line."""
    name = f'mmaction::recognition/slowonly/{CONFIGS["slowonly"]}.py'
    cfg = zoo.config('slowonly')
    options = [
        *('model.backbone.depth=18', 'model.backbone.base_channels=8'),
        *('model.cls_head.in_channels=64', 'model.cls_head.num_classes=3'),
        *('param_scheduler=[]', 'optim_wrapper.optimizer.lr=0.01'),
        *('train_cfg.max_epochs=1', 'default_hooks.checkpoint.interval=1'),
    ]
    for split in ('train', 'val', 'test'):
        loader = f'{split}_dataloader'
        dataset = cfg[loader].dataset
        options += [
            *(f'{loader}.num_workers=0', f'{loader}.persistent_workers=False'),
            f'{loader}.batch_size=4',
            f'{loader}.dataset.ann_file={dataset.ann_file}',
            f'{loader}.dataset.data_prefix.video={dataset.data_prefix.video}',
        ]
        for index, step in enumerate(dataset.pipeline):
            for key, value in step.items():
                if key in ('scale', 'crop_size', 'frame_interval', 'num_clips'):
                    value = str(value).replace(' ', '')
                    place = f'{loader}.dataset.pipeline.{index}.{key}'
                    options.append(f'{place}={value}')
    tiny.tool('train', name, '--cfg-options', *options)
    work_dir = tiny.folder / 'work_dirs' / CONFIGS['slowonly']
    log = tiny.tool('test', name, work_dir / 'epoch_1.pth', '--cfg-options', *options)
    assert 0 <= tiny.metrics(log)['acc/top1'] <= 1


def test_ensemble_of_a_stock_model_and_ours(tiny, zoo):
    stock = zoo.trained('slowonly')
    tiny.trained('audio')
    config = tiny.method('ume', 'ume_stock')
    member = dict(config=stock.config, checkpoint=stock.checkpoint)
    text = f"model['members']['rgb'] = {member}\n"
    config.write_text(config.read_text() + text)
    log = tiny.tool('test', config)
    metrics = tiny.metrics(log)
    assert {'acc/top1', 'acc/rgb_top1', 'acc/audio_top1'} <= set(metrics)
    alone = tiny.metrics(tiny.log('audio'))
    assert metrics['acc/audio_top1'] == alone['acc/audio_top1']
