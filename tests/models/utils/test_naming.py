"""What all parts of a model must agree on."""

from types import SimpleNamespace

import pytest

from mm_laziness.models.utils import require_inputs, require_names, require_width


def test_a_part_may_have_more_names_but_not_fewer():
    require_names(['a'], dict(a=1, b=2), 'the part')
    with pytest.raises(
        ValueError, match=r"the part has \['b'\], but \['a'\] are needed"
    ):
        require_names(['a', 'b'], ['b'], 'the part')


def test_inputs_are_those_of_the_model():
    require_inputs(('a', 'b'), dict(b=1, a=2))
    for given in (['a'], ['a', 'b', 'c']):
        with pytest.raises(ValueError, match='set modalities of the data set'):
            require_inputs(('a', 'b'), given)


def test_a_head_without_widths_takes_any():
    require_width(SimpleNamespace(), 'a', 3)
    head = SimpleNamespace(in_channels=dict(a=3))
    require_width(head, 'a', 3)
    with pytest.raises(ValueError, match="'a' gives 4 features.*says 3"):
        require_width(head, 'a', 4)
