import pytest
import torch

from mm_laziness.utils.probing.probe_hits import ProbeHits, read_hits, write_hits


def hits(labels=(0, 2, 1, 1), **right):
    bools = {m: torch.tensor([c == '1' for c in own]) for m, own in right.items()}
    return ProbeHits(torch.tensor(labels), bools)


def test_what_is_kept_is_read(tmp_path):
    assert read_hits(tmp_path) is None
    own = hits(rgb='1100', audio='0111')
    assert own.top1() == dict(rgb=50.0, audio=75.0)
    write_hits(tmp_path, own)
    kept = read_hits(tmp_path)
    assert kept.same_samples(own) and list(kept.right) == ['rgb', 'audio']
    for name, right in own.right.items():
        assert kept.right[name].dtype == torch.bool
        assert kept.right[name].equal(right)
    text = (tmp_path / 'probe_hits.json').read_text()
    assert text.endswith('"right":{"rgb":[1,1,0,0],"audio":[0,1,1,1]}}\n')


def test_some_modalities():
    own = hits(rgb='1100', audio='0111')
    assert list(own.of(['audio']).right) == ['audio']
    assert own.of(['audio', 'flow']) is None


def test_other_samples():
    own = hits(rgb='1100')
    assert own.same_samples(hits(audio='0000'))
    assert not own.same_samples(hits(labels=(2, 0, 1, 1), rgb='1100'))
    assert not own.same_samples(hits(labels=(0, 2, 1), rgb='110'))


@pytest.mark.parametrize(
    'text',
    [
        '{"labels": [0',
        '[]',
        '{}',
        '{"labels": [0, 1], "right": [1]}',
        '{"labels": [0, 1], "right": {"rgb": [1]}}',
        '{"labels": ["a"], "right": {"rgb": [1]}}',
        '{"labels": [0, 1], "right": {"rgb": null}}',
    ],
)
def test_damaged_files_are_named(tmp_path, text):
    (tmp_path / 'probe_hits.json').write_text(text)
    with pytest.raises(ValueError, match='probe_hits.json'):
        read_hits(tmp_path)
