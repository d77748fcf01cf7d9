"""Variants of a method: reading, naming and applying them."""

import pytest
from mmengine.config import Config

from mm_laziness.utils.studies.variants import Variant, folder_name, parse_variants

KEYS = 'optim_wrapper.paramwise_cfg.custom_keys.encoders'


def settings(*words):
    return [variant.settings for variant in parse_variants(*words)]


@pytest.mark.parametrize(
    'text, values',
    [
        ('0,1,10', [0, 1, 10]),
        ('1e-3', [1e-3]),
        ('SGD,Adam', ['SGD', 'Adam']),
        ('true,False', [True, False]),
        ('[1,2],[3,4]', [[1, 2], [3, 4]]),
    ],
)
def test_values(text, values):
    assert settings('umt', f'a.b={text}') == [{'a.b': value} for value in values]


def test_keys_that_change_together():
    assert settings('umt', 'a=1,2', 'b=x,y') == [dict(a=1, b='x'), dict(a=2, b='y')]


def test_names():
    (variant,) = parse_variants('umt', 'model.loss_distill.loss_weight=10')
    assert variant.name == 'umt loss_weight=10'
    words = f'{KEYS}.rgb.lr_mult=0.1', f'{KEYS}.audio.lr_mult=0.3'
    (variant,) = parse_variants('finetune', *words)
    assert variant.name == 'finetune rgb.lr_mult=0.1 audio.lr_mult=0.3'


def test_folder_names():
    assert folder_name('umt loss_weight=10') == 'umt.loss_weight=10'
    assert folder_name('mm_clf') == 'mm_clf'
    assert folder_name('joint data_root=../a b/c') == 'joint.data_root=.a.b.c'
    assert folder_name('joint lr=1e-05 x=[1, 2]') == 'joint.lr=1e-05.x=.1,.2'


def test_settings_are_applied_at_any_depth():
    cfg = Config(
        dict(
            lr=1,
            steps=[dict(size=1), dict(size=2)],
            keys={'encoders.rgb': dict(lr_mult=1.0), 'encoders': dict(lr_mult=2.0)},
        )
    )
    changes = {
        'lr': 5,
        'steps.1.size': 6,
        'keys.encoders.rgb.lr_mult': 7,
        'keys.encoders.lr_mult': 8,
    }
    Variant('umt', changes).apply(cfg)
    assert cfg.to_dict() == dict(
        lr=5,
        steps=[dict(size=1), dict(size=6)],
        keys={'encoders.rgb': dict(lr_mult=7), 'encoders': dict(lr_mult=8)},
    )


@pytest.mark.parametrize('key', ['b', 'a.c', 'a.b.c', 'steps.1', 'steps.x'])
def test_absent_keys(key):
    cfg = Config(dict(a=dict(b=1), steps=[0]))
    with pytest.raises(ValueError) as error:
        Variant('umt', {key: 2}).apply(cfg)
    assert f'--vary umt {key}: the config has no' in str(error.value)
    assert "write it into the method's config first" in str(error.value)
    assert cfg.to_dict() == dict(a=dict(b=1), steps=[0])


@pytest.mark.parametrize('words', [['a'], ['a='], ['=1']])
def test_words_that_are_no_assignments(words):
    with pytest.raises(ValueError, match=r'--vary umt takes KEY=V1,V2,\.\.\.'):
        parse_variants('umt', *words)


def test_numbers_of_values():
    with pytest.raises(ValueError, match=r"as many values .* got \{'a': 2, 'b': 1\}"):
        parse_variants('umt', 'a=1,2', 'b=3')
    with pytest.raises(ValueError, match='needs a key.* got none'):
        parse_variants('umt')
