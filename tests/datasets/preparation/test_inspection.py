"""How often the disk is asked."""

from mm_laziness.datasets.preparation import Clip, Preparation, inspection
from mm_laziness.datasets.preparation.cache import FactsCache


def test_sound_beside_is_looked_for_once(tmp_path, monkeypatch):
    clip = Clip(0, dict(audio='gone.mp4'))
    preparation = Preparation(
        name='Set',
        root=str(tmp_path),
        classes=['a'],
        splits=dict(train=[clip, clip]),
        folders=dict(audio=''),
        kinds=dict(audio='sound'),
        published={},
        config='',
        clock='audio',
    )
    searched = []
    monkeypatch.setattr(inspection, 'sound_beside', searched.append)
    inspector = inspection.Inspector(preparation, FactsCache(tmp_path / 'cache'))
    inspector.look_at_all(workers=1)
    assert inspector['audio', clip].fault == inspection.MISSING
    assert searched == [str(tmp_path / 'gone.mp4')]
