"""Each method trains in mixed precision, with gradients of several batches per step."""

from pathlib import Path

import pytest
import torch
from mmaction.registry import HOOKS
from mmengine.hooks import Hook

from mm_laziness.compat import load_checkpoint_file

pytest_plugins = ['tinyset']

CONFIGS = Path(__file__).parents[1] / 'configs'
OPTIMIZERS = {f'joint_{name}' for name in ('adadelta', 'adagrad', 'adamw', 'rmsprop')}
# The ensemble trains nothing; optimizers are no methods.
METHODS = sorted(
    {path.stem.removesuffix('_slim_avdigits') for path in CONFIGS.glob('*_slim_*.py')}
    - {'ume', 'joint_sgd', *OPTIMIZERS}
)
# In one epoch instead of two.
OPTIONS = dict(di_mml=['custom_hooks.0.interaction_epoch=0'])


@HOOKS.register_module()
class RecordPrecision(Hook):
    """Records the types of each encoder's features."""

    found = {}

    def before_train(self, runner):
        self.found.clear()
        for name, encoder in runner.model.encoders.items():
            types = self.found[name] = set()
            encoder.register_forward_hook(
                lambda module, inputs, output, types=types: types.add(output.dtype)
            )


@pytest.mark.parametrize('method', METHODS)
def test_method_trains_with_amp_and_accumulation(tiny, method):
    folder = tiny.folder / f'{method}_amp'
    options = (
        'optim_wrapper.accumulative_counts=2',
        'train_cfg.max_epochs=1',
        'default_hooks.precision.type=RecordPrecision',
        *OPTIONS.get(method, []),
    )
    amp = ('--amp', '--no-validate', '--cfg-options', *options)
    tiny.train(tiny.method(method), '--work-dir', folder, *amp)
    found = load_checkpoint_file(folder / 'epoch_1.pth')
    for value in found['state_dict'].values():
        assert value.isfinite().all()
        assert value.dtype != torch.bfloat16
    # One for two batches, and one for the third.
    steps = {float(state['step']) for state in found['optimizer']['state'].values()}
    assert steps == {2.0}
    # G-Blending and DI-MML measure in full precision, too.
    assert all(torch.bfloat16 in types for types in RecordPrecision.found.values())
    assert RecordPrecision.found
