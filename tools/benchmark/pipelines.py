"""Kinetics' training pipeline: ours, and MMAction2's without sound and with."""

from pathlib import Path
from typing import Any

import torch
from mmaction.registry import DATASETS
from mmengine.config import Config
from mmengine.registry import init_default_scope

import mm_laziness  # noqa: F401  (mends the stack and registers all parts)

KINETICS = Path(__file__).parents[2] / 'configs/_base_/datasets/kinetics.py'


def build_datasets(
    folder: Path, copies: int, count: int, clip_len: int, frame_interval: int
) -> dict[str, Any]:
    """The three data sets, with the transforms of the config of Kinetics.

    Args:
        folder (Path): That of :func:`made_videos.write_tree`; gets the list, too.
        copies (int): Number of files.
        count (int): Samples of each data set, which repeat the files.
        clip_len (int): Frames per clip.
        frame_interval (int): Frames from one to the next.

    Returns:
        dict: ``rgb``, ``rgb+sound`` (ours) and ``rgb+npy``.
    """
    init_default_scope('mmaction')
    config = Config.fromfile(KINETICS).train_dataloader.dataset.to_dict()
    steps = {step['type']: step for step in config['pipeline']}
    steps['SampleFrames'].update(clip_len=clip_len, frame_interval=frame_interval)
    pictures = steps['PerModality']['branches']['rgb']
    stock = [steps['DecordInit'], steps['SampleFrames'], *pictures]
    feature = [dict(type='LoadAudioFeature'), dict(type='AudioFeatureSelector')]
    feature += [dict(type='FormatAudioShape', input_format='NCTF')]
    both = dict(type='PackActionInputs', collect_keys=('imgs', 'audios'))
    lines = [f'{number % copies}.mp4 0' for number in range(count)]
    (folder / 'list.txt').write_text('\n'.join(lines))
    where = dict(ann_file=str(folder / 'list.txt'))
    videos = str(folder / 'videos')
    where_stock = dict(where, type='VideoDataset', data_prefix=dict(video=videos))
    # Zeros in place of a sound would cost nothing.
    ours = dict(config, **where, data_root=None, on_error='raise')
    ours['data_prefix'] = dict(rgb=videos, audio=videos)
    pipelines = {
        'rgb': dict(where_stock, pipeline=[*stock, dict(type='PackActionInputs')]),
        'rgb+sound': ours,
        'rgb+npy': dict(where_stock, pipeline=[name_feature, *stock, *feature, both]),
    }
    datasets = {name: DATASETS.build(each) for name, each in pipelines.items()}
    for dataset in datasets.values():
        dataset.full_init()
    # As RandomStateHook does in training: seed and epoch.
    datasets['rgb+sound'].random_state = torch.zeros(2, dtype=torch.int64)
    return datasets


def name_feature(results: dict) -> dict:
    """Where MMAction2's precomputed feature of a video lies."""
    results['audio_path'] = results['filename'].replace('.mp4', '.npy')
    return results
