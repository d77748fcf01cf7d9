"""What the package does with models whose encoders feed each other.

It knows them by ``independent_encoders = False`` of their class, whatever they are.
"""

from pathlib import Path

import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from tinymodels import PICTURES, config

from mm_laziness.models import LateFusionRecognizer
from mm_laziness.models.utils import build_encoder, load_encoder
from mm_laziness.utils.config_parts import has_independent_encoders
from mm_laziness.utils.missing.stand_ins import without
from mm_laziness.utils.probing.encoder_access import build_encoders
from mm_laziness.utils.studies.notes import study_notes
from mm_laziness.utils.studies.study import Study


@MODELS.register_module()
class CoupledRecognizer(LateFusionRecognizer):
    """Late fusion of encoders of which one scales what the other gives."""

    independent_encoders = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.exchange = torch.nn.Linear(4, 4)

    def view_features(self, inputs):
        feats = super().view_features(inputs)
        return feats | dict(rgb=feats['rgb'] * self.exchange(feats['audio']).sigmoid())


CONFIGS = Path(__file__).parents[1] / 'configs'
COUPLED = config(type='CoupledRecognizer')


@pytest.mark.parametrize(
    'model, independent',
    [
        (config(), True),
        (COUPLED, False),
        (dict(COUPLED, type=CoupledRecognizer), False),
        (dict(COUPLED, type='mmaction.CoupledRecognizer'), False),
        (config(type='UMTRecognizer'), True),
        (dict(type='UMERecognizer', members={}), True),
        (dict(type='Recognizer3D'), True),
        (dict(type='OfAModuleThatIsNotImported'), True),
        ({}, True),
    ],
)
def test_the_class_says_it(model, independent):
    assert has_independent_encoders(model) is independent


def test_their_encoders_are_not_probed():
    with pytest.raises(ValueError, match='encoders of CoupledRecognizer feed each oth'):
        build_encoders(Config(dict(model=COUPLED)))


def test_none_can_be_left_out():
    model = MODELS.build(COUPLED)
    for way in ('zeros', 'mean', 'split'):
        with pytest.raises(ValueError, match='CoupledRecognizer cannot do without a m'):
            without(model, Config({}), ['audio'], way)


def test_their_encoders_are_no_teachers_without_a_warning(tmp_path, monkeypatch):
    told = []
    module = 'mm_laziness.models.utils.encoders.print_log'
    monkeypatch.setattr(module, lambda text, **_: told.append(text))
    for name, model in dict(joint=config(), coupled=COUPLED).items():
        path = tmp_path / f'{name}.pth'
        state = MODELS.build(model).state_dict()
        torch.save(dict(state_dict=state, meta={}), path)
        load_encoder(build_encoder(PICTURES), str(path), 'rgb')
    (text,) = told
    assert "coupled.pth holds ['exchange'] beside encoders and head" in text
    assert "that of 'rgb' has never worked without them" in text


@pytest.fixture
def study(tmp_path):
    """Of a method of the repository and of one in a folder of its own."""
    own = tmp_path / 'configs'
    own.mkdir()
    base = CONFIGS / 'joint_slim_avdigits.py'
    (own / 'coupled_slim_avdigits.py').write_text(
        f"_base_ = {str(base)!r}\nmodel = dict(type='CoupledRecognizer')\n"
    )
    methods, folders = ['joint', 'coupled'], [CONFIGS, own]
    return Study('slim_avdigits', methods, [0], tmp_path / 'study', folders)


def test_a_study_knows_them(study):
    assert study.trains_encoders('joint') and not study.trains_encoders('coupled')
    assert study.couples_encoders('coupled') and not study.couples_encoders('joint')


def test_the_report_says_what_is_not_measured(study):
    command, how, coupled = study_notes(study, 'python tools/study.py ...')
    assert command == '`python tools/study.py ...`' and 'last epoch' in how
    assert coupled.startswith('The encoders of `coupled` feed each other')
    assert 'no linear probes' in coupled and 'modality missing' in coupled
    study.methods = ['joint']
    study.probe_interval = 2
    _, how = study_notes(study, 'x')
    assert 'without validation and with the probes on the way;' in how
