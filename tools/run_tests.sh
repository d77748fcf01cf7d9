#!/usr/bin/env bash
# Make the environment, then check style and types and run the tests.
# Arguments go to pytest: bash tools/run_tests.sh -k umt, or -m slow for the sweep.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
PY=$(bash tools/setup_env.sh --print-python)
# Before the next lines: nproc says no more than OMP_NUM_THREADS.
cores=$(nproc)
workers=$((cores < 8 ? cores : 8))
# The workers share the cores, so none may take them all.
export OMP_NUM_THREADS=1 MKL_NUM_THREADS=1

echo '== ruff'
"$PY" -m ruff check .
echo '== mypy'
"$PY" -m mypy
echo "== pytest on $workers workers"
"$PY" -m pytest -n "$workers" --dist loadfile -rs "$@"
echo "== all passed after $SECONDS s"
