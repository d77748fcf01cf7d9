import copy

import pytest
import torch
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from stockzoo import CONFIGS, views
from tinymembers import ours, stock, write
from tinymodels import batch, config

from mm_laziness.models.utils import pool_features
from mm_laziness.utils.config import resolve_config
from mm_laziness.utils.probing.encoder_access import build_encoders, encoder_names
from mm_laziness.utils.probing.encoder_weights import load_encoders
from mm_laziness.utils.probing.feature_cache import cached_features
from mm_laziness.utils.probing.stock_encoders import without_pretraining

pytest_plugins = ['tinyset', 'stockzoo']


def features(encoders, data):
    encoders.model.eval()
    with torch.no_grad():
        ready = encoders.model.data_preprocessor(data, False)
        return encoders.model.extract_feat(ready['inputs'])


@pytest.mark.parametrize('kind', CONFIGS)
def test_a_stock_backbone_is_an_encoder(zoo, kind):
    model = zoo.trained(kind)
    encoders = build_encoders(model.cfg, ['seen'])
    load_encoders(encoders.model, model.checkpoint)
    inputs = views(kind)
    encoders.model.eval()
    with torch.no_grad():
        found = encoders.model.extract_feat(inputs)
        expected = pool_features(model.net.backbone(inputs.flatten(0, 1)))
    assert expected.std() > 0
    assert list(found) == ['seen']
    torch.testing.assert_close(found['seen'], expected)


def test_nothing_is_downloaded_that_a_checkpoint_replaces():
    """TANet loads in its constructor, as do backbones of timm and torchvision."""
    url = 'https://nowhere.invalid/a.pth'
    tanet = dict(type='TANet', depth=50, num_segments=3, tam_cfg={}, pretrained=url)
    head = dict(type='TSMHead', num_classes=3, in_channels=2048)
    model = dict(type='Recognizer2D', backbone=tanet, cls_head=head)
    encoders = build_encoders(Config(dict(model=model)), ['rgb'])
    assert encoders.model.modalities == ('rgb',)
    timm = dict(backbone=dict(type='timm.resnet18', pretrained=True))
    assert without_pretraining(timm)['backbone']['pretrained'] is False


@pytest.mark.parametrize('kind, name', [('slowonly', 'rgb'), ('audio', 'audio')])
def test_features_of_a_stock_model_on_its_own_data(zoo, kind, name):
    model = zoo.trained(kind)
    cfg = resolve_config(Config.fromfile(model.config))
    assert encoder_names(cfg) == [name]
    assert encoder_names(cfg, 'mine') == ['mine']
    encoders = build_encoders(cfg, [name])
    load_encoders(encoders.model, model.checkpoint)
    train, val = (cached_features(encoders, cfg, s, None) for s in ('train', 'val'))
    assert train['labels'].tolist() == [index % 3 for index in range(12)]
    assert val['labels'].tolist() == [index % 3 for index in range(8)]
    # The stock model itself, on the stock data set.
    from mmengine.runner import Runner

    loader = cfg.val_dataloader
    data = Runner.build_dataloader(loader, seed=0)
    expected = []
    for sample in data:
        inputs = model.net.data_preprocessor(sample, False)['inputs']
        with torch.no_grad():
            maps = model.net.backbone(inputs.flatten(0, 1))
        pooled = pool_features(maps).unflatten(0, inputs.shape[:2])
        expected.append(pooled.mean(dim=1))
    torch.testing.assert_close(val['feats'][name], torch.cat(expected))


def test_several_views_at_once_are_bounded(zoo):
    model = zoo.trained('slowonly')
    cfg = copy.deepcopy(model.cfg)
    cfg.model.test_cfg = dict(max_testing_views=3)
    encoders = build_encoders(cfg, ['seen'])
    load_encoders(encoders.model, model.checkpoint)
    sizes = []
    backbone = encoders.model.encoders['seen']
    backbone.register_forward_hook(lambda net, args, _: sizes.append(len(args[0])))
    inputs = views('slowonly')
    encoders.model.eval()
    with torch.no_grad():
        found = encoders.model.extract_feat(inputs)['seen']
        expected = pool_features(model.net.backbone(inputs.flatten(0, 1)))
    assert sizes == [3, 1]
    torch.testing.assert_close(found, expected)


def test_members_of_an_ensemble_are_loaded_with_their_preprocessing(tmp_path):
    first = write(tmp_path, 'first', ours('audio', mean=1.0))
    second = write(tmp_path, 'second', stock('2d'))
    members = dict(heard=first.files, seen=second.files)
    cfg = Config(dict(model=dict(type='UMERecognizer', members=members)))
    encoders = build_encoders(cfg)
    assert encoders.model.modalities == ('heard', 'seen')
    data = batch(heard=(2, 1, 16, 16), seen=(4, 3, 16, 16))
    found = features(encoders, copy.deepcopy(data))
    heard = torch.stack(data['inputs']['heard'])
    with torch.no_grad():
        expected = first.net.extract_feat(dict(audio=(heard - 1.0) / 0.5))['audio']
        seen = second.net.data_preprocessor(
            dict(inputs=data['inputs']['seen'], data_samples=None), False
        )['inputs']
        pooled = pool_features(second.net.backbone(seen.flatten(0, 1)))
    torch.testing.assert_close(found['heard'], expected)
    torch.testing.assert_close(found['seen'], pooled)
    only = build_encoders(cfg, ['seen'])
    assert only.model.modalities == ('seen',)


def test_ours_is_built_without_teachers_and_by_name():
    model = config(type='UMTRecognizer', teachers=dict(rgb='no.pth', audio='no.pth'))
    cfg = Config(dict(model=model))
    assert build_encoders(cfg).model.modalities == ('rgb', 'audio')
    one = build_encoders(cfg, ['audio'])
    assert list(one.config['encoders']) == ['audio']
    data = batch(audio=(1, 1, 8, 8))
    assert features(one, data)['audio'].shape == (2, 4)
    with pytest.raises(ValueError, match=r"no encoders \['flow'\], only \['rgb'"):
        build_encoders(cfg, ['flow'])


def test_building_changes_no_config(zoo):
    for cfg in (Config(dict(model=config())), zoo.trained('tsn').cfg):
        before = cfg.to_dict()
        build_encoders(cfg)
        assert cfg.to_dict() == before


def test_other_models_are_refused():
    detector = dict(type='FastRCNN', backbone=dict(type='ResNet3dSlowOnly'))
    with pytest.raises(ValueError, match='FastRCNN, is neither one with encoders'):
        build_encoders(Config(dict(model=detector)))
    skeletons = dict(
        type='RecognizerGCN',
        backbone=dict(
            type='STGCN', graph_cfg=dict(layout='coco', mode='stgcn_spatial')
        ),
        cls_head=dict(type='GCNHead', num_classes=3, in_channels=256),
    )
    with pytest.raises(ValueError, match='is a RecognizerGCN, but encoders can be'):
        build_encoders(Config(dict(model=skeletons)))
    with pytest.raises(ValueError, match='defines no model'):
        build_encoders(Config(dict(a=1)))


def data_of(*names):
    branches = {name: [] for name in names}
    dataset = dict(
        type='MultiModalDataset',
        ann_file='test.txt',
        pipeline=[dict(type='PerModality', branches=branches)],
    )
    return dict(val_dataloader=dict(dataset=dataset))


def test_which_of_our_modalities_a_stock_model_takes():
    model = dict(type='Recognizer2D', backbone={}, cls_head={})
    both = Config(dict(model=model, **data_of('front', 'rear')))
    with pytest.raises(ValueError, match='choose it with --modality front'):
        encoder_names(both)
    assert encoder_names(both, 'rear') == ['rear']
    with pytest.raises(ValueError, match=r"the data hold \['front', 'rear'\]"):
        encoder_names(both, 'flow')
    assert encoder_names(Config(dict(model=model, **data_of('front')))) == ['front']
    ours_ = Config(dict(model=dict(encoders=dict(front={}, rear={}))))
    assert encoder_names(ours_) == ['front', 'rear']
    with pytest.raises(ValueError, match='recognizers only'):
        encoder_names(ours_, 'rear')


def test_a_stock_model_takes_its_input_of_our_samples(zoo):
    model = zoo.trained('tsn')
    encoders = build_encoders(model.cfg, ['rear'])
    samples = batch(front=(2, 3, 8, 8), rear=(2, 3, 32, 32))
    rows = [
        dict(
            inputs={name: v[i] for name, v in samples['inputs'].items()},
            data_samples=samples['data_samples'][i],
        )
        for i in range(2)
    ]
    found = features(encoders, pseudo_collate(rows))
    assert found['rear'].shape == (4, 512)
    with pytest.raises(ValueError, match="takes 'rear', but the samples hold"):
        encoders.model.data_preprocessor(batch(front=(2, 3, 8, 8)))
