"""Metafiles: each config of the papers' data sets, and whose numbers they tell."""

from pathlib import Path

import pytest
import yaml
from mmengine.config import Config

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / 'configs' / 'metafiles'
SETS = ('kinetics', 'vggsound', 'ucf101', 'modelnet40', 'cremad', 'ave')


def read(path):
    return yaml.safe_load(path.read_text())


def models(name):
    return read(FOLDER / f'{name}.yml')['Models']


def test_index_imports_every_metafile_and_nothing_else():
    imports = read(ROOT / 'model-index.yml')['Import']
    assert len(imports) == len(set(imports))
    assert {ROOT / path for path in imports} == set(FOLDER.glob('*.yml'))
    assert {Path(path).stem for path in imports} >= set(SETS)


@pytest.mark.parametrize('name', SETS)
def test_every_config_is_listed_once(name):
    listed = [entry['Config'] for entry in models(name)]
    configs = (ROOT / 'configs').glob(f'*_{name}.py')
    assert sorted(listed) == sorted(f'configs/{path.name}' for path in configs)
    assert [Path(path).stem for path in listed] == [e['Name'] for e in models(name)]


@pytest.mark.parametrize('name', SETS)
def test_collections_are_defined(name):
    known = {entry['Name'] for entry in read(FOLDER / 'collections.yml')['Collections']}
    assert {entry['In Collection'] for entry in models(name)} <= known


def test_collections_name_a_paper_and_a_page():
    for entry in read(FOLDER / 'collections.yml')['Collections']:
        assert (ROOT / entry['README']).is_file()
        assert entry['Paper']['URL'].startswith('https://') and entry['Paper']['Title']


@pytest.mark.parametrize('name', SETS)
def test_numbers_say_whose_they_are(name):
    for entry in models(name):
        assert 'Weights' not in entry
        for result in entry.get('Results', ()):
            assert 0 < result['Metrics']['Top 1 Accuracy'] < 100
            assert 'not measured here' in result['Source']
            assert result['Dataset'] == entry['Metadata']['Training Data']


@pytest.mark.parametrize('name', SETS)
def test_metadata_are_those_of_the_configs(name):
    for entry in models(name):
        cfg = Config.fromfile(ROOT / entry['Config'])
        said = entry['Metadata']
        if 'members' in cfg.model:
            assert 'Epochs' not in said  # Nothing is trained.
            continue
        assert said['Epochs'] == cfg.train_cfg.max_epochs
        assert said['Batch Size'] == cfg.auto_scale_lr.base_batch_size


# Du et al. print the heads and losses of these sets in one table each.
@pytest.mark.parametrize(
    ('name', 'table'), [('kinetics', 5), ('vggsound', 5), ('ucf101', 9)]
)
def test_heads_and_losses_name_the_table_that_prints_them(name, table):
    methods = ('joint_r', 'joint_mlp', 'joint_attention', 'aux_ce', 'gblend', 'ogm_ge')
    found = [
        entry['Results'][0]['Source']
        for entry in models(name)
        if entry['Name'].startswith(methods) and 'rmsprop' not in entry['Name']
    ]
    assert len(found) == 6
    assert all(f'Table {table}' in source for source in found)
