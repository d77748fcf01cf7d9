"""Run tools one after the other in the processes of one launch.

Each start costs seconds of imports: python two_ranks_session.py '[[tool, argument,
...], ...]', with what the launcher adds.
"""

import json
import runpy
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tinyset import quick_runs  # noqa: E402


def main(runs):
    for number, (tool, *arguments) in enumerate(runs):
        if '--cfg-options' not in arguments:
            arguments.append('--cfg-options')
        name = f'experiment_name=session{number}'
        arguments.insert(arguments.index('--cfg-options') + 1, name)
        sys.argv[:] = [tool, *arguments, '--launcher', 'pytorch']
        with quick_runs():
            runpy.run_path(tool, run_name='__main__')


if __name__ == '__main__':
    main(json.loads(sys.argv[1]))
