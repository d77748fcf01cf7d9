"""A Runner of seconds for the tests of compat."""

import numpy as np
import torch
from mmengine.evaluator import BaseMetric
from mmengine.hooks import Hook
from mmengine.model import BaseModel
from mmengine.runner import Runner

import mm_laziness  # noqa: F401


class TinyModel(BaseModel):
    def __init__(self):
        super().__init__()
        self.fc = torch.nn.Linear(2, 1)

    def forward(self, inputs, mode='tensor'):
        scores = self.fc(inputs)
        return dict(loss=scores.square().mean()) if mode == 'loss' else [scores]


class TinyMetric(BaseMetric):
    def process(self, data_batch, data_samples):
        self.results.extend(data_samples)

    def compute_metrics(self, results):
        return dict(acc=float(len(results)))


class StoreNumbersHook(Hook):
    """Store what hooks and mixed precision leave in a checkpoint."""

    def before_train(self, runner):
        hub = runner.message_hub
        hub.update_scalar('train/extra', 0.5)
        hub.update_info('single', np.float32(1.5))
        hub.update_info('flags', np.array([True, False]))
        hub.update_info('names', np.array(['rgb', 'audio']))

    def before_save_checkpoint(self, runner, checkpoint):
        scaler = torch.amp.GradScaler('cpu', init_scale=4.0)
        # The best checkpoint is saved without the optimizer.
        checkpoint.get('optimizer', {})['loss_scaler'] = scaler.state_dict()


def loader(start):
    data = [dict(inputs=torch.tensor([float(start + i), 1.0])) for i in range(4)]
    return dict(
        batch_size=1,
        num_workers=0,
        dataset=data,
        collate_fn=dict(type='default_collate'),
        sampler=dict(type='DefaultSampler', shuffle=False),
    )


def build_runner(work_dir, epochs=1, **kwargs):
    torch.set_num_threads(1)
    return Runner(
        model=TinyModel(),
        work_dir=str(work_dir),
        train_dataloader=loader(0),
        train_cfg=dict(by_epoch=True, max_epochs=epochs, val_interval=1),
        val_dataloader=loader(4),
        val_cfg={},
        val_evaluator=[TinyMetric()],
        test_dataloader=loader(4),
        test_cfg={},
        test_evaluator=[TinyMetric()],
        optim_wrapper=dict(optimizer=dict(type='Adam', lr=0.1)),
        param_scheduler=[
            dict(type='LinearLR', start_factor=0.5, end=2),
            dict(type='ReduceOnPlateauLR', monitor='acc', rule='greater'),
        ],
        custom_hooks=[dict(type='EMAHook'), StoreNumbersHook()],
        default_hooks=dict(checkpoint=dict(type='CheckpointHook', save_best='acc')),
        randomness=dict(seed=0),
        log_level='ERROR',
        experiment_name=f'{work_dir}_{epochs}_{len(kwargs)}',
        **kwargs,
    )
