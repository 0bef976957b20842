"""Writes LeNet-5 as an ONNX file, with random weights, and the number of its parameters beside it."""

import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

random = np.random.default_rng(0)
weights = []


def weight(name, *shape):
    array = (random.standard_normal(shape) / np.sqrt(np.prod(shape[1:]))).astype(np.float32)
    weights.append(numpy_helper.from_array(array, name))
    return name


def conv(x, name, inputs, outputs):
    kernel, bias = weight(f"{name}/kernel", outputs, inputs, 5, 5), weight(f"{name}/bias", outputs)
    yield helper.make_node("Conv", [x, kernel, bias], [f"{name}/sum"], kernel_shape=[5, 5])
    yield helper.make_node("Tanh", [f"{name}/sum"], [name])


def pool(x, name):
    yield helper.make_node("AveragePool", [x], [name], kernel_shape=[2, 2], strides=[2, 2])


def dense(x, name, inputs, outputs):
    kernel, bias = weight(f"{name}/kernel", outputs, inputs), weight(f"{name}/bias", outputs)
    yield helper.make_node("Gemm", [x, kernel, bias], [name], transB=1)


nodes = [
    *conv("image", "C1", 1, 6),
    *pool("C1", "S2"),
    *conv("S2", "C3", 6, 16),
    *pool("C3", "S4"),
    *conv("S4", "C5", 16, 120),
    helper.make_node("Flatten", ["C5"], ["flat"]),
    *dense("flat", "F6/sum", 120, 84),
    helper.make_node("Tanh", ["F6/sum"], ["F6"]),
    *dense("F6", "logits", 84, 10),
    helper.make_node("Softmax", ["logits"], ["probabilities"], axis=1),
]
graph = helper.make_graph(
    nodes,
    "lenet5",
    [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["N", 1, 32, 32])],
    [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["N", 10])],
    weights,
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
onnx.checker.check_model(model)
onnx.save(model, sys.argv[1])
with open(f"{sys.argv[1]}.parameters", "w") as file:
    file.write(str(sum(int(np.prod(w.dims)) for w in weights)))
