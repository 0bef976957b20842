"""Checks exported ONNX files with ONNX's own checker, and runs them in onnxruntime: python parity/onnx_checker.py FOLDER

The tests write the files, each with its inputs and the library's outputs:

    LENET5_ONNX_FILES=build/onnx npx vitest run test/exchange/onnx-export.test.ts
    LENET5_ONNX_FILES=build/onnx npx vitest run test/members.test.ts -t onnxruntime

Needs onnxruntime and numpy; without onnx, the checker is left out (for old versions of onnxruntime).
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime

try:
    import onnx
except ImportError:
    onnx = None

TOLERANCE = 1e-5


def array(tensor):
    return np.array(tensor["data"], np.float32).reshape(tensor["shape"])


def faults_of(path):
    """The faults of a file, and the largest difference of an output, as a share of its largest number (of 1 at least)."""
    if onnx:
        onnx.checker.check_model(str(path), full_check=True)
    wanted = json.loads(path.with_suffix(".json").read_text())
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    feeds = {port.name: array(tensor) for port, tensor in zip(session.get_inputs(), wanted["inputs"])}
    worst = 0.0
    for port, got, tensor in zip(session.get_outputs(), session.run(None, feeds), wanted["outputs"]):
        want = array(tensor)
        if got.shape != want.shape:
            yield f"{port.name}: expected {want.shape}, got {got.shape}"
            continue
        if port.shape != ["N", *want.shape[1:]]:
            yield f"{port.name}: the file says {port.shape}, expected N and {want.shape[1:]}"
        difference = np.abs(got - want).max() / max(1, np.abs(want).max())
        worst = max(worst, difference)
        if not difference <= TOLERANCE:
            yield f"{port.name}: differs by {difference}"
    differences.append(worst)


onnxruntime.set_default_logger_severity(3)
differences = []
failed = 0
files = sorted(Path(sys.argv[1]).glob("*.onnx"))
for file in files:
    try:
        faults = list(faults_of(file))
    except Exception as error:  # The checker and onnxruntime have many.
        faults = [str(error)]
    failed += bool(faults)
    for fault in faults:
        print(f"{file.name}: {fault}")
checked = f"onnx {onnx.__version__}, " if onnx else ""
print(
    f"{checked}onnxruntime {onnxruntime.__version__}: {len(files) - failed} of {len(files)} files are right, "
    f"the largest difference is {max(differences, default=0):.1g}"
)
sys.exit(failed > 0 or not files)
