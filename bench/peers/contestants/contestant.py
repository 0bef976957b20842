"""Shared by contestants in Python: the images, and the protocol (task and times in, one line of JSON out)."""

import json
import os
import sys
import time

options = json.loads(sys.argv[1])
network, batches, threads = options["network"], options["batches"], options["threads"]
# Set before any library is imported. XLA sizes its pool by NPROC. (OMP_WAIT_POLICY keeps its default: threads spin for
# some milliseconds, then sleep. Threads that only sleep may end up on one core and take twice as long.) What was
# compiled is kept for the next process.
os.environ.update(OMP_NUM_THREADS=str(threads), NPROC=str(threads), TF_CPP_MIN_LOG_LEVEL="3")
os.environ["TORCHINDUCTOR_CACHE_DIR"] = os.path.join(options["folder"], "inductor")

import numpy as np  # noqa: E402

# Output of libraries must not mix with the replies.
replies = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)


def reply(**line):
    print(json.dumps(line), file=replies, flush=True)


# [batch][image][row][column][channel] and [batch][image], as floats and whole numbers beforehand.
images = (np.fromfile(options["images"], np.uint8).astype(np.float32) / 255).reshape(-1, 128, *network["image"])[:batches]
labels = (np.arange(images.shape[0] * 128) % 10).astype(np.int32).reshape(-1, 128)
inferred = np.resize(images, (options["many"], *network["image"]))


def serve(version, parameters, train, predict, one):
    """`train` is a pass over the batches and gives its loss; `predict` is one call for many images, `one` for one."""
    tasks = {"train": train, "predict": predict, "predict-one": one}
    reply(version=version, parameters=parameters)
    for line in sys.stdin:
        task, times = line.split()
        try:
            start, cpu = time.perf_counter(), time.process_time()
            results = [tasks[task]() for _ in range(int(times))]
            seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
            reply(seconds=seconds, cpu=cpu, losses=results if task == "train" else [])
        except Exception as error:  # becomes the reason in its row
            reply(error=f"{type(error).__name__}: {error}".splitlines()[0])
