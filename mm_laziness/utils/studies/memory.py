"""Peak memory of a part of a program."""

import re
from pathlib import Path

import torch
from mmengine.device import get_device

_MIB = 2**20


class PeakMemory:
    """The most memory in use since this object was made.

    On an accelerator: what PyTorch has allocated on the current device. On a CPU: the
    resident memory of this process, libraries and mapped files included, workers of
    data loaders not; Linux alone can measure that from a moment on. Devices that count
    nothing have no peak.
    """

    def __init__(self) -> None:
        device = get_device()
        self._device = None if device == 'cpu' else torch.get_device_module(device)
        try:
            if self._device is None:
                # 5: the peak becomes what is resident now; see proc(5).
                Path('/proc/self/clear_refs').write_text('5')
            else:
                self._device.reset_peak_memory_stats()
            self._measured = True
        except (OSError, AttributeError):
            self._measured = False

    def mebibytes(self) -> float | None:
        """The peak in MiB, None where it cannot be measured."""
        if not self._measured:
            return None
        if self._device is not None:
            return self._device.max_memory_allocated() / _MIB
        status = Path('/proc/self/status').read_text()
        found = re.search(r'^VmHWM:\s+(\d+) kB', status, re.MULTILINE)
        return int(found[1]) / 1024 if found else None
