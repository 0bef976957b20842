"""The layers of LeNet-5 and of Keras's first examples."""

from layers import conv


def cases():
    for padding in ("valid", "same"):
        for size, strides in ((3, [1, 1]), (3, [2, 1]), (2, [1, 3]), (4, [2, 2])):
            ending = f"{padding}-{size}-{strides[0]}x{strides[1]}"
            conv_options = {"padding": padding, "strides": strides}
            yield f"conv2d-{ending}", conv("", 3, size, **conv_options), [[2, 7, 6, 2]], {}
            for kind in ("averagePooling2d", "maxPooling2d"):
                pooling = {"kind": kind, "poolSize": [size, 2], "strides": strides, "padding": padding}
                yield f"{kind}-{ending}", pooling, [[2, 7, 6, 2]], {}
    ties = {"kind": "maxPooling2d", "poolSize": [3, 3], "strides": [2, 2], "padding": "same"}
    yield "maxPooling2d-ties", ties, [[2, 7, 6, 2]], {"whole": True}
    connections = {"connections": [[0, 2], [1], [0, 1, 2], [2]], "padding": "same", "strides": [1, 2]}
    yield "conv2d-connections", conv("", 4, 3, **connections), [[2, 5, 6, 3]], {}
    yield "dense", {"kind": "dense", "units": 4}, [[3, 5]], {}
    yield "globalAveragePooling2d", {"kind": "globalAveragePooling2d"}, [[2, 5, 3, 4]], {}
    for activation in ("linear", "relu", "sigmoid", "tanh", "softmax"):
        yield f"activation-{activation}", {"kind": "activation", "activation": activation}, [[4, 7]], {}
    # Integers from -3 to 3: zeros among them, where the slope of ReLU is a convention.
    yield "activation-relu-zeros", {"kind": "activation", "activation": "relu"}, [[4, 7]], {"whole": True}
    for training in (True, False):
        ending = "training" if training else "inference"
        yield f"batchNormalization-{ending}", {"kind": "batchNormalization"}, [[3, 4, 5, 2]], {"training": training}
    yield "batchNormalization-vectors", {"kind": "batchNormalization"}, [[7, 3]], {"training": True}
    yield "zeroPadding2d", {"kind": "zeroPadding2d", "padding": [[1, 2], [0, 3]]}, [[2, 3, 4, 2]], {}
    yield "rescaling", {"kind": "rescaling", "scale": 0.5, "offset": -1.0}, [[2, 3, 4, 2]], {}
    yield "flatten", {"kind": "flatten"}, [[2, 3, 4, 2]], {}
    yield "add", {"kind": "add"}, [[2, 3, 4, 2]] * 3, {}
    yield "concatenate", {"kind": "concatenate"}, [[2, 3, 4, 2], [2, 3, 4, 1], [2, 3, 4, 3]], {}
    yield "channelSlice", {"kind": "channelSlice", "start": 1, "stop": 4}, [[2, 3, 4, 5]], {}
    yield "cropping2d", {"kind": "cropping2d", "cropping": [[1, 2], [0, 3]]}, [[2, 5, 6, 2]], {}
