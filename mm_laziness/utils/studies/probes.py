"""Linear probes of encoders that a run has from others."""

from collections.abc import Sequence
from pathlib import Path

from ..json_files import read_json
from ..probing.probe_hits import ProbeHits, read_hits, write_hits


def taken_probes(
    sources: Sequence[tuple[Path, str]], folder: str | Path
) -> dict[str, float]:
    """Probes of encoders that come unchanged from other runs.

    What each probe gets right is kept in ``folder`` as well, unless one of the runs
    did not keep it, or they were probed on different test samples.

    Args:
        sources (Sequence[tuple[Path, str]]): A run's folder, and the modality that is
            taken where it has several encoders.
        folder (str or Path): Of the run that takes them.

    Returns:
        dict[str, float]: Top-1 by modality, in percent.
    """
    probes: dict[str, float] = {}
    hits: list[ProbeHits | None] = []
    for cell, modality in sources:
        own = read_json(cell / 'result.json')['probe_top1']
        names = [modality] if modality in own else list(own)
        probes.update({name: own[name] for name in names})
        kept = read_hits(cell)
        hits.append(kept and kept.of(names))
    known = [one for one in hits if one is not None]
    if known and len(known) == len(hits) and all(map(known[0].same_samples, known)):
        right = {name: own for one in known for name, own in one.right.items()}
        write_hits(folder, ProbeHits(known[0].labels, right))
    return probes
