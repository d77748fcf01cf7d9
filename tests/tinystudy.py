"""A study that trains nothing: what becomes of a cell is in its name."""

import json
import os
import signal
import time
from pathlib import Path

import torch
from mmengine.config import Config


class TinyStudy:
    """Stands in for ``Study`` where cells are only handed out and collected."""

    needs, missing, name, monitor = {}, (), 'tiny', False

    def __init__(self, folder, methods, seeds=(0,), data_root=None):
        self.data_root = data_root
        self.folder, self.methods, self.seeds = Path(folder), methods, seeds
        self.on_epoch = None

    def cell_folder(self, method, seed):
        return self.folder / method / f'seed{seed}'

    def config(self, method, seed):
        model = dict(cls_head=dict(num_classes=3))
        return Config(dict(model=model, data_root=self.data_root))

    def teachers(self, method):
        return self.needs.get(method, [])

    def references(self, method):
        return {}

    def epochs(self, method, seed):
        return 2

    def finished(self, method, seed):
        return (self.cell_folder(method, seed) / 'result.json').exists()

    def run_cell(self, method, seed):
        """Succeed, or end as the first word of the method says."""
        folder = self.cell_folder(method, seed)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / 'pid').write_text(str(os.getpid()))
        self.on_epoch()
        how = method.split('_')[0]
        if how == 'fails':
            raise ValueError(f'{method} cannot be\nas it is')
        if how == 'exits':
            raise SystemExit('no such thing')
        if how == 'killed':
            os.kill(os.getpid(), signal.SIGKILL)
        if how == 'interrupted':
            raise KeyboardInterrupt
        if how == 'meets':  # two that end only if they run at once
            others = [self.cell_folder(m, seed) for m in self.methods if 'meets' in m]
            while not all((other / 'pid').exists() for other in others):
                time.sleep(0.01)
        self.on_epoch()
        result = dict(top1=50.0 + seed, threads=torch.get_num_threads())
        (folder / 'result.json').write_text(json.dumps(result))
        if how == 'late':
            raise OSError('disk full')
        return result
