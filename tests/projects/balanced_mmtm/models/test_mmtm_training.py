"""How encoders with units train."""

from types import SimpleNamespace

import torch
from mmengine.hooks import SyncBuffersHook
from tinymodels import same, snapshot, stacked
from tinyunits import batch, build, rebalance, train
from tworanks import on_two_ranks

THREE = ('front', 'rear', 'audio')


def test_a_training_step_reaches_every_parameter():
    model = build(THREE).train()
    rebalance(model, 1)
    before = snapshot(model)
    losses = model(**model.data_preprocessor(batch(THREE), True), mode='loss')
    sum(losses[f'loss_{m}'] for m in THREE).backward()
    # Also the gates' that are replaced: DDP waits for each.
    assert all(param.grad is not None for param in model.parameters())
    for unit in model.units:
        assert not unit.gates['rear'].weight.grad.any()
        assert unit.gates['front'].weight.grad.any()
        assert unit.forwards == 1
    assert model.rebalancing.mode == 1
    assert not same(snapshot(model), before)


def test_rebalancing_is_for_training_only():
    regular, balanced = train(build(), 2), train(build(), 2)
    rebalance(balanced, 0)
    data = stacked(batch(seed=7))
    regular.eval(), balanced.eval()
    torch.testing.assert_close(
        regular.extract_feat(data), balanced.extract_feat(data), rtol=0, atol=0
    )
    before = snapshot(balanced)
    balanced.extract_feat(data)
    assert same(snapshot(balanced), before)
    regular.train(), balanced.train()
    kept, replaced = regular.extract_feat(data), balanced.extract_feat(data)
    assert not torch.allclose(kept['front'], replaced['front'])


def test_a_mode_that_nobody_ends_has_no_effect():
    # Of a checkpoint that was saved amid a window, trained on without the hook.
    regular, loaded = build().train(), build().train()
    rebalance(loaded, 0)
    loaded.rebalancing.active = False
    for _ in range(2):
        data = stacked(batch())
        kept, own = regular.extract_feat(data), loaded.extract_feat(data)
        assert same(kept, own)


def test_a_saved_model_continues_bit_by_bit(tmp_path):
    model = train(build(), 3)
    rebalance(model, 1)
    torch.save(model.state_dict(), tmp_path / 'model.pth')
    other = build()
    other.rebalancing.active = True
    other.load_state_dict(torch.load(tmp_path / 'model.pth', weights_only=True))
    first, second = train(model, 2, seed=3), train(other, 2, seed=3)
    assert same(snapshot(first), snapshot(second))


def test_units_train_on_frozen_encoders():
    model = build(frozen_encoders=True)
    before = snapshot(model)
    train(model)
    changed = {
        key.split('.')[0]
        for key, value in snapshot(model).items()
        if not torch.equal(value, before[key])
    }
    assert changed == {'units', 'cls_head'}


def test_bfloat16():
    model = build().train()
    rebalance(model, 0)
    with torch.autocast('cpu', torch.bfloat16):
        losses = model(**model.data_preprocessor(batch(), True), mode='loss')
    sum(losses[f'loss_{m}'] for m in model.modalities).backward()
    assert all(param.grad.isfinite().all() for param in model.parameters())
    assert model.units[0].average_gates.dtype == torch.float32


def _synchronized(rank):
    model = build()
    # Each rank its own share, of one size.
    data = batch(samples=4)
    share = {m: views[rank::2] for m, views in data['inputs'].items()}
    for mode in (-1, 1):
        rebalance(model, mode)
        model.rebalancing.steps_left.fill_(3)
        model.extract_feat({m: torch.stack(views) for m, views in share.items()})
        before = snapshot(model)
        SyncBuffersHook().after_train_epoch(SimpleNamespace(model=model))
        for key, value in snapshot(model).items():
            if key.startswith(('units', 'rebalancing')):
                assert torch.equal(value, before[key]), key
    return model.units[0].average_gates.tolist()


def test_state_is_one_on_all_processes_and_survives_averaging():
    first, second = on_two_ranks(_synchronized)
    assert first == second


def test_a_step_reads_nothing_back_from_its_device():
    # The meta device has no values: any synchronization would fail.
    model = build(THREE).to('meta').train()
    inputs = {m: value.to('meta') for m, value in stacked(batch(THREE)).items()}
    feats = model.extract_feat(inputs)
    sum(value.sum() for value in feats.values()).backward()
