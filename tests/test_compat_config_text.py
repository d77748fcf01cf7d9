import pytest
from mmengine.config import Config
from mmengine.config import config as mmengine_config

from mm_laziness.compat.config_text import write_configs_in_order


@pytest.fixture
def stock(monkeypatch):
    """MMEngine as it is without us; told how often it formats."""
    calls = []
    monkeypatch.delattr(mmengine_config, 'sorted', raising=False)
    known = mmengine_config.FormatCode
    original = getattr(known, '__wrapped__', known)

    def format_code(text, **settings):
        calls.append(text)
        return original(text, **settings)

    monkeypatch.setattr(mmengine_config, 'FormatCode', format_code)
    yield calls
    monkeypatch.undo()
    write_configs_in_order()


def test_a_dumped_config_keeps_the_order_of_modalities(stock, tmp_path):
    settings = dict(model=dict(encoders=dict(rgb=dict(depth=18), audio=dict(depth=9))))
    path = tmp_path / 'dumped.py'
    Config(settings).dump(path)
    # What this mends: once MMEngine keeps the order itself, it can go.
    assert list(Config.fromfile(path).model.encoders) == ['audio', 'rgb']
    write_configs_in_order()
    Config(settings).dump(path)
    assert list(Config.fromfile(path).model.encoders) == ['rgb', 'audio']
    assert Config.fromfile(path).to_dict() == settings


def test_an_unchanged_config_is_formatted_once(stock):
    write_configs_in_order()
    write_configs_in_order()
    cfg = Config(dict(a=1, b=dict(c='text')))
    first = cfg.pretty_text
    assert cfg.pretty_text == first == "a = 1\nb = dict(c='text')\n"
    assert len(stock) == 1
    cfg.a = 2
    assert cfg.pretty_text == "a = 2\nb = dict(c='text')\n"
    assert len(stock) == 2
