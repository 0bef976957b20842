"""Keras layers from descriptions that the tests read too."""

import numpy as np
from keras import layers


def sparse_conv(spec, x):
    """C3 as Keras authors write it: for every map a Conv2D on the slices of the channels it sees."""
    slices = [x[..., c : c + 1] for c in range(x.shape[-1])]
    options = {"strides": spec["strides"], "padding": spec["padding"], "activation": spec.get("activation")}
    maps = [layers.Conv2D(1, spec["kernelSize"], dtype="float64", **options) for _ in spec["connections"]]
    parts = []
    for conv, channels in zip(maps, spec["connections"]):
        seen = [slices[c] for c in channels]
        parts.append(conv(layers.Concatenate()(seen) if len(seen) > 1 else seen[0]))
    spec["maps"] = maps
    return layers.Concatenate()(parts)


# The Keras layer of each kind; the areas of operations/ add theirs.
MAKERS = {
    "conv2d": lambda spec: layers.Conv2D(
        spec["filters"],
        spec["kernelSize"],
        strides=spec["strides"],
        padding=spec["padding"],
        use_bias=spec.get("useBias", True),
        activation=spec.get("activation", "linear"),
    ),
    "dense": lambda spec: layers.Dense(spec["units"], activation=spec.get("activation", "linear")),
    "averagePooling2d": lambda spec: layers.AveragePooling2D(**window(spec)),
    "maxPooling2d": lambda spec: layers.MaxPooling2D(**window(spec)),
    "globalAveragePooling2d": lambda spec: layers.GlobalAveragePooling2D(),
    "activation": lambda spec: layers.Activation(spec["activation"]),
    "batchNormalization": lambda spec: layers.BatchNormalization(),
    "zeroPadding2d": lambda spec: layers.ZeroPadding2D(spec["padding"]),
    "cropping2d": lambda spec: layers.Cropping2D(spec["cropping"]),
    "rescaling": lambda spec: layers.Rescaling(spec["scale"], spec["offset"]),
    "flatten": lambda spec: layers.Flatten(),
    "dropout": lambda spec: layers.Dropout(spec["rate"]),
    "add": lambda spec: layers.Add(),
    "concatenate": lambda spec: layers.Concatenate(),
}


def window(spec):
    return {"pool_size": spec["poolSize"], "strides": spec["strides"], "padding": spec["padding"]}


def call(spec, inputs):
    """The output of the layer that a description names; leaves the Keras layer in the description."""
    if "connections" in spec:
        return sparse_conv(spec, inputs[0])
    if spec["kind"] == "channelSlice":
        return inputs[0][..., spec["start"] : spec["stop"]]
    spec["layer"] = MAKERS[spec["kind"]](spec)
    return spec["layer"](inputs if len(inputs) > 1 else inputs[0])


def weights_of(spec):
    """(name, shape, [(part of the array, Keras variable)]) of each weight, as lenet5 has it, in Keras's order."""
    if "maps" in spec:
        shape = (*spec["kernelSize"], 1 + max(map(max, spec["connections"])), len(spec["maps"]))
        every = slice(None)
        kernels = [
            ((every, every, channels, slice(k, k + 1)), conv.kernel)
            for k, (channels, conv) in enumerate(zip(spec["connections"], spec["maps"]))
        ]
        biases = [(slice(k, k + 1), conv.bias) for k, conv in enumerate(spec["maps"])]
        return [("kernel", shape, kernels), ("bias", (shape[-1],), biases)]
    variables = spec["layer"].weights if "layer" in spec else []
    return [(v.name, tuple(v.shape), [(..., v)]) for v in variables if v.name != "seed_generator_state"]


def gathered(shape, parts, value_of):
    """One array from the parts that Keras has; zeros where there is no part (no connection)."""
    whole = np.zeros(shape)
    for part, variable in parts:
        value = value_of(variable)
        if value is None:
            return None
        whole[part] = value
    return whole


def initial(name, shape):
    """center, limit of a weight's initial values: Glorot uniform; the others are not 0 or 1, to hide no mistake."""
    match name:
        case "kernel" | "depthwise_kernel" | "pointwise_kernel":
            field = int(np.prod(shape[:-2]))
            return 0.0, float(np.sqrt(6 / (field * (shape[-2] + shape[-1]))))
        case "bias" | "beta":
            return 0.0, 0.1
        case "gamma":
            return 1.0, 0.2
        case "alpha":
            return 0.25, 0.5
        case "moving_mean":
            return 0.0, 0.1
        case "moving_variance":
            return 1.0, 0.2
    raise ValueError(name)


def described(spec):
    return {key: value for key, value in spec.items() if key not in ("layer", "maps")}


def conv(name, filters, size, **options):
    given = {"strides": [1, 1], "padding": "valid", **options}
    return {"name": name, "kind": "conv2d", "filters": filters, "kernelSize": [size, size], **given}


def pool(name, kind):
    return {"name": name, "kind": kind, "poolSize": [2, 2], "strides": [2, 2], "padding": "valid"}


def dense(name, units, activation):
    return {"name": name, "kind": "dense", "units": units, "activation": activation}
