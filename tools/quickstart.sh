#!/usr/bin/env bash
# From nothing to a comparison of six methods on the demo data, with pictures.
set -euo pipefail

usage() {
    cat <<'EOF'
Usage: bash tools/quickstart.sh [--seeds N] [--short] [--help]

Makes the environment and the demo data (spoken and written digits, real mp4 files), then
trains the uni-modal models, joint training, MM Clf and UMT, evaluates UME, watches and
probes every encoder, tests without each modality and says which method each data set
needs. Results of a variant V: work_dirs/quickstart/V/report.html, the same as report.md,
and results.json. Stopped, it goes on where it was.

  --seeds N   every method with N seeds (default 1)
  --short     the variant `paired` alone, and a check that the effects are there

example: bash tools/quickstart.sh --seeds 3
EOF
}

SEEDS=1 SHORT=no
while (($#)); do
    case $1 in
        --seeds) SEEDS=${2:?--seeds needs a number}; shift ;;
        --short) SHORT=yes ;;
        -h | --help) usage; exit ;;
        *) usage >&2; echo "quickstart: unknown argument $1" >&2; exit 2 ;;
    esac
    shift
done
if ! [[ $SEEDS =~ ^[1-9][0-9]*$ ]]; then
    echo "quickstart: --seeds takes a positive number, but got $SEEDS" >&2
    exit 2
fi

cd "$(dirname "${BASH_SOURCE[0]}")/.."
PY=$(bash tools/setup_env.sh --print-python)
SECONDS=0
OUT=work_dirs/quickstart
# Threads that wait by spinning slow each other down many times on shared cores.
export MPLBACKEND=Agg OMP_WAIT_POLICY=PASSIVE

study() { # VARIANT CLASSES
    echo "== $1: six methods, $SEEDS seed(s)"
    "$PY" tools/study.py slim_avdigits --work-dir "$OUT/$1" \
        --title "Modality laziness on avdigits, variant $1" \
        --seeds $(seq 0 $((SEEDS - 1))) --monitor --missing zeros mean split \
        --cfg-options "data_root=data/avdigits/$1" "num_classes=$2"
}

if [[ $SHORT == yes ]]; then
    "$PY" tools/data/avdigits/generate.py --out data/avdigits --variant paired
    study paired 11
    "$PY" tools/check_effects.py "$OUT/paired"
else
    "$PY" tools/data/avdigits/generate.py --out data/avdigits
    study uni 10
    study paired 11
fi
echo "== done in $SECONDS s; open" "$OUT"/*/report.html "in a browser, or read report.md"
