"""Both stages of DI-MML on a user's data, by the tools."""

import torch

pytest_plugins = ['tinyset']


def test_two_stages(tiny):
    hooks = [dict(type='DIMMLHook', interaction_epoch=1)]
    log = tiny.train(tiny.child('di_mml', custom_hooks=hooks))
    assert 'Epoch 2: modalities interact from now on' in log
    first = tiny.work_dir('di_mml') / 'epoch_2.pth'
    state = tiny.state_of(first)
    assert state['cls_head.dimensions.separated']
    assert 0 < state['cls_head.dimensions.audio'].sum() < 64
    assert state['cls_head.shared_classifier.weight'].shape == (3, 64)

    checkpoints = dict(rgb=str(first), audio=str(first))
    head = dict(stage1_checkpoint=str(first))
    model = dict(encoder_checkpoints=checkpoints, cls_head=head)
    log = tiny.train(tiny.child('di_mml_stage2', model=model))
    trained = tiny.metrics(log)
    assert {'acc/rgb_top1', 'acc/audio_top1', 'acc/fused_only_top1'} < set(trained)
    last = tiny.work_dir('di_mml_stage2') / 'epoch_2.pth'
    second = tiny.state_of(last)
    for key, value in state.items():
        if key.startswith(('encoders.', 'cls_head.unimodal_classifiers.')):
            assert torch.equal(second[key], value)
    assert not any('shared' in key or 'dimensions' in key for key in second)

    # Testing needs nothing but the checkpoint, and the hook lets a test pass.
    absent = dict(
        encoder_checkpoints=dict.fromkeys(checkpoints, 'gone.pth'),
        cls_head=dict(stage1_checkpoint='gone.pth'),
    )
    moved = tiny.child('di_mml_stage2', 'moved', model=absent)
    assert tiny.metrics(tiny.test(moved, last)) == trained
    config = tiny.child('di_mml', 'again', custom_hooks=hooks)
    assert tiny.metrics(tiny.test(config, first))
