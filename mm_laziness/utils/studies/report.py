"""What a study leaves behind when its cells have been run."""

import json
import os.path as osp
import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ...engine.runner.atomic_files import write_text
from ...evaluation.functional import choose_method
from ...evaluation.functional.class_level import class_report
from ...evaluation.predictions import Predictions
from ...visualization import guidance_sentence, results_table, write_report
from ..predictions.class_names import read_class_names
from ..probing.features import unimodal_features
from ..run_reading.reports import read_study
from .notes import study_notes
from .predictions import predictions_of, probe_hits_of
from .results import summarize
from .run import Outcome
from .statistics import add_costs, add_probe_significance, add_significance
from .study import Study
from .variants import folder_name

_BASELINE, _GUIDANCE = 'joint', 'umt'


class StudyReport:
    """Writes results, advice, classes, failures and the report of a study.

    Args:
        study (Study): What is run.
        baseline (str, optional): The method that others are compared with. Defaults to
            joint training, if that is in the study.
        guidance_from (str, optional): The method whose uni-modal models the advice is
            about, ``'none'`` for no advice. Defaults to UMT, if that is in the study.
        class_names (Path, optional): A file of names. Defaults to ``classes.txt`` in
            the data's folder, and without it to class numbers.
        title (str, optional): Heading of the report. Defaults to the study's name.

    Raises:
        ValueError: If one of these methods is not in the study, or the names do not
            fit.
        FileNotFoundError: If the file of names does not exist.
    """

    def __init__(
        self,
        study: Study,
        *,
        baseline: str | None = None,
        guidance_from: str | None = None,
        class_names: Path | None = None,
        title: str | None = None,
    ) -> None:
        for role, method in (('baseline', baseline), ('guidance', guidance_from)):
            if method not in (None, 'none', *study.methods):
                raise ValueError(
                    f'the {role} method {method!r} is none of {study.methods}: add it '
                    'to --methods, or name another'
                )
        self._study, self._baseline = study, baseline or _BASELINE
        self._guidance_from = guidance_from or _GUIDANCE
        self._title = title or study.name
        self._class_names = _read_names(study, class_names)

    def write(self, outcome: Outcome) -> dict[str, dict]:
        """Write all files, and print the table, the advice and what failed.

        Returns:
            dict[str, dict]: The results; empty if no cell has one.
        """
        self._write('failures', outcome.failures)
        results = summarize(outcome.of(self._study))
        if results:
            lineages = {method: self._study.lineage(method) for method in results}
            add_costs(results, lineages, self._baseline)
            predictions = predictions_of(self._study, outcome)
            add_significance(results, predictions, self._baseline)
            hits = probe_hits_of(self._study, outcome)
            own = [m for m in results if self._study.trains_encoders(m)]
            add_probe_significance(results, hits, own)
            self._write('results', results)
            self._write('study', self._about(own))
            # Those of an earlier call may be of other methods.
            for name in ('classes', 'guidance'):
                (self._study.folder / f'{name}.json').unlink(missing_ok=True)
            self._write_classes({m: own[0] for m, own in predictions.items()})
            self._write_guidance(outcome)
            paths = write_report(read_study(self._study.folder), self._study.folder)
            print(results_table(results))
            print(f'report: {paths["html"]} and {paths["markdown"]}')
        if bare := self._without_curves(outcome):
            print(
                f'finished before --monitor, and without curves: {", ".join(bare)}; '
                'remove their folders to train them again'
            )
        if others := self._others():
            print(f'not asked for, so not in the report: {", ".join(others)}')
        for f in outcome.failures:
            print(f'FAILED: {f["method"]}, seed {f["seed"]}: {f["error"]}')
            print(f'  see {f["log"]}')
        if outcome.failures:
            print('the same command tries what failed again')
        return results

    def _about(self, laziness_methods: Sequence[str]) -> dict[str, Any]:
        """What the results do not say, so that the report can be made anew."""
        command = shlex.join(['python', *sys.argv])
        return dict(
            title=self._title,
            command=command,
            baseline=self._baseline,
            laziness_methods=list(laziness_methods),
            options=self._study.options,
            seeds=list(self._study.seeds),
            notes=study_notes(self._study, command),
        )

    def _others(self) -> list[str]:
        """Finished methods in the folder that this call does not name."""
        folder, own = self._study.folder, self._study.methods
        done = {path.parents[1].name for path in folder.glob('*/seed*/result.json')}
        return sorted(done - {folder_name(method) for method in own})

    def _without_curves(self, outcome: Outcome) -> list[str]:
        """Runs that should have been watched, and were finished already."""
        study = self._study
        return [
            f'{method}, seed {seed}'
            for method, seed in (outcome.cells if study.monitor else ())
            if not (study.cell_folder(method, seed) / 'laziness.json').exists()
            and not study.trains_nothing(method)
        ]

    def _write(self, name: str, content: object, indent: int | None = 2) -> None:
        self._study.folder.mkdir(parents=True, exist_ok=True)
        # An option may be of any type.
        text = json.dumps(content, indent=indent, default=str)
        write_text(self._study.folder / f'{name}.json', text + '\n')

    def _write_classes(self, predictions: Mapping[str, Predictions]) -> None:
        if not predictions:
            return
        first = next(iter(predictions.values()))
        singles = self._study.unimodal_methods().values()
        report = class_report(
            {method: own.scores for method, own in predictions.items()},
            first.labels,
            self._class_names,
            unimodal=[method for method in singles if method in predictions],
            joint=self._baseline if self._baseline in predictions else None,
        )
        # Matrices of K x K numbers, a line for each of which nobody reads.
        self._write('classes', report, indent=None)

    def _write_guidance(self, outcome: Outcome) -> None:
        study, method, seed = self._study, self._guidance_from, self._study.seeds[0]
        if method not in study.methods:
            return
        if any((m, seed) not in outcome.cells for m in study.lineage(method)):
            print(f'no advice: what {method} starts from has failed')
            return
        cfg = study.config(method, seed)
        try:
            data = unimodal_features(cfg, study.folder / 'unimodal_features.pt')
        except (ValueError, FileNotFoundError) as error:
            print(f'no advice: {error}')
            return
        guidance = choose_method(
            *(data['train'][key] for key in ('feats', 'labels')),
            *(data['val'][key] for key in ('feats', 'labels', 'scores')),
        )
        guidance['advice'] = guidance_sentence(guidance)
        self._write('guidance', guidance)
        print(guidance['advice'])


def _read_names(study: Study, path: Path | None) -> list[str] | None:
    """Class names, before anything is trained."""
    cfg = study.config(study.methods[0], study.seeds[0])
    if path is None:
        path = Path(osp.join(cfg.get('data_root') or '', 'classes.txt'))
        if not path.exists():
            return None
    classes = (cfg.model.get('cls_head') or cfg).get('num_classes')
    return read_class_names(path, classes) if classes else None
