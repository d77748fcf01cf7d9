"""What the branches get right without flow, against a slow reference."""

from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.registry import DefaultScope

import mm_laziness  # noqa: F401
from mm_laziness.utils.config import resolve_config
from mm_laziness.utils.probing.evaluation_data import evaluation_dataloader
from projects.balanced_mmtm.evaluation import branch_hits, load_mmtm

pytest_plugins = ['tinyset']

CONFIGS = Path(__file__).parents[4] / 'projects' / 'balanced_mmtm' / 'configs'


def inputs_of(model, cfg, split):
    """Preprocessed inputs of one sample at a time."""
    with DefaultScope.overwrite_default_scope('mmaction'):
        dataset = evaluation_dataloader(cfg, split).dataset
    for index in range(len(dataset)):
        sample = dataset[index]
        batch = dict(
            inputs={m: [x] for m, x in sample['inputs'].items()},
            data_samples=[sample['data_samples']],
        )
        yield model.data_preprocessor(batch, False)


@torch.no_grad()
def spread_predictions(model, cfg):
    """Give classifiers that answer to how samples differ; else all were of a class."""
    feats = [model.extract_feat(d['inputs']) for d in inputs_of(model, cfg, 'val')]
    for name, layer in model.cls_head.unimodal_classifiers.items():
        own = torch.cat([one[name] for one in feats])
        layer.weight.normal_().div_(own.std(dim=0) + 1e-6)
        layer.bias.copy_(-(layer.weight @ own.mean(dim=0)))


@pytest.fixture(scope='module')
def trained(tiny):
    """A config, and a checkpoint of random weights whose gates matter."""
    cfg = Config.fromfile(CONFIGS / 'mmtm_slim_avdigits.py')
    cfg.num_classes, cfg.data_root = 3, str(tiny.data)
    cfg = resolve_config(cfg)
    for name in ('train_dataloader', 'val_dataloader', 'test_dataloader'):
        cfg[name].update(batch_size=5, num_workers=0, persistent_workers=False)
    from mmaction.registry import MODELS

    torch.manual_seed(0)
    with DefaultScope.overwrite_default_scope('mmaction'):
        model = MODELS.build(cfg.model)
    model.init_weights()
    for unit in model.units:
        for gate in unit.gates.values():
            torch.nn.init.normal_(gate.weight, std=3.0)
    spread_predictions(model.eval(), cfg)
    path = tiny.folder / 'random_mmtm.pth'
    torch.save(dict(state_dict=model.state_dict(), meta={}), path)
    return cfg, str(path)


def gate_by_hand(unit, name, squeezes):
    joint = torch.relu(unit.squeeze(torch.cat(list(squeezes.values()), dim=1)))
    return torch.sigmoid(unit.gates[name](joint))


@torch.no_grad()
def test_hits_of_a_slow_reference(trained):
    cfg, path = trained
    model = load_mmtm(cfg, path)
    hits = branch_hits(model, cfg)
    assert hits.num_train == 12
    seen = [[] for _ in model.units]
    for unit, kept in zip(model.units, seen, strict=True):
        unit.register_forward_pre_hook(
            lambda unit, args, kept=kept: kept.append(unit.squeezes(args[0]))
        )
    for data in inputs_of(model, cfg, 'train'):
        model.extract_feat(data['inputs'])
    means = [
        {m: torch.cat([s[m] for s in kept]).mean(0) for m in model.modalities}
        for kept in seen
    ]
    for unit, mean in zip(model.units, means, strict=True):

        def forward(maps, *_, unit=unit, mean=mean):
            out = {}
            for name, value in maps.items():
                mixed = {m: s.expand(len(value), -1) for m, s in mean.items()}
                mixed[name] = value.flatten(2).mean(2)
                gate = gate_by_hand(unit, name, mixed)
                out[name] = value * gate.reshape(*gate.shape, *[1] * (value.ndim - 2))
            return out

        unit.forward = forward
    for name in model.modalities:
        expected = []
        for data in inputs_of(model, cfg, 'val'):
            (sample,) = model.predict(data['inputs'], data['data_samples'])
            expected.append(sample.unimodal_scores[name].argmax() == sample.gt_label[0])
        assert hits.off[name].tolist() == [bool(e) for e in expected]
    # The flow matters here, so that this says something.
    assert any((hits.full[m] != hits.off[m]).any() for m in model.modalities)


def test_the_test_set_is_that_of_the_test(trained):
    cfg, path = trained
    cfg = resolve_config(cfg)
    cfg.test_dataloader.dataset.indices = 3
    hits = branch_hits(load_mmtm(cfg, path), cfg)
    assert {m: len(own) for m, own in hits.full.items()} == dict(rgb=3, audio=3)
    assert cfg.val_dataloader.dataset.get('indices') is None


def test_what_cannot_be_measured(trained, tiny):
    cfg, path = trained
    joint = Config.fromfile(tiny.configs / 'joint_slim_avdigits.py')
    with pytest.raises(ValueError, match='an MMTMRecognizer, but.* LateFusionRecog'):
        load_mmtm(resolve_config(joint), path)
    with pytest.raises(FileNotFoundError, match='nowhere.pth does not exist'):
        load_mmtm(cfg, 'nowhere.pth')
    with pytest.raises(ValueError, match='defines no model'):
        load_mmtm(Config({}), path)
    state = torch.load(path, weights_only=True)['state_dict']
    without = {k: v for k, v in state.items() if not k.startswith('units.')}
    torch.save(dict(state_dict=without, meta={}), tiny.folder / 'without.pth')
    with pytest.raises(ValueError, match=r'(?s)the model.*units\.0'):
        load_mmtm(cfg, str(tiny.folder / 'without.pth'))
