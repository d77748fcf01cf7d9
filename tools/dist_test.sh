#!/usr/bin/env bash
# Test on several processes, with the arguments of MMAction2's tools/dist_test.sh.
set -euo pipefail

# An ensemble names its checkpoints in its config, so the argument may be left out.
checkpoint=()
if (($# >= 3)) && [[ ! $2 =~ ^[0-9]+$ ]]; then
    checkpoint=("$2")
    set -- "$1" "${@:3}"
fi
if (($# < 2)) || [[ ! $2 =~ ^[0-9]+$ ]]; then
    cat >&2 <<'EOF'
Usage: bash tools/dist_test.sh CONFIG [CHECKPOINT] GPUS [arguments of tools/test.py]
Examples: bash tools/dist_test.sh configs/umt_r50_kinetics.py work_dirs/umt_r50_kinetics/best.pth 8
          bash tools/dist_test.sh configs/ume_r50_kinetics.py 8 --dump scores.pkl
Without GPUs, GPUS is the number of processes. On several machines, run it on each with
NNODES, NODE_RANK, MASTER_ADDR and PORT set.
EOF
    exit 2
fi
# shellcheck source=tools/launch_env.sh
source "$(dirname "${BASH_SOURCE[0]}")/launch_env.sh"
run_distributed "$2" "$ROOT/tools/test.py" "$1" ${checkpoint[@]+"${checkpoint[@]}"} "${@:3}"
