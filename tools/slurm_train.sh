#!/usr/bin/env bash
# Train under Slurm, with the arguments of MMAction2's tools/slurm_train.sh.
set -euo pipefail

if (($# < 3)); then
    cat >&2 <<'EOF'
Usage: [GPUS=8] [GPUS_PER_NODE=8] [CPUS_PER_TASK=5] [SRUN_ARGS=...] \
    bash tools/slurm_train.sh PARTITION JOB_NAME CONFIG [arguments of tools/train.py]
Example: GPUS=16 bash tools/slurm_train.sh gpu umt configs/umt_r50_kinetics.py --amp
GPUS_PER_NODE=0 is for nodes without GPUs; GPUS is then the number of processes.
EOF
    exit 2
fi
# shellcheck source=tools/launch_env.sh
source "$(dirname "${BASH_SOURCE[0]}")/launch_env.sh"
run_slurm "$1" "$2" "$ROOT/tools/train.py" "${@:3}"
