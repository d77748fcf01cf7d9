"""Child configs, as users write them, on the repository's own."""

from pathlib import Path

import pytest
from mmaction.registry import MODELS
from mmengine.config import Config

from mm_laziness.utils.config import resolve_config

CONFIGS = Path(__file__).parents[2] / 'configs'
LOADERS = ('train_dataloader', 'val_dataloader', 'test_dataloader')


@pytest.fixture
def child(tmp_path):
    """Read a config of some lines that inherits one of the repository's."""

    def read(method, text=''):
        path = tmp_path / f'{method}_mine.py'
        base = CONFIGS / f'{method}_slim_avdigits.py'
        path.write_text(f'_base_ = {str(base)!r}\n{text}\n')
        return Config.fromfile(path)

    return read


def test_child_values_reach_head_and_every_dataloader(child):
    cfg = resolve_config(child('joint', "num_classes = 3\ndata_root = 'mine'"))
    assert cfg.model.cls_head.num_classes == 3
    for name in LOADERS:
        assert cfg[name].dataset.data_root == 'mine'
        assert cfg[name].dataset.num_classes == 3
    assert MODELS.build(cfg.model).cls_head.fc_cls.out_features == 3


def test_options_of_the_command_line_count_as_a_childs(child):
    cfg = child('joint')
    cfg.merge_from_dict(dict(num_classes=3, data_root='mine', modalities='audio'))
    cfg = resolve_config(cfg)
    assert cfg.model.cls_head.num_classes == 3
    assert cfg.train_dataloader.dataset.data_root == 'mine'
    assert cfg.train_dataloader.dataset.modalities == ['audio']
    assert list(cfg.model.encoders) == ['audio']


def test_a_grandchild_changes_what_a_child_changed(child, tmp_path):
    child('joint', "num_classes = 3\ndata_root = 'mine'")
    path = tmp_path / 'grandchild.py'
    path.write_text("_base_ = './joint_mine.py'\nnum_classes = 4\n")
    cfg = resolve_config(Config.fromfile(path))
    assert cfg.model.cls_head.num_classes == 4
    assert cfg.train_dataloader.dataset.num_classes == 4
    assert cfg.train_dataloader.dataset.data_root == 'mine'


def test_resolving_again_changes_nothing(child):
    text = "num_classes = 3\ndata_root = 'mine'\nmodalities = ['rgb']"
    cfg = resolve_config(child('umt', text))
    first = cfg.to_dict()
    assert resolve_config(Config(first)).to_dict() == cfg.to_dict()


def test_what_a_child_sets_in_its_place_wins(child):
    cfg = resolve_config(
        child(
            'joint',
            "data_root = 'mine'\nnum_classes = 3\n"
            'model = dict(cls_head=dict(num_classes=5))\n'
            "val_dataloader = dict(dataset=dict(data_root='other'))",
        )
    )
    assert cfg.train_dataloader.dataset.data_root == 'mine'
    assert cfg.val_dataloader.dataset.data_root == 'other'
    assert cfg.model.cls_head.num_classes == 5
    assert cfg.train_dataloader.dataset.num_classes == 5


def test_data_sets_inside_wrappers_are_resolved(child):
    cfg = child('joint', "data_root = 'mine'")
    inner = cfg.train_dataloader.dataset
    cfg.train_dataloader.dataset = dict(
        type='ConcatDataset',
        datasets=[dict(type='RepeatDataset', times=2, dataset=inner)],
    )
    cfg = resolve_config(cfg)
    inner = cfg.train_dataloader.dataset.datasets[0].dataset
    assert inner.data_root == 'mine'
    assert inner.num_classes == 10


def test_other_data_sets_are_left_alone(child):
    cfg = child('joint')
    # Takes no num_classes.
    cfg.val_dataloader.dataset = dict(type='BaseDataset', ann_file='a.json')
    cfg = resolve_config(cfg)
    assert cfg.val_dataloader.dataset == dict(type='BaseDataset', ann_file='a.json')


@pytest.mark.parametrize(
    'method,parts',
    [
        ('joint', ['encoders']),
        ('umt', ['encoders', 'teachers']),
        ('mm_clf', ['encoders', 'encoder_checkpoints']),
        ('ume', ['members']),
    ],
)
def test_one_modality_is_kept_in_every_part(child, method, parts):
    cfg = resolve_config(child(method, "modalities = ['audio']"))
    for part in parts:
        assert list(cfg.model[part]) == ['audio']
    for name in LOADERS:
        assert cfg[name].dataset.modalities == ['audio']
    if method != 'ume':
        model = MODELS.build(cfg.model)
        assert model.modalities == ('audio',)
        width = cfg.model.cls_head.in_channels['audio']
        assert model.cls_head.fc_cls.in_features == width


def test_settings_by_modality_are_restricted_too(child):
    model = (
        'model = dict(num_segments=dict(rgb=2, audio=1),'
        ' cls_head=dict(unimodal_loss_weights=dict(rgb=1.0, audio=0.5)))'
    )
    cfg = resolve_config(child('joint', f"modalities = ['rgb']\n{model}"))
    assert cfg.model.num_segments == dict(rgb=2)
    assert cfg.model.cls_head.unimodal_loss_weights == dict(rgb=1.0)
    weights = 'model = dict(weights=dict(rgb=2.0, audio=1.0))'
    cfg = resolve_config(child('ume', f"modalities = ['audio']\n{weights}"))
    assert cfg.model.weights == dict(audio=1.0)


def test_a_new_modality_takes_the_place_of_an_old_one(child):
    new = """
modalities = ['rgb', 'sound']
model = dict(
    encoders=dict(sound={{_base_.model.encoders.audio}}),
    cls_head=dict(in_channels=dict(
        sound={{_base_.model.cls_head.in_channels.audio}})),
    data_preprocessor=dict(preprocessors=dict(
        sound={{_base_.model.data_preprocessor.preprocessors.audio}})))
"""
    cfg = resolve_config(child('joint', new))
    assert MODELS.build(cfg.model).modalities == ('rgb', 'sound')


@pytest.mark.parametrize('method,part', [('joint', 'encoders'), ('ume', 'members')])
def test_a_modality_that_the_model_lacks_is_named(child, method, part):
    with pytest.raises(ValueError) as error:
        resolve_config(child(method, "modalities = ['rgb', 'flow']"))
    assert "['rgb', 'flow'] names ['flow']" in str(error.value)
    assert f"model.{part} has ['rgb', 'audio']" in str(error.value)


def test_num_classes_that_nothing_carries_on_is_refused(child):
    cfg = child('joint', 'num_classes = 12')
    cfg.pop('config_defaults')
    with pytest.raises(ValueError) as error:
        resolve_config(cfg)
    assert 'num_classes = 12 at the top' in str(error.value)
    assert 'model.cls_head.num_classes, which is 10' in str(error.value)
    assert 'config_defaults = dict(num_classes=10)' in str(error.value)
    cfg.num_classes = 10
    assert resolve_config(cfg).model.cls_head.num_classes == 10


def test_members_of_an_ensemble_get_its_classes(child):
    cfg = resolve_config(child('ume', 'num_classes = 3'))
    assert cfg.test_dataloader.dataset.num_classes == 3
    for name, member in cfg.model.members.items():
        assert resolve_config(Config(member.config)).model.cls_head.num_classes == 3
        assert list(member.config.model.encoders) == [name]


def test_a_member_with_classes_of_its_own_keeps_its_config(child):
    child('rgb', 'num_classes = 7')
    cfg = child('ume', "num_classes = 3\nmodalities = ['rgb']")
    cfg.model.members.rgb.config = path = str(Path(cfg.filename).parent / 'rgb_mine.py')
    assert resolve_config(cfg).model.members.rgb.config == path


def test_no_workers_persist_where_there_are_none():
    cfg = Config.fromfile(CONFIGS / 'umt_r50_kinetics.py')
    cfg.train_dataloader.num_workers = 0
    cfg = resolve_config(cfg)
    assert 'persistent_workers' not in cfg.train_dataloader
    assert cfg.val_dataloader.persistent_workers is True
