"""The table of bench/onnx.js for onnxruntime itself: python bench/onnx.py FOLDER, with onnxruntime and numpy."""

import sys
import time
from pathlib import Path

import numpy as np
import onnxruntime

batches = [1, 32, 256]
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
print(f"onnxruntime {onnxruntime.__version__}: us an image in batches of {', '.join(map(str, batches))}")
for path in sorted(Path(sys.argv[1]).glob("*.onnx")):
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    [image] = session.get_inputs()
    times = []
    for count in batches:
        data = np.resize(np.linspace(0, 1, 251, dtype=np.float32), (count, *image.shape[1:]))
        repeats = -(-256 // count)
        best = np.inf
        for _ in range(20):
            start = time.perf_counter()
            for _ in range(repeats):
                session.run(None, {image.name: data})
            best = min(best, (time.perf_counter() - start) / repeats / count)
        times.append(f"{1e6 * best:8.1f}")
    print(f"{path.stem:28}{''.join(times)}")
