"""Two processes, connected by gloo, for tests of whatever is reduced."""

import multiprocessing
import socket
import time
import traceback

import torch.distributed as dist


def on_two_ranks(function, *args, **kwargs):
    """What ``function(rank, *args, **kwargs)`` returns on rank 0 and on rank 1."""
    with socket.socket() as free:
        free.bind(('127.0.0.1', 0))
        port = free.getsockname()[1]
    # Forked, so that any object can be an argument, and nothing is imported again.
    context = multiprocessing.get_context('fork')
    results = context.Queue()

    def work(rank):
        dist.init_process_group(
            'gloo', init_method=f'tcp://127.0.0.1:{port}', rank=rank, world_size=2
        )
        try:
            results.put((rank, function(rank, *args, **kwargs), None))
        except BaseException:
            results.put((rank, None, traceback.format_exc()))
            raise
        dist.barrier()
        dist.destroy_process_group()
        # Gloo's threads may still be closing their connections.
        time.sleep(0.2)

    ranks = [context.Process(target=work, args=(rank,)) for rank in range(2)]
    for process in ranks:
        process.start()
    found = {}
    for _ in ranks:
        rank, value, error = results.get(timeout=60)
        if error:
            for process in ranks:
                process.kill()
            raise AssertionError(f'rank {rank}: {error}')
        found[rank] = value
    for process in ranks:
        process.join()
    return found[0], found[1]
