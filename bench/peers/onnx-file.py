"""Writes a network as an ONNX file, with random weights, and the number of its parameters beside it."""

import json
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

sys.path.append(str(Path(__file__).parent / "contestants"))
from shapes import shaped  # noqa: E402

network, path = json.loads(sys.argv[1]), sys.argv[2]
random = np.random.default_rng(0)
nodes, weights = [], []
activations = {"tanh": "Tanh", "relu": "Relu"}
trainable = 0


def weight(values):
    weights.append(numpy_helper.from_array(values.astype(np.float32), f"weight{len(weights)}"))
    return weights[-1].name


def kernel_and_bias(*shape):
    global trainable
    trainable += int(np.prod(shape)) + shape[0]
    kernel = random.standard_normal(shape) / np.sqrt(np.prod(shape[1:]))
    return weight(kernel), weight(np.zeros(shape[0]))


def add(x, operator, *others, **attributes):
    """A node; its result has the operator's name and the number of nodes so far."""
    nodes.append(helper.make_node(operator, [x, *others], [f"{operator}{len(nodes)}"], **attributes))
    return nodes[-1].output[0]


x = "image"
for layer, shape, outputs in shaped(network):
    match layer["layer"]:
        case "conv2d":
            k = layer["kernelSize"]
            pads = [k // 2 if layer.get("padding") == "same" else 0] * 4
            x = add(x, "Conv", *kernel_and_bias(outputs[-1], shape[-1], k, k), kernel_shape=[k, k], pads=pads)
        case "dense":
            x = add(x, "Gemm", *kernel_and_bias(outputs[-1], shape[-1]), transB=1)
        case "batchNormalization":
            trainable += 2 * shape[-1]
            gamma, variance = weight(np.ones(shape[-1])), weight(np.ones(shape[-1]))
            beta, mean = weight(np.zeros(shape[-1])), weight(np.zeros(shape[-1]))
            x = add(x, "BatchNormalization", gamma, beta, mean, variance, epsilon=1e-3)
        case "averagePooling2d" | "maxPooling2d":
            operator = "AveragePool" if layer["layer"].startswith("average") else "MaxPool"
            x = add(x, operator, kernel_shape=[layer["poolSize"]] * 2, strides=[layer["poolSize"]] * 2)
        case "globalAveragePooling2d":
            x = add(add(x, "GlobalAveragePool"), "Flatten")
        case "flatten":
            x = add(x, "Flatten")
        case "activation" | "dropout":
            pass
        case other:
            raise NotImplementedError(f"no layer {other}")
    if "activation" in layer:
        x = add(x, activations[layer["activation"]])
nodes.append(helper.make_node("Softmax", [x], ["probabilities"], axis=1))

rows, columns, channels = network["image"]
graph = helper.make_graph(
    nodes,
    "network",
    [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["N", channels, rows, columns])],
    [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["N", outputs[0]])],
    weights,
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
onnx.checker.check_model(model, full_check=True)
onnx.save(model, path)
Path(f"{path}.parameters").write_text(str(trainable))
