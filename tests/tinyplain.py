"""The methods with models to which it makes no difference how a batch is split.

A pytest plugin beside ``tinyset``: the fixture ``plain`` is a ``tiny`` of its own.
"""

import pytest
from mmengine.config import Config
from tinyset import Tiny

# A held-out part that leaves full batches.
SETTINGS = dict(gblend_online=dict(train_cfg=dict(holdout=1 / 3)))


class Plain(Tiny):
    """GroupNorm and SGD.

    BatchNorm's statistics are of one process, and Adam makes steps of rounding errors.
    """

    def method(self, method, name=None, **settings):
        cfg = Config.fromfile(self.configs / f'{method}_slim_avdigits.py')
        norm = dict(norm_cfg=dict(type='GN', num_groups=4))
        model = dict(encoders=dict.fromkeys(cfg.model.encoders, norm))
        if 'teachers' in cfg.model:
            # At this rate the weight of 50 makes rounding errors grow a hundredfold.
            model.update(loss_distill=dict(loss_weight=5.0))
        own = dict(
            model=model,
            optim_wrapper=dict(optimizer=dict(type='SGD', lr=0.05)),
            **SETTINGS.get(method, {}),
        )
        return super().method(method, name, **own, **settings)


@pytest.fixture(scope='session')
def plain(tmp_path_factory):
    return Plain(tmp_path_factory.mktemp('plain'))
