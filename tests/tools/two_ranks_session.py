"""Run tools one after the other in the processes of one launch.

Each start costs seconds of imports: python two_ranks_session.py '[[tool, argument,
...], ...]', with what the launcher adds.
"""

import json
import runpy
import sys

if __name__ == '__main__':
    for number, (tool, *arguments) in enumerate(json.loads(sys.argv[1])):
        name = f'experiment_name=session{number}'
        sys.argv[:] = [tool, *arguments, '--cfg-options', name, '--launcher', 'pytorch']
        runpy.run_path(tool, run_name='__main__')
