import pytest
import torch
from mmengine.model import MMDistributedDataParallel
from tinyblend import blending, drawn, loader, model, noisy, plain, quiet, train
from tworanks import on_two_ranks


def run(
    toy, folder, batch_size, size, wrap=lambda model: model, pipeline=quiet, **kwargs
):
    encoder = dict(dropout=0.0, norm=False) if pipeline is quiet else {}
    return train(
        toy,
        folder,
        model=wrap(model(**encoder)),
        train_dataloader=loader(pipeline, batch_size=batch_size, size=size),
        test_dataloader=loader(plain, batch_size=2, shuffle=False, size=size),
        **kwargs,
    )


def _rank(_, toy, folder, **kwargs):
    runner = run(
        toy,
        folder,
        batch_size=5,
        wrap=lambda model: MMDistributedDataParallel(model, device_ids=None),
        randomness=dict(seed=3, diff_rank_seed=True),
        **kwargs,
    )
    state = {key: value.tolist() for key, value in runner.model.state_dict().items()}
    return blending(runner)['weights'], state, list(drawn)


# Online, 7 of 33 samples are held out, which do not divide by two.
@pytest.mark.parametrize('size, cfg', [(30, {}), (33, dict(super_epoch=2))])
def test_ranks_agree_with_each_other_and_with_one_process(toy, tmp_path, size, cfg):
    first, second = on_two_ranks(_rank, toy, tmp_path / 'two', size=size, train_cfg=cfg)
    assert first[:2] == second[:2]
    alone = run(toy, tmp_path / 'one', batch_size=10, size=size, train_cfg=cfg)
    assert blending(alone)['weights'] == pytest.approx(first[0], rel=1e-3)
    for key, value in alone.model.state_dict().items():
        other = torch.tensor(first[1][f'module.{key}'])
        torch.testing.assert_close(value, other, rtol=1e-3, atol=1e-4)
    # Both together draw what one process draws.
    assert sorted(first[2] + second[2]) == sorted(drawn)


def test_batch_norm_dropout_and_resume(toy, tmp_path):
    settings = dict(pipeline=noisy, size=30, train_cfg=dict(super_epoch=2))
    full = on_two_ranks(_rank, toy, tmp_path / 'full', **settings)
    on_two_ranks(_rank, toy, tmp_path / 'cut', stop_after=1, **settings)
    resumed = on_two_ranks(_rank, toy, tmp_path / 'cut', resume=True, **settings)
    assert full[0][0] == full[1][0]
    assert [rank[:2] for rank in resumed] == [rank[:2] for rank in full]
