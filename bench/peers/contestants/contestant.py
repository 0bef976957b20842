"""Shared by contestants in Python: the images, and the protocol (a task's name in, one line of JSON out)."""

import json
import os
import sys
import time

options = json.loads(sys.argv[1])
threads = options["threads"]
# Set before any library is imported. XLA sizes its pool by NPROC. (OMP_WAIT_POLICY keeps its default: threads spin for
# some milliseconds, then sleep. Threads that only sleep may end up on one core and take twice as long.)
os.environ.update(OMP_NUM_THREADS=str(threads), NPROC=str(threads), TF_CPP_MIN_LOG_LEVEL="3")

import numpy as np  # noqa: E402

# Output of libraries must not mix with the replies.
replies = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)


def reply(**line):
    print(json.dumps(line), file=replies, flush=True)


batches, calls, singles = options["batches"], options["calls"], options["singles"]
# [batch][image][row][column][channel] and [batch][image], as floats and whole numbers beforehand.
images = (np.fromfile(options["images"], np.uint8).astype(np.float32) / 255).reshape(-1, 128, 32, 32, 1)[:batches]
labels = (np.arange(images.shape[0] * 128) % 10).astype(np.int32).reshape(-1, 128)
thousand = np.resize(images, (1000, 32, 32, 1))


def serve(version, parameters, tasks):
    """`tasks` are functions by name; training gives its loss."""
    reply(version=version, parameters=parameters)
    for line in sys.stdin:
        try:
            task = tasks[line.strip()]
            start, cpu = time.perf_counter(), time.process_time()
            loss = task()
            reply(seconds=time.perf_counter() - start, cpu=time.process_time() - cpu, loss=loss)
        except Exception as error:  # becomes the reason in its row
            reply(error=f"{type(error).__name__}: {error}".splitlines()[0])


def repeat(times, call):
    """A task of some calls, one after the other."""

    def task():
        for _ in range(times):
            call()

    return task
