"""Shapes within a network, for what does not find them out itself."""

import math


def shaped(network):
    """The layers, each with the shapes of its input and its output: rows, columns, channels, or one number."""
    shape = tuple(network["image"])
    for layer in network["layers"]:
        before = shape
        match layer["layer"]:
            case "conv2d":
                cut = 0 if layer.get("padding") == "same" else layer["kernelSize"] - 1
                shape = (shape[0] - cut, shape[1] - cut, layer["filters"])
            case "averagePooling2d" | "maxPooling2d":
                shape = (shape[0] // layer["poolSize"], shape[1] // layer["poolSize"], shape[2])
            case "globalAveragePooling2d":
                shape = shape[2:]
            case "flatten":
                shape = (math.prod(shape),)
            case "dense":
                shape = (layer["units"],)
        yield layer, before, shape
