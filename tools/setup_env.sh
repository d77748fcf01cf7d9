#!/usr/bin/env bash
# Make the environment of the project, or complete an existing one.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
REQUIREMENTS=("$ROOT"/requirements/{runtime,tests,demo}.txt)

usage() {
    cat <<'EOF'
Usage: bash tools/setup_env.sh [--env DIR] [--print-python] [--help]

Makes .venv in the repository with the tested versions (requirements/*.txt) and the
package itself, editable. A second call finds nothing to do and takes a moment.

  --env DIR        complete this existing environment instead: what is missing is
                   installed, other versions are kept and reported
  --print-python   print the path of the environment's Python on stdout, nothing else:
                   PY=$(bash tools/setup_env.sh --print-python)

Variables: PYTHON, the interpreter for a new .venv (default: python3.12, 3.11, 3.10 or python3,
whichever is there first); MM_LAZINESS_ENV, the same as --env.
EOF
}

say() { echo "setup_env: $*" >&2; }
fail() { say "error: $*"; exit 1; }

parse() {
    ENV_DIR=${MM_LAZINESS_ENV:-} PRINT_PYTHON=no
    while (($#)); do
        case $1 in
            --env) ENV_DIR=${2:?--env needs a folder}; shift ;;
            --print-python) PRINT_PYTHON=yes ;;
            -h | --help) usage; exit ;;
            *) usage >&2; fail "unknown argument $1" ;;
        esac
        shift
    done
    OWN=no
    if [[ -z $ENV_DIR || $ENV_DIR -ef $ROOT/.venv ]]; then
        OWN=yes ENV_DIR=$ROOT/.venv
    elif [[ ! -x $ENV_DIR/bin/python ]]; then
        fail "$ENV_DIR has no bin/python; give the folder of a virtual or conda environment"
    fi
    ENV_DIR=${ENV_DIR%/}
    ENV_PYTHON=$ENV_DIR/bin/python STAMP=$ENV_DIR/.mm_laziness_stamp
}

supported() {
    "$1" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] < (3, 13))' 2>/dev/null
}

choose_python() {
    local candidate without_venv=''
    for candidate in ${PYTHON:-python3.12 python3.11 python3.10 python3}; do
        supported "$candidate" || continue
        if "$candidate" -c 'import ensurepip, venv' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
        without_venv=${without_venv:-$candidate}
    done
    if [[ -n $without_venv ]]; then
        fail "$without_venv cannot make environments (no venv or ensurepip); run: apt-get install python3-venv"
    fi
    fail "no Python 3.10, 3.11 or 3.12 found (tried: ${PYTHON:-python3.12 python3.11 python3.10 python3}); install one or set PYTHON=/path/to/python3.11"
}

# An unchanged stamp means that nothing is to be done. It holds the repository's
# path as well, because an editable install points there.
fingerprint() {
    { echo "$ROOT"; cat "${REQUIREMENTS[@]}" "$ROOT/pyproject.toml"; } | sha256sum
}

pip_install() {
    "$ENV_PYTHON" -m pip install --quiet --quiet --disable-pip-version-check "$@" >&2 ||
        fail "pip could not install: $*"
}

make_own() {
    local base torch
    if ! { supported "$ENV_PYTHON" && "$ENV_PYTHON" -m pip --version; } &>/dev/null; then
        base=$(choose_python)
        say "making $ENV_DIR with $("$base" --version)"
        "$base" -m venv --clear "$ENV_DIR" >&2
    fi
    # First and together: alone, torch might come in a build that the others do not fit.
    mapfile -t torch < <(grep -E '^torch(vision|audio)?==' "${REQUIREMENTS[0]}")
    say "[1/3] ${torch[*]} (the longest step)"
    pip_install "${torch[@]}"
    say '[2/3] the other tested versions'
    pip_install "${REQUIREMENTS[@]/#/--requirement=}"
}

complete_existing() {
    local missing
    supported "$ENV_PYTHON" || fail "$ENV_PYTHON is $("$ENV_PYTHON" --version 2>&1), but 3.10 to 3.12 is needed"
    "$ENV_PYTHON" -m pip --version &>/dev/null ||
        fail "$ENV_DIR has no pip; run: $ENV_PYTHON -m ensurepip"
    missing=$("$ENV_PYTHON" "$ROOT/tools/missing_requirements.py" "${REQUIREMENTS[@]}")
    if grep -q '^torch==' <<<"$missing"; then
        say "[1/3] PyTorch (the longest step)"
        mapfile -t torch < <(grep -E '^torch' <<<"$missing")
        pip_install "${torch[@]}"
        missing=$(grep -vE '^torch' <<<"$missing" || true)
    fi
    # The lists are complete, so nothing else is needed, and nothing is replaced.
    if [[ -n $missing ]]; then
        say "[2/3] missing here: ${missing//$'\n'/ }"
        mapfile -t missing <<<"$missing"
        pip_install --no-deps "${missing[@]}"
    fi
}

install_package() {
    say '[3/3] mm_laziness itself, editable'
    pip_install --no-deps --editable "$ROOT"
    local error
    if ! error=$("$ENV_PYTHON" -c 'import cv2' 2>&1); then
        [[ $error != *.so* ]] ||
            fail "OpenCV lacks a system library (${error##*$'\n'}); run: apt-get install libgl1 libglib2.0-0"
        fail "cv2 cannot be imported: ${error##*$'\n'}"
    fi
    (cd / && "$ENV_PYTHON" -c 'import mm_laziness') >&2 || fail 'mm_laziness cannot be imported, see above'
    "$ENV_PYTHON" -m pip check 2>&1 | sed -n 's/^mm[-_]laziness/setup_env: warning: mm_laziness/p' >&2 || true
}

parse "$@"
if [[ ! -x $ENV_PYTHON || ! -f $STAMP || $(<"$STAMP") != "$(fingerprint)" ]]; then
    if [[ $OWN == yes ]]; then make_own; else complete_existing; fi
    install_package
    fingerprint >"$STAMP"
    say "$ENV_DIR is ready after $SECONDS s"
elif [[ $PRINT_PYTHON == no ]]; then
    say "$ENV_DIR is up to date"
fi
if [[ $PRINT_PYTHON == yes ]]; then
    echo "$ENV_PYTHON"
else
    say "use it with: source $ENV_DIR/bin/activate"
fi
