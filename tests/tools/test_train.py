import shutil

import pytest
import torch
from mmengine.config import Config

from mm_laziness.compat import load_checkpoint_file

pytest_plugins = ['tinyset']


def state(tiny, work_dir, epoch=2):
    return tiny.state_of(tiny.folder / work_dir / f'epoch_{epoch}.pth')


def test_seed_work_dir_and_options_in_a_process_of_its_own(tiny):
    arguments = ('--seed', 3, '--cfg-options', 'optim_wrapper.optimizer.lr=0.002')
    printed = tiny.process(
        *('python', tiny.script('train'), tiny.child('rgb')),
        *('--work-dir', 'process', *arguments),
    )
    assert {'acc/top1', 'acc/rgb_top1'} <= set(tiny.metrics(printed))
    folder = tiny.folder / 'process'
    assert (folder / 'best.pth').is_file()
    cfg = Config.fromfile(folder / 'rgb_tiny.py')
    assert cfg.optim_wrapper.optimizer.lr == 0.002
    assert cfg.randomness.seed == 3
    # Here, where other runs have drawn random numbers before.
    tiny.train(tiny.child('rgb'), '--work-dir', 'here', *arguments)
    tiny.assert_equal_states(state(tiny, 'process'), state(tiny, 'here'))


def test_another_seed_gives_another_model(tiny):
    printed = tiny.train(tiny.child('rgb'), '--work-dir', 'other_seed', '--seed', 1)
    assert 'Seed: 1' in printed or 'seed: 1' in printed
    first = tiny.state_of(tiny.trained('rgb'))['cls_head.fc_cls.weight']
    assert not torch.equal(state(tiny, 'other_seed')['cls_head.fc_cls.weight'], first)


def test_no_validation(tiny):
    printed = tiny.train(
        tiny.child('rgb'), '--work-dir', 'no_validate', '--no-validate', '--seed', 0
    )
    assert 'acc/' not in printed
    folder = tiny.folder / 'no_validate'
    assert not list(folder.glob('best*'))
    tiny.assert_equal_states(
        state(tiny, 'no_validate'), tiny.state_of(tiny.trained('rgb'))
    )


@pytest.mark.parametrize('method', ['rgb', 'umt'])
def test_resumed_run_equals_the_uninterrupted_one(tiny, method):
    whole = tiny.trained(method)
    folder = tiny.folder / f'resumed_{method}'
    folder.mkdir()
    shutil.copy(whole.with_name('epoch_1.pth'), folder)
    printed = tiny.train(
        tiny.folder / f'{method}_tiny.py', '--work-dir', folder, '--resume'
    )
    assert 'Auto resumed' in printed
    first, second = (
        load_checkpoint_file(path) for path in (whole, folder / whole.name)
    )
    tiny.assert_equal_states(first['state_dict'], second['state_dict'])
    moments = [checkpoint['optimizer']['state'] for checkpoint in (first, second)]
    assert moments[0].keys() == moments[1].keys()
    for key, own in moments[0].items():
        tiny.assert_equal_states(own, moments[1][key])
    assert first['param_schedulers'] == second['param_schedulers']


def test_resuming_a_named_checkpoint(tiny):
    whole = tiny.trained('rgb')
    tiny.train(
        *(tiny.folder / 'rgb_tiny.py', '--work-dir', 'resumed_from'),
        *('--resume', whole.with_name('epoch_1.pth')),
    )
    folder = tiny.folder / 'resumed_from'
    assert not (folder / 'epoch_1.pth').exists()
    tiny.assert_equal_states(state(tiny, 'resumed_from'), tiny.state_of(whole))


def test_mixed_precision_on_a_cpu(tiny):
    printed = tiny.train(tiny.child('joint'), '--work-dir', 'amp', '--amp')
    assert "type='CpuAmpOptimWrapper'" in printed
    whole = tiny.state_of(tiny.trained('joint'))
    half = state(tiny, 'amp')
    key = 'encoders.rgb.conv1.conv.weight'
    assert half[key].dtype == torch.float32
    assert not torch.equal(half[key], whole[key])
    assert torch.allclose(half[key], whole[key], atol=0.05)


def test_learning_rate_scaled_with_the_batch_size(tiny):
    config = tiny.child('rgb')
    printed = tiny.train(
        *(config, '--work-dir', 'scaled', '--auto-scale-lr', '--cfg-options'),
        *('train_cfg.max_epochs=1', 'auto_scale_lr.base_batch_size=8'),
    )
    assert 'batch size of 8 and the current batch size is 4' in printed
    scaled, whole = (
        load_checkpoint_file(path)['optimizer']['param_groups']
        for path in (tiny.folder / 'scaled' / 'epoch_1.pth', tiny.trained('rgb'))
    )
    for group, other in zip(scaled, whole, strict=True):
        assert group['initial_lr'] == pytest.approx(0.5 * other['initial_lr'])


def test_scaling_without_a_base_batch_size_is_refused(tiny):
    config = tiny.child('rgb', 'unscaled', text='auto_scale_lr = dict(_delete_=True)\n')
    with pytest.raises(SystemExit) as error:
        tiny.train(config, '--work-dir', 'unscaled', '--auto-scale-lr')
    assert 'set auto_scale_lr = dict(base_batch_size=...)' in str(error.value)
    assert not (tiny.folder / 'unscaled').exists()


def test_bad_input_stops_before_training(tiny):
    with pytest.raises(FileNotFoundError, match='config missing.py does not exist'):
        tiny.train('missing.py')
    few = tiny.child('rgb', 'few', num_classes=2)
    with pytest.raises(ValueError) as error:
        tiny.train(few)
    assert 'train.txt, sample 3: label 2 does not fit num_classes = 2' in str(
        error.value
    )
    missing = 'work_dirs/rgb_slim_avdigits/best.pth'
    with pytest.raises(FileNotFoundError) as missing_teacher:
        tiny.train(tiny.child('umt', 'no_teachers'))
    assert f"teachers['rgb']: checkpoint {missing} does not exist" in str(
        missing_teacher.value
    )
    assert 'python tools/train.py configs/rgb_slim_avdigits.py' in str(
        missing_teacher.value
    )
    with pytest.raises(ValueError, match='UME trains nothing'):
        tiny.train(tiny.method('ume'))
