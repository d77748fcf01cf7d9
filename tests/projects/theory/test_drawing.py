import numpy as np
from tinytheory import settings

from projects.theory import drawing
from projects.theory.drawing import draw_chunks, draw_features


def test_shares_modalities_and_strengths():
    rng = np.random.default_rng(0)
    features = draw_features(settings(features=20), 0.35, (0.7, 0.9), 50, rng)
    # 7 pairs; 13 are dealt in turn.
    assert features.paired.sum() == 7 and features.p.shape == (50, 20)
    assert [features.of(m).sum() for m in features.modalities] == [5, 4, 4]
    pairs, alone = features.p[:, features.paired], features.p[:, ~features.paired]
    assert pairs.min() >= 0.7 and pairs.max() <= 0.9
    assert 0.4 <= alone.min() < 0.45 and 0.75 < alone.max() <= 0.8
    assert features.owners[-1] == features.modalities
    # 0.45 of 24 is 10.8.
    assert draw_features(settings(), 0.45, (0.7, 0.9), 1, rng).paired.sum() == 11


def test_memory_is_bounded(monkeypatch):
    monkeypatch.setattr(drawing, '_CHUNK', 24 * 3 * 25)
    chunks = list(draw_chunks(settings(), 0.5, (0.5, 0.9), np.random.default_rng(0)))
    assert [values.shape for _, values in chunks] == [(25, 3, 24)] * 2 + [(10, 3, 24)]
    assert not np.array_equal(chunks[0][0].p, chunks[1][0].p)
