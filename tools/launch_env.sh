# shellcheck shell=bash
# Sourced by the launchers: sets ROOT, PYTHON and PYTHONPATH.
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# What is asked for, else the active environment, else the repository's own.
PYTHON=python
if [[ -n ${MM_LAZINESS_ENV:-} ]]; then
    PYTHON=$MM_LAZINESS_ENV/bin/python
elif [[ -z ${VIRTUAL_ENV:-} && ${CONDA_DEFAULT_ENV:-base} == base && -x $ROOT/.venv/bin/python ]]; then
    PYTHON=$ROOT/.venv/bin/python
fi
export PYTHONPATH=$ROOT${PYTHONPATH:+:$PYTHONPATH}

# Run a tool on GPUS processes: run_distributed GPUS SCRIPT [arguments].
run_distributed() {
    local processes=$1 nodes=${NNODES:-1} place
    shift
    if ((nodes == 1)) && [[ -z ${PORT:-} ]]; then
        # Takes a free port, so that several runs fit on one machine.
        place=(--standalone)
    else
        place=(--node_rank="${NODE_RANK:-0}" --master_addr="${MASTER_ADDR:-127.0.0.1}"
            --master_port="${PORT:-29500}")
    fi
    # What torchrun would set too, with a warning.
    ((processes == 1)) || export OMP_NUM_THREADS=${OMP_NUM_THREADS:-1}
    "$PYTHON" -m torch.distributed.run --nnodes="$nodes" --nproc_per_node="$processes" \
        "${place[@]}" "$@" --launcher pytorch
}

# Run a tool under Slurm: run_slurm PARTITION JOB_NAME SCRIPT [arguments].
run_slurm() {
    local gpus=${GPUS:-8} gpus_per_node=${GPUS_PER_NODE:-8} resources=() extra=()
    if ((gpus_per_node == 0)); then
        # Nodes without GPUs: Slurm spreads the processes.
        resources=(--ntasks="$gpus")
    else
        ((gpus_per_node <= gpus)) || gpus_per_node=$gpus
        resources=(--gres="gpu:$gpus_per_node" --ntasks="$gpus"
            --ntasks-per-node="$gpus_per_node")
    fi
    read -ra extra <<<"${SRUN_ARGS:-}"
    # As MMAction2's: jobs that share a node must not share a port.
    export MASTER_PORT=${PORT:-${MASTER_PORT:-$((12000 + RANDOM % 20000))}}
    srun --partition="$1" --job-name="$2" "${resources[@]}" \
        --cpus-per-task="${CPUS_PER_TASK:-5}" --kill-on-bad-exit=1 \
        ${extra[@]+"${extra[@]}"} "$PYTHON" -u "${@:3}" --launcher slurm
}
