import os

import pytest

from mm_laziness.engine.runner import atomic_files as atomic


def test_text_replaces_the_old_one(tmp_path):
    path = tmp_path / 'last_checkpoint'
    atomic.write_text(path, 'old')
    atomic.write_text(path, 'new')
    assert path.read_text() == 'new'
    assert os.listdir(tmp_path) == ['last_checkpoint']


def test_old_text_stays_until_the_new_one_is_complete(tmp_path, monkeypatch):
    path = tmp_path / 'last_checkpoint'
    atomic.write_text(path, 'old')

    def killed(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, 'replace', killed)
    with pytest.raises(KeyboardInterrupt):
        atomic.write_text(path, 'new')
    assert path.read_text() == 'old'
    atomic.remove_temporaries(tmp_path)
    assert os.listdir(tmp_path) == ['last_checkpoint']


@pytest.mark.parametrize('hard_links', [True, False])
def test_second_name_outlives_the_first(tmp_path, monkeypatch, hard_links):
    def refuse(*args):
        raise OSError('no hard links here')

    if not hard_links:
        monkeypatch.setattr(os, 'link', refuse)
    best = tmp_path / 'best.pth'
    for number in (1, 2):
        source = tmp_path / f'epoch_{number}.pth'
        source.write_text(str(number))
        # Left by a killed run.
        (tmp_path / '.best.pth.saving').write_text('half')
        atomic.link_or_copy(source, best)
        source.unlink()
        assert best.read_text() == str(number)
    assert os.listdir(tmp_path) == ['best.pth']


def test_other_files_are_no_temporaries(tmp_path):
    (tmp_path / 'saving').touch()
    (tmp_path / 'epoch_1.pth').touch()
    (tmp_path / '.epoch_2.pth.saving').touch()
    atomic.remove_temporaries(tmp_path)
    assert sorted(os.listdir(tmp_path)) == ['epoch_1.pth', 'saving']
    atomic.remove_temporaries(tmp_path / 'missing')
