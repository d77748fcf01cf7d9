"""What ``tools/test.py --missing`` does."""

import copy
from collections.abc import Sequence
from pathlib import Path

from mmengine.config import Config
from mmengine.dist import broadcast_object_list, is_main_process

from ..cli import build_runner
from ..config import resolve_config
from ..config_parts import model_modalities
from ..runs import unwrap
from .modality_loading import read_only
from .names import missing_names
from .records import COMPLETE, add_result, table
from .results import entry_of, result_key
from .stand_ins import example_inputs


def evaluate_without(
    cfg: Config, missing: Sequence[str], strategies: Sequence[str]
) -> str:
    """Test without modalities, and with all, unless that result is known already.

    The missing modalities' files are not read. The test with all modalities is left
    out where they cannot be read. Results go to ``missing.json`` in the work folder.

    Args:
        cfg (Config): For a runner that tests; resolved or not. With several strategies
            the file of a dump gets the strategy's name.
        missing (Sequence[str]): The missing modalities, all at once.
        strategies (Sequence[str]): What stands in for them; a test for each.

    Returns:
        str: A table of the results.

    Raises:
        ValueError: Before data are loaded, if the model cannot do without them.
    """
    names = missing_names(resolve_config(copy.deepcopy(cfg)), missing)
    name = '+'.join(names)
    results: dict = {}
    for strategy in strategies:
        own = resolve_config(copy.deepcopy(cfg))
        kept = [m for m in model_modalities(own.model) if m not in names]
        read_only(own, kept)
        hook = dict(type='MissingModalityHook', names=names, strategy=strategy)
        own.custom_hooks = [*(own.get('custom_hooks') or ()), hook]
        _rename_dump(own, strategy if len(strategies) > 1 else '')
        _rename_config(own, f'{name}_{strategy}')
        results = _test(own, (strategy, name))
    if COMPLETE not in results:
        own = resolve_config(copy.deepcopy(cfg))
        try:
            example_inputs(own, names, splits=['val'])
        except ValueError as error:
            return f'{table(results, name)}\nNot tested with all modalities: {error}'
        _without_outputs(own)
        results = _test(own, (COMPLETE,))
    return table(results, name)


def _test(cfg: Config, path: tuple[str, ...]) -> dict:
    """Run a test and add its result; all processes know whether one is there."""
    # Runners of one name share MMEngine's global instances.
    prefix = cfg.get('experiment_name') or Path(cfg.work_dir).name
    cfg.experiment_name = f'{prefix}_{"_".join(path)}'
    runner = build_runner(cfg)
    metrics = runner.test()
    results: list[dict] = [{}]
    if is_main_process():
        entry = entry_of(metrics, result_key(unwrap(runner.model), runner.cfg))
        results = [add_result(cfg.work_dir, path, entry)]
    broadcast_object_list(results)
    return results[0]


def _evaluators(cfg: Config) -> list:
    given = cfg.test_evaluator
    return list(given) if isinstance(given, (list, tuple)) else [given]


def _rename_dump(cfg: Config, strategy: str) -> None:
    for evaluator in _evaluators(cfg):
        if strategy and evaluator.get('type') == 'DumpResults':
            path = Path(evaluator['out_file_path'])
            evaluator['out_file_path'] = str(path.with_stem(f'{path.stem}_{strategy}'))


def _rename_config(cfg: Config, condition: str) -> None:
    """The Runner writes its config beside that of the training, which stays."""
    path = Path(cfg.filename or 'config.py')
    renamed = path.with_stem(f'{path.stem}_without_{condition}')
    object.__setattr__(cfg, '_filename', str(renamed))


def _without_outputs(cfg: Config) -> None:
    """Predictions and pictures are those of the test that was asked for."""
    cfg.test_evaluator = [e for e in _evaluators(cfg) if e.get('type') != 'DumpResults']
    if 'visualization' in cfg.get('default_hooks', {}):
        cfg.default_hooks.visualization.enable = False
