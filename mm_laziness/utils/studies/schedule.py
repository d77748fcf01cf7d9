"""Which cells of a study may start, and which cannot any more."""

from collections.abc import Mapping, Sequence

Cell = tuple[str, int]


class Schedule:
    """Hands out cells in order, each as soon as what it needs is done.

    Args:
        cells (Sequence[Cell]): Methods and seeds, each after what it needs.
        needs (Mapping[str, Sequence[str]]): By method those of the same seed that it
            starts from.
        after (Mapping[str, Sequence[str]]): By method those of the same seed that it
            waits for, whether they succeed or not.
    """

    def __init__(
        self,
        cells: Sequence[Cell],
        needs: Mapping[str, Sequence[str]],
        after: Mapping[str, Sequence[str]],
    ) -> None:
        self._waiting = list(cells)
        self._needs, self._after = needs, after
        self._running: set[Cell] = set()
        self._failed: dict[Cell, None] = {}

    def start(self) -> Cell | None:
        """The next cell that may start, None where none may for now."""
        held = {*self._waiting, *self._running}
        for cell in self._waiting:
            method, seed = cell
            others = [*self._needs.get(method, ()), *self._after.get(method, ())]
            if not any((other, seed) in held for other in others):
                self._waiting.remove(cell)
                self._running.add(cell)
                return cell
        return None

    def end(self, cell: Cell, *, failed: bool = False) -> list[tuple[Cell, str]]:
        """Take note that a cell is over.

        Returns:
            list[tuple[Cell, str]]: Cells that can no longer be run, each with the
            method that it needs and that failed or cannot be run either.
        """
        self._running.discard(cell)
        lost: list[tuple[Cell, str]] = []
        if failed:
            self._failed[cell] = None
            for other in list(self._waiting):
                method, seed = other
                reasons = [
                    need
                    for need in self._needs.get(method, ())
                    if (need, seed) in self._failed
                ]
                if reasons:
                    # Cells come after what they need, so that this reaches all.
                    self._waiting.remove(other)
                    self._failed[other] = None
                    lost.append((other, reasons[0]))
        return lost

    def __bool__(self) -> bool:
        """Whether anything is left or running."""
        return bool(self._waiting or self._running)
