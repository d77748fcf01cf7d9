#!/usr/bin/env bash
# Train on several processes, with the arguments of MMAction2's tools/dist_train.sh.
set -euo pipefail

if (($# < 2)) || [[ ! $2 =~ ^[0-9]+$ ]]; then
    cat >&2 <<'EOF'
Usage: bash tools/dist_train.sh CONFIG GPUS [arguments of tools/train.py]
Example: bash tools/dist_train.sh configs/umt_r50_kinetics.py 8 --amp --resume
Without GPUs, GPUS is the number of processes. On several machines, run it on each with
NNODES, NODE_RANK, MASTER_ADDR and PORT set.
EOF
    exit 2
fi
# shellcheck source=tools/launch_env.sh
source "$(dirname "${BASH_SOURCE[0]}")/launch_env.sh"
run_distributed "$2" "$ROOT/tools/train.py" "$1" "${@:3}"
