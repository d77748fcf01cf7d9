import contextlib
import io
import json
import shutil

import pytest
from tworanks import on_two_ranks

from mm_laziness.datasets import MultiModalDataset
from mm_laziness.utils.probing import feature_extraction

pytest_plugins = ['tinyset', 'stockzoo']


@pytest.fixture
def read(monkeypatch):
    """Indices of the samples that are read, of one data set after the other."""
    indices = []
    get = MultiModalDataset.__getitem__

    def getitem(self, index):
        indices.append(index)
        return get(self, index)

    monkeypatch.setattr(MultiModalDataset, '__getitem__', getitem)
    return indices


@pytest.fixture(scope='module')
def umt(tiny):
    """Config and checkpoint of UMT, whose teachers are trained."""
    return tiny.method('umt'), tiny.trained('umt')


def probes(tiny, name):
    return json.loads((tiny.folder / 'probing' / name / 'probes.json').read_text())


def probe(tiny, *args, out='probed', cache='cache'):
    # The folder is shared with the tests of other tools.
    args = (*args, '--work-dir', f'probing/{out}', '--cache', cache)
    return tiny.tool('probe_encoders', *args)


def refused(tiny, *args):
    shown = io.StringIO()
    with pytest.raises(SystemExit) as exit_, contextlib.redirect_stderr(shown):
        probe(tiny, *args, out='refused')
    assert not (tiny.folder / 'probing' / 'refused').exists()
    # A text makes the exit code 1, and is printed.
    assert isinstance(exit_.value.code, str)
    return exit_.value.code


def test_encoders_beside_their_teachers(tiny, umt, read):
    config, checkpoint = umt
    printed = probe(tiny, config, checkpoint)
    found = probes(tiny, 'probed')
    assert (found['num_train'], found['num_val']) == (12, 8)
    assert found['checkpoint'] == str(checkpoint)
    assert list(found['encoders']) == ['rgb', 'audio']
    for name, entry in found['encoders'].items():
        low, high = entry['top1_interval']
        assert low <= entry['top1'] <= high
        assert entry['top5'] == 100.0
        reference = entry['reference']
        assert reference['checkpoint'] == str(tiny.trained(name))
        gap = entry['top1'] - reference['top1']
        assert reference['difference'] == pytest.approx(gap, abs=1e-3)
        row = next(line for line in printed.splitlines() if line.startswith(name))
        assert f'{entry["top1"]:.2f}' in row and f'{reference["top1"]:.2f}' in row
    assert (tiny.folder / 'probing' / 'probed' / 'probes.png').stat().st_size > 1000
    # Both splits for the model, and for its references.
    assert len(read) == 2 * (12 + 8)
    # Again, from a folder and without references: all is in the cache.
    shutil.copy(checkpoint, checkpoint.with_name('best.pth'))
    probe(tiny, config, checkpoint.parent, '--no-reference', out='again')
    assert len(read) == 2 * (12 + 8)
    again = probes(tiny, 'again')['encoders']
    for name, entry in found['encoders'].items():
        del entry['reference']
        assert again[name] == entry


def test_a_model_is_its_own_reference(tiny, read):
    config, checkpoint = tiny.child('rgb'), tiny.trained('rgb')
    probe(tiny, config, checkpoint, '--reference', f'rgb={checkpoint}', cache='own')
    entry = probes(tiny, 'probed')['encoders']['rgb']
    reference = entry.pop('reference')
    assert reference['difference'] == 0
    assert {key: reference[key] for key in entry} == entry
    # Equal weights and data are extracted once.
    assert len(read) == 12 + 8
    probe(tiny, config, checkpoint, '--no-cache', cache='unused')
    assert len(read) == 2 * (12 + 8)
    assert not (tiny.folder / 'unused').exists()
    assert probes(tiny, 'probed')['encoders']['rgb'] == entry


def test_an_ensemble_has_its_members_encoders(tiny):
    members = probe(tiny, tiny.method('ume'), out='ume')
    assert 'alone' not in members
    found = probes(tiny, 'ume')
    assert found['checkpoint'] is None
    for name in ('rgb', 'audio'):
        probe(tiny, tiny.child(name), tiny.trained(name), out=name)
        assert (
            probes(tiny, 'ume')['encoders'][name]
            == (probes(tiny, name)['encoders'][name])
        )


def test_mixed_precision_has_features_of_its_own(tiny, umt, read):
    config, checkpoint = umt
    probe(tiny, config, checkpoint, '--amp', '--no-reference', cache='amp')
    assert len(read) == 12 + 8
    probe(tiny, config, checkpoint, '--no-reference', cache='amp')
    assert len(read) == 2 * (12 + 8)


def test_a_stock_model_on_its_own_data_and_on_ours(tiny, zoo):
    model = zoo.trained('slowonly')
    printed = probe(tiny, model.config, model.checkpoint, out='stock')
    assert list(probes(tiny, 'stock')['encoders']) == ['rgb']
    assert printed.splitlines()[1].startswith('rgb')
    data = tiny.child('joint', 'data_of_ours')
    words = refused(tiny, model.config, model.checkpoint, '--data', data)
    assert "the data hold ['rgb', 'audio']" in words
    probe(
        tiny,
        *(model.config, model.checkpoint, '--data', data, '--modality', 'rgb'),
        *('--reference', f'rgb={model.checkpoint}'),
        out='mixed',
    )
    entry = probes(tiny, 'mixed')['encoders']['rgb']
    assert entry['reference']['difference'] == 0
    assert probes(tiny, 'mixed')['num_val'] == 8


def test_bad_input_is_explained(tiny, umt, zoo):
    config, checkpoint = umt
    other = zoo.trained('tsn').checkpoint
    no_train = tiny.child('joint', 'no_train', text='train_dataloader = None\n')
    empty = tiny.data / 'empty.txt'
    empty.write_text('')
    nothing = f'train_dataloader.dataset.ann_file={empty}'
    joint = tiny.child('joint')
    for words, args in [
        ('configs/no.py does not exist', ('configs/no.py', checkpoint)),
        ('no.pth does not exist', (config, 'no.pth')),
        ('a checkpoint is needed', (config,)),
        (f'{config} cannot be read as a checkpoint', (config, config)),
        (f'{other} holds one backbone, but the config has', (config, other)),
        (f'{other} does not fit', (tiny.child('rgb'), other)),
        ("for ['flow'], but", (config, checkpoint, '--reference', 'flow=a.pth')),
        ('as modality=checkpoint', (config, checkpoint, '--reference', 'a.pth')),
        ('train_dataloader', (no_train, checkpoint)),
        ('empty.txt', (joint, checkpoint, '--cfg-options', nothing)),
    ]:
        assert words in refused(tiny, *args)


def by_one_of_two(rank, tiny, *args):
    return probe(tiny, *args, out='two', cache='two_cache')


def test_two_processes_give_what_one_gives(tiny, umt, monkeypatch):
    monkeypatch.setattr(feature_extraction, 'PART', 4)
    probe(tiny, *umt, out='one', cache='one_cache')
    first, second = on_two_ranks(by_one_of_two, tiny, *umt)
    assert 'saved to probing/two' in first and 'saved' not in second
    assert probes(tiny, 'two') == probes(tiny, 'one')
    kept = [
        {
            str(path.relative_to(tiny.folder / folder)): path.read_bytes()
            for path in (tiny.folder / folder).rglob('*.pt')
        }
        for folder in ('one_cache', 'two_cache')
    ]
    assert len(kept[0]) == 2 * (3 + 2)
    assert kept[0] == kept[1]


@pytest.mark.slow
def test_the_launcher_starts_it(tiny, umt):
    probe(tiny, *umt, out='alone')
    printed = tiny.process(
        *('python', '-m', 'torch.distributed.run', '--nproc_per_node', '2'),
        *('--master_port', '29641', tiny.script('probe_encoders'), *umt),
        *('--launcher', 'pytorch', '--work-dir', 'launched', '--cache', 'cache_two'),
    )
    assert printed.count('saved to launched') == 1
    found = probes(tiny, 'launched')['encoders']
    assert list(found) == list(probes(tiny, 'alone')['encoders'])
