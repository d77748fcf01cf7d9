import pytest
import torch
from mmengine.config import Config

from mm_laziness.utils.probing.reference_models import (
    named_references,
    parse_references,
)


def test_arguments_that_name_references():
    assert parse_references(['a=b.pth', 'c=d=e']) == dict(a='b.pth', c='d=e')
    for words in (['b.pth'], ['a='], ['=b'], ['a=b', 'a=c']):
        with pytest.raises(ValueError, match='given as modality=checkpoint'):
            parse_references(words)


def test_a_config_names_its_uni_modal_models(tmp_path):
    def save(name, *encoders):
        path = tmp_path / name
        state = {f'encoders.{m}.weight': torch.zeros(1) for m in encoders}
        torch.save(dict(state_dict=state), path)
        return str(path)

    front = save('front.pth', 'front')
    both = save('both.pth', 'front', 'rear')
    missing = str(tmp_path / 'missing.pth')

    def named(**model):
        return named_references(Config(dict(model=model)))

    assert named(teachers=dict(front=front, rear=missing)) == dict(front=front)
    # The encoders of a joint model were not trained alone.
    assert named(encoder_checkpoints=dict(front=front, rear=both)) == dict(front=front)
    assert named(teacher=both) == {}
