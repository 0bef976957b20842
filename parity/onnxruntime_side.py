"""onnxruntime's side of the comparison: python parity/onnxruntime_side.py FOLDER... runs lenet5.onnx of every folder."""

import sys

import onnx
import onnxruntime
from work import Work

for folder in sys.argv[1:]:
    work = Work(folder)
    onnx.checker.check_model(str(work.path("lenet5.onnx")), full_check=True)
    session = onnxruntime.InferenceSession(str(work.path("lenet5.onnx")), providers=["CPUExecutionProvider"])
    images = work.images.transpose(0, 3, 1, 2)
    work.write("onnxruntime-of-lenet5", session.run(None, {session.get_inputs()[0].name: images})[0])
