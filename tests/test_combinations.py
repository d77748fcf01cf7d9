"""Methods that make sense together train together.

UMT with OGM-GE and with modality dropout have configs of their own.
"""

import re

import pytest

pytest_plugins = ['tinyset']

DROPOUTS = dict(model=dict(cls_head=dict(modality_dropout=0.5, dropout=0.2)))


@pytest.mark.parametrize(
    'method, settings',
    [('gblend_online', {}), ('aux_ce', DROPOUTS), ('self_distill_labels', {})],
)
def test_ogm_ge_together_with(tiny, method, settings):
    hooks = [dict(type='OGMGEHook', alpha=0.5, begin=0, end=2)]
    name = f'{method}_ogm'
    tiny.train(tiny.method(method, name, custom_hooks=hooks, **settings))
    log = tiny.log(name)
    ratios = [float(r) for r in re.findall(r'ogm_ratio_rgb: ([\d.]+)', log)]
    factors = [float(k) for k in re.findall(r'ogm_coefficient_rgb: ([\d.]+)', log)]
    assert len(ratios) == len(factors) >= 2
    assert all(r > 0 for r in ratios) and all(0 <= k <= 1 for k in factors)
    assert ('blend_weight_rgb: ' in log) == (method == 'gblend_online')
    state = tiny.state_of(tiny.work_dir(name) / 'epoch_2.pth')
    assert all(value.isfinite().all() for value in state.values())
    alone = tiny.state_of(tiny.trained(method))
    assert any((state[k] != alone[k]).any() for k in alone if 'encoders' in k)
