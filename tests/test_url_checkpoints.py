"""Checkpoints by URL: from a server of this machine, through the same gate."""

import functools
import http.server
import os
import threading

import pytest
import torch
from tinymodels import ENCODERS, build, same, snapshot, umt, unimodal_checkpoint


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A folder that is served, and its address; downloads go to a folder beside it."""
    folder = tmp_path / 'site'
    folder.mkdir()
    monkeypatch.setenv('TORCH_HOME', str(tmp_path / 'home'))
    for name in ('http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY'):
        monkeypatch.delenv(name, raising=False)
    handler = functools.partial(Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield folder, f'http://127.0.0.1:{server.server_port}'
    server.shutdown()
    thread.join()
    server.server_close()


class Touch:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.system, (f'touch {self.path}',)


def test_teachers_come_from_the_network(site):
    folder, address = site
    teachers = {}
    for name in ENCODERS:
        unimodal_checkpoint(folder / f'{name}.pth', name)
        teachers[name] = f'{address}/{name}.pth'
    model = umt(teachers)
    model.init_weights()
    for name in ENCODERS:
        state = torch.load(folder / f'{name}.pth', weights_only=True)['state_dict']
        expected = {
            key.removeprefix(f'encoders.{name}.'): value
            for key, value in state.items()
            if key.startswith('encoders.')
        }
        assert same(snapshot(model.teachers[name].wrapped), expected)


def test_what_cannot_be_downloaded_says_what_to_do(site):
    _, address = site
    with pytest.raises(ConnectionError, match='name it by its path'):
        umt(dict.fromkeys(ENCODERS, f'{address}/nowhere.pth')).init_weights()


@pytest.mark.parametrize('use', ['teacher', 'encoder', 'pretrained'])
def test_code_is_refused_and_not_executed(site, tmp_path, use):
    folder, address = site
    marker = tmp_path / 'executed'
    torch.save(dict(state_dict=dict(a=Touch(marker))), folder / 'evil.pth')
    url = f'{address}/evil.pth'
    if use == 'teacher':
        model = umt(dict.fromkeys(ENCODERS, url))
    elif use == 'encoder':
        model = build(encoder_checkpoints=dict(rgb=url))
    else:
        model = build(dict(rgb=dict(ENCODERS['rgb'], pretrained=url)), dict(rgb=4))
    with pytest.raises(ValueError, match=f'{url} was not loaded.*posix.system'):
        model.init_weights()
    assert not marker.exists()
    # The file is there and would have done it.
    (downloaded,) = (tmp_path / 'home' / 'hub' / 'checkpoints').iterdir()
    torch.load(downloaded, weights_only=False)
    assert marker.exists()
