"""Processes that others start."""

import os
import threading
from multiprocessing import connection, parent_process


def end_with_parent() -> None:
    """End this process as soon as the one that started it is gone, however it ended.

    A killed command would else leave processes that wait for ever, or write into the
    folders of the next one. No effect in a process that ``multiprocessing`` did not
    start.
    """
    threading.Thread(target=_wait, daemon=True).start()


def _wait() -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
