"""Trained uni-modal models on disk."""

import pytest
from tinymembers import ours, write
from tinymodels import unimodal_checkpoint


@pytest.fixture
def teachers(tmp_path):
    return {
        name: unimodal_checkpoint(tmp_path / f'{name}.pth', name)
        for name in ('rgb', 'audio')
    }


@pytest.fixture
def pair(tmp_path):
    return dict(
        rgb=write(tmp_path, 'rgb', ours('rgb', mean=1.0)),
        audio=write(tmp_path, 'audio', ours('audio', mean=-1.0)),
    )
