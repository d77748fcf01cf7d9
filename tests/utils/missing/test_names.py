import pytest
from mmengine.config import Config

from mm_laziness.utils.missing.names import missing_names


def config(*names, part='encoders'):
    return Config(dict(model={part: {name: {} for name in names}}))


def test_names_take_the_models_order_and_count_once():
    cfg = config('rgb', 'audio', 'flow')
    assert missing_names(cfg, ['flow', 'rgb', 'flow']) == ('rgb', 'flow')
    assert missing_names(cfg, ['flow+audio']) == ('audio', 'flow')
    assert missing_names(config('a', 'b', part='members'), ['b']) == ('b',)


@pytest.mark.parametrize(
    'cfg, given, message',
    [
        (config('rgb', 'audio'), ['Audoi'], r"'Audoi'; it has rgb, audio; did you.*io"),
        (config('rgb', 'audio'), ['x'], "no modality 'x'; it has rgb, audio$"),
        (config('rgb', 'audio'), ['audio', 'rgb'], 'leave at least one'),
        (config('rgb'), ['rgb'], "only 'rgb', so it cannot do without"),
        (Config(dict(model=dict(backbone={}))), ['rgb'], 'one modality.*cannot do'),
    ],
)
def test_what_cannot_be_missing(cfg, given, message):
    with pytest.raises(ValueError, match=message):
        missing_names(cfg, given)
