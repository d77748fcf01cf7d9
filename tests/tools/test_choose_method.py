import json
import re

import pytest
import torch
from matplotlib.image import imread
from tworanks import on_two_ranks

from mm_laziness.evaluation.functional import average_scores

pytest_plugins = ['tinyset']

KEYS = {'mm_clf', 'average_score', 'average_prob', 'p_value', 'method', 'clear'}


def test_advice_for_a_users_data(tiny):
    config = tiny.method('umt', 'advised')
    folder = tiny.work_dir('advised')
    printed = tiny.tool('choose_method', config)
    guidance = json.loads((folder / 'guidance.json').read_text())
    assert guidance.keys() >= KEYS
    assert guidance['method'] in ('UMT', 'UME')
    assert guidance['num_val'] == 8
    found = re.findall(
        r'^(.+?) {2,}([\d.]+) +([\d.]+) to +([\d.]+)$', printed, re.MULTILINE
    )
    rows = {name: top1 for name, top1, _, _ in found}
    split = guidance['split_mm_clf']
    assert rows == {
        'rgb alone': f'{100 * guidance["unimodal"]["rgb"]:.2f}',
        'audio alone': f'{100 * guidance["unimodal"]["audio"]:.2f}',
        'rgb of MM Clf': f'{100 * split["rgb"]:.2f}',
        'audio of MM Clf': f'{100 * split["audio"]:.2f}',
        'average of logits': f'{100 * guidance["average_score"]:.2f}',
        'average of probabilities': f'{100 * guidance["average_prob"]:.2f}',
        'MM Clf': f'{100 * guidance["mm_clf"]:.2f}',
    }
    assert all(float(low) <= float(x) <= float(high) for _, x, low, high in found)
    assert guidance['advice'] in printed
    assert imread(folder / 'choose_method.png').std() > 0
    for name in ('rgb', 'audio'):
        own = tiny.metrics(tiny.log(name))[f'acc/{name}_top1']
        assert guidance['unimodal'][name] == own
    kept = torch.load(folder / 'unimodal_features.pt', weights_only=True)['val']
    fused = average_scores(kept['scores'])
    accuracy = (fused.argmax(dim=1) == kept['labels']).float().mean()
    assert guidance['average_score'] == float(accuracy)


def test_features_are_extracted_once_and_anew_when_something_changes(tiny):
    config = tiny.method('umt', 'stored')
    store = tiny.work_dir('stored') / 'unimodal_features.pt'

    def runs_again(*arguments):
        before = store.stat().st_mtime_ns if store.exists() else None
        tiny.tool('choose_method', config, *arguments)
        return store.stat().st_mtime_ns != before

    assert runs_again()
    assert not runs_again()
    assert not runs_again('--seed', 1, '--alpha', 0.5)
    checkpoint = tiny.trained('audio')
    assert runs_again(
        '--cfg-options', f'model.teachers.audio={checkpoint.with_name("epoch_1.pth")}'
    )
    mean = 'model.data_preprocessor.preprocessors.audio.mean=-4.0'
    assert runs_again('--cfg-options', mean)
    assert runs_again()
    annotations = tiny.data / 'test.txt'
    lines = annotations.read_text()
    try:
        annotations.write_text(lines + '\n')
        assert runs_again()
    finally:
        # Other tests share the set, and not all readers skip blank lines.
        annotations.write_text(lines)


def test_configs_without_uni_modal_models_are_refused(tiny):
    with pytest.raises(SystemExit) as error:
        tiny.tool('choose_method', tiny.child('joint'))
    assert str(error.value).startswith('error: ')
    assert 'pass one of UMT (teachers) or of MM Clf (encoder_checkpoints)' in str(
        error.value
    )
    with pytest.raises(SystemExit) as missing:
        tiny.tool('choose_method', tiny.child('umt', 'no_teachers'))
    assert "uni-modal model of 'rgb': checkpoint" in str(missing.value)
    assert 'tools/train.py configs/rgb_slim_avdigits.py' in str(missing.value)


def by_one_of_two(rank, tiny, config):
    return tiny.tool('choose_method', config)


def test_two_processes_give_one_advice(tiny):
    config = tiny.method('umt', 'by_two')
    alone = tiny.tool('choose_method', config)
    (tiny.work_dir('by_two') / 'unimodal_features.pt').unlink()
    first, second = on_two_ranks(by_one_of_two, tiny, config)
    assert first == alone and not second


@pytest.mark.parametrize('alpha', [0, 1, 5])
def test_a_level_that_is_none_is_refused_at_once(tiny, alpha):
    with pytest.raises(SystemExit) as error:
        tiny.tool('choose_method', 'configs/any.py', '--alpha', alpha)
    assert error.value.code == 2
