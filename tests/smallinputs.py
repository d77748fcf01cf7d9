"""Options of a command line that make Kinetics' configs quick to run."""

from mm_laziness.utils.config_parts import DATALOADERS


def small_inputs():
    """``--cfg-options`` that make the input of Kinetics' configs small, as a dict.

    32 pixels instead of 224, 2 frames instead of 8, half a second of sound instead of
    two, 2 samples a batch, and 2 clips instead of 10 in a test; one epoch.
    """
    options = {
        'train_cfg.max_epochs': 1,
        'train_cfg.val_interval': 1,
        'default_hooks.logger.interval': 1,
        'test_dataloader.dataset.pipeline.1.num_clips': 2,
    }
    for loader in DATALOADERS:
        crop = 'size' if loader.startswith('train') else 'crop_size'
        pipeline = f'{loader}.dataset.pipeline'
        options |= {
            f'{pipeline}.1.clip_len': 2,
            f'{pipeline}.2.branches.rgb.1.scale': '(-1,32)',
            f'{pipeline}.2.branches.rgb.2.{crop}': 32,
            f'{pipeline}.2.branches.audio.0.clip_seconds': 0.512,
            f'{loader}.batch_size': 2,
            f'{loader}.num_workers': 0,
            f'{loader}.persistent_workers': False,
        }
    return options
