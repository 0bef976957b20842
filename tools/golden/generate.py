"""Writes test/golden/*: runs made by Keras 3 (TensorFlow backend, CPU) that the oracle and the kernels must reproduce.

    python3 -m venv /tmp/golden-venv
    /tmp/golden-venv/bin/pip install -r tools/golden/requirements.txt
    /tmp/golden-venv/bin/python tools/golden/generate.py operations

Without a name it writes every file; a name (a network's, operations or optimizers) selects one. Another processor can
change the last bits of the networks' losses, so write only the file that you extend.

Keras computes in float64, so that a difference is a difference in the mathematics and not in the rounding; arrays are
stored rounded to float32, losses and checksums as they are. Python 3.10 to 3.13.

<network>.safetensors
    input               uint8 [N, H, W, C]; the network sees input / 256, which float32 holds exactly
    labels              uint8 [N]
    activation/<layer>  the output of every layer for the first images (not for the whole batch, to save space)
    gradient/<weight>   of the loss by every trainable weight, at the initial weights
    metadata "golden"   JSON, see read-golden.ts: layers, weights, optimizer, ten losses, checksums of the final weights
    Initial weights are not stored but computed on both sides: `hashed` here, `hashedValues` in read-golden.ts.
operations.safetensors
    <case>/input/<i>, weight/<i>, output, dOutput, dInput/<i>, dWeight/<i>, updated/<i>; for losses also target and
    sampleWeight, and the loss in the metadata
optimizers.json
    ten steps of every optimizer on a vector of seven numbers
"""

import json
import os
import sys
from pathlib import Path

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from safetensors.numpy import load_file, save_file

keras.config.set_floatx("float64")
tf.config.threading.set_intra_op_parallelism_threads(1)
tf.config.threading.set_inter_op_parallelism_threads(1)

TARGET = Path(__file__).resolve().parents[2] / "test" / "golden"

# LeCun et al. 1998, Table I: the S2 maps that each C3 map sees.
TABLE_I = [
    [int(s2) for s2 in c3]
    for c3 in "012 123 234 345 045 015 0123 1234 2345 0345 0145 0125 0134 1245 0235 012345".split()
]


# ---- numbers that both sides can compute


def hashed(shape, seed, center=0.0, limit=1.0):
    """center +- limit, uniform: MurmurHash3's finalizer of the position and the seed. Rounded to float32."""
    h = np.arange(int(np.prod(shape)), dtype=np.uint32) + np.uint32((seed * 0x9E3779B9) & 0xFFFFFFFF)
    h = (h ^ (h >> 16)) * np.uint32(0x85EBCA6B)
    h = (h ^ (h >> 13)) * np.uint32(0xC2B2AE35)
    h = h ^ (h >> 16)
    return (center + (h / 2.0**31 - 1) * limit).astype(np.float32).astype(np.float64).reshape(shape)


def images(count, shape, classes):
    """Noisy gratings whose slope and phase belong to the label: bytes, not MNIST, and yet something to learn."""
    rows, columns, channels = shape
    labels = np.arange(count) * 7 % classes
    n, r, c, k = np.indices((count, rows, columns, channels))
    noise = (hashed(n.shape, 99) + 1) * 40
    grating = (r * (labels[n] + 3) * 4 + c * (labels[n] % 3) * 11 + k * 50) % 160
    return (grating + noise).astype(np.uint8), labels.astype(np.uint8)


# ---- layers, from descriptions that the tests read too


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


def call(spec, inputs):
    """The output of the layer that a description names; leaves the Keras layer in the description."""
    x = inputs[0]
    activation = spec.get("activation", "linear")
    match spec["kind"]:
        case "conv2d" if "connections" in spec:
            return sparse_conv(spec, x)
        case "conv2d":
            layer = layers.Conv2D(
                spec["filters"],
                spec["kernelSize"],
                strides=spec["strides"],
                padding=spec["padding"],
                use_bias=spec.get("useBias", True),
                activation=activation,
            )
        case "dense":
            layer = layers.Dense(spec["units"], activation=activation)
        case "averagePooling2d" | "maxPooling2d" as kind:
            make = layers.AveragePooling2D if kind == "averagePooling2d" else layers.MaxPooling2D
            layer = make(spec["poolSize"], strides=spec["strides"], padding=spec["padding"])
        case "globalAveragePooling2d":
            layer = layers.GlobalAveragePooling2D()
        case "activation":
            layer = layers.Activation(activation)
        case "batchNormalization":
            layer = layers.BatchNormalization()
        case "zeroPadding2d":
            layer = layers.ZeroPadding2D(spec["padding"])
        case "cropping2d":
            layer = layers.Cropping2D(spec["cropping"])
        case "rescaling":
            layer = layers.Rescaling(spec["scale"], spec["offset"])
        case "flatten":
            layer = layers.Flatten()
        case "dropout":
            layer = layers.Dropout(spec["rate"])
        case "add":
            layer = layers.Add()
            x = inputs
        case "concatenate":
            layer = layers.Concatenate()
            x = inputs
        case "channelSlice":
            return x[..., spec["start"] : spec["stop"]]
        case kind:
            raise ValueError(kind)
    spec["layer"] = layer
    return layer(x)


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
        case "kernel":
            field = int(np.prod(shape[:-2]))
            return 0.0, float(np.sqrt(6 / (field * (shape[-2] + shape[-1]))))
        case "bias" | "beta":
            return 0.0, 0.1
        case "gamma":
            return 1.0, 0.2
        case "moving_mean":
            return 0.0, 0.1
        case "moving_variance":
            return 1.0, 0.2
    raise ValueError(name)


def float32(array):
    return np.ascontiguousarray(array, dtype=np.float32)


def described(spec):
    return {key: value for key, value in spec.items() if key not in ("layer", "maps")}


# ---- networks


def conv(name, filters, size, **options):
    given = {"strides": [1, 1], "padding": "valid", **options}
    return {"name": name, "kind": "conv2d", "filters": filters, "kernelSize": [size, size], **given}


def pool(name, kind):
    return {"name": name, "kind": kind, "poolSize": [2, 2], "strides": [2, 2], "padding": "valid"}


def dense(name, units, activation):
    return {"name": name, "kind": "dense", "units": units, "activation": activation}


def lenet5(**c3_options):
    return [
        conv("C1", 6, 5, activation="tanh"),
        pool("S2", "averagePooling2d"),
        conv("C3", 16, 5, activation="tanh", **c3_options),
        pool("S4", "averagePooling2d"),
        conv("C5", 120, 5, activation="tanh"),
        {"name": "flatten", "kind": "flatten"},
        dense("F6", 84, "tanh"),
        dense("output", 10, "softmax"),
    ]


# Hyperparameters are np.float64, because TensorFlow turns a Python float into a float32 on the way (keras.ops.cast).
def number(value):
    return np.float64(value)


ADAM = ("adam", {"learningRate": 0.001}, lambda: keras.optimizers.Adam(number(0.001), number(0.9), number(0.999)))

NETWORKS = {
    "article": {
        "shape": [32, 32, 1],
        "batch": 19,
        "classes": 10,
        "training": True,
        "shown": 2,
        "optimizer": ADAM,
        "layers": lenet5(connections=TABLE_I),
    },
    "full": {
        "shape": [32, 32, 1],
        "batch": 21,
        "classes": 10,
        "training": True,
        "shown": 2,
        "optimizer": ADAM,
        "layers": lenet5(),
    },
    # keras.io/examples/vision/mnist_convnet. Run with training=False: that leaves out the dropout and nothing else.
    "convnet": {
        "shape": [28, 28, 1],
        "batch": 3,
        "classes": 10,
        "training": False,
        "shown": 2,
        "optimizer": (
            "sgd",
            {"learningRate": 0.01, "momentum": 0.9, "nesterov": True},
            lambda: keras.optimizers.SGD(number(0.01), number(0.9), nesterov=True),
        ),
        "layers": [
            conv("conv1", 32, 3, activation="relu"),
            pool("pool1", "maxPooling2d"),
            conv("conv2", 64, 3, activation="relu"),
            pool("pool2", "maxPooling2d"),
            {"name": "flatten", "kind": "flatten"},
            {"name": "dropout", "kind": "dropout", "rate": 0.5},
            dense("output", 10, "softmax"),
        ],
    },
    "batchnorm": {
        "shape": [12, 10, 2],
        "batch": 13,
        "classes": 5,
        "training": True,
        "shown": 3,
        "optimizer": ("rmsprop", {"learningRate": 0.001}, lambda: keras.optimizers.RMSprop(number(0.001))),
        "layers": [
            conv("conv1", 6, 3, strides=[2, 2], padding="same", useBias=False),
            {"name": "norm1", "kind": "batchNormalization"},
            {"name": "relu1", "kind": "activation", "activation": "relu"},
            conv("conv2", 6, 3, padding="same", useBias=False),
            {"name": "norm2", "kind": "batchNormalization"},
            {"name": "sum", "kind": "add", "inputs": ["relu1", "norm2"]},
            {"name": "relu2", "kind": "activation", "activation": "relu"},
            {"name": "mean", "kind": "globalAveragePooling2d"},
            dense("output", 5, "softmax"),
        ],
    },
}


def write_network(name, network):
    x = keras.Input(network["shape"])
    tensors = {"input": x}
    previous = "input"
    for spec in network["layers"]:
        tensors[spec["name"]] = call(spec, [tensors[i] for i in spec.get("inputs", [previous])])
        previous = spec["name"]
    del tensors["input"]
    model = keras.Model(x, tensors)

    weights = {f"{spec['name']}/{weight[0]}": weight for spec in network["layers"] for weight in weights_of(spec)}
    structure = []
    for seed, (key, (weight, shape, parts)) in enumerate(weights.items(), start=1):
        center, limit = initial(weight, shape)
        values = hashed(shape, seed, center, limit)
        for part, variable in parts:
            variable.assign(values[part])
        trainable = parts[0][1].trainable
        structure.append(
            {"name": key, "shape": shape, "seed": seed, "center": center, "limit": limit, "trainable": trainable}
        )

    batch, labels = images(network["batch"], network["shape"], network["classes"])
    rule, rule_options, make_optimizer = network["optimizer"]
    optimizer = make_optimizer()
    loss_of = keras.losses.SparseCategoricalCrossentropy()
    losses = []
    for step in range(10):
        with tf.GradientTape() as tape:
            outputs = model(batch / 256.0, training=network["training"])
            loss = loss_of(labels, outputs[previous])
        gradients = tape.gradient(loss, model.trainable_weights)
        if step == 0:
            arrays = {"input": batch, "labels": labels}
            for layer, output in outputs.items():
                arrays[f"activation/{layer}"] = float32(output[: network["shown"]])
            by_variable = {v.path: g for v, g in zip(model.trainable_weights, gradients)}
            for key, (_, shape, parts) in weights.items():
                gradient = gathered(shape, parts, lambda v: by_variable.get(v.path))
                if gradient is not None:
                    arrays[f"gradient/{key}"] = float32(gradient)
        losses.append(float(loss))
        optimizer.apply(gradients, model.trainable_weights)

    final = {}
    for key, (_, shape, parts) in weights.items():
        values = gathered(shape, parts, lambda v: v.numpy())
        final[key] = {"sum": float(values.sum()), "sumOfSquares": float(np.square(values).sum())}
    golden = {
        "madeBy": f"Keras {keras.version()}, TensorFlow {tf.__version__}, float64",
        "inputScale": 1 / 256,
        "training": network["training"],
        "layers": [described(spec) for spec in network["layers"]],
        "weights": structure,
        "loss": "sparse_categorical_crossentropy",
        "optimizer": {"rule": rule, **rule_options},
        "losses": losses,
        "final": final,
    }
    save_file(arrays, TARGET / f"{name}.safetensors", metadata={"golden": json.dumps(golden)})
    print(name, model.count_params(), "parameters, losses", *(f"{loss:.4f}" for loss in losses))


# ---- single operations: odd sizes, uneven strides, both paddings, ties

# A case's numbers follow from its seed. Operations count from 1, so a new one goes last; losses count from here.
FIRST_LOSS_SEED = 44


def operation_cases():
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


def run_operation(seed, spec, shapes, training=False, whole=False):
    values = [hashed(shape, seed * 50 + i, limit=3 if whole else 2) for i, shape in enumerate(shapes)]
    inputs = [tf.Variable(np.round(v) if whole else v) for v in values]
    symbolic = [keras.Input(shape[1:]) for shape in shapes]
    model = keras.Model(symbolic, call(spec, symbolic))
    weights = weights_of(spec)
    arrays = {f"input/{i}": x.numpy() for i, x in enumerate(inputs)}
    for i, (name, shape, parts) in enumerate(weights):
        value = hashed(shape, seed * 50 + 10 + i, *initial(name, shape))
        for part, variable in parts:
            variable.assign(value[part])
        arrays[f"weight/{i}"] = gathered(shape, parts, lambda v: v.numpy())
    with tf.GradientTape() as tape:
        output = model(inputs if len(inputs) > 1 else inputs[0], training=training)
        d_output = hashed(output.shape, seed * 50 + 20)
        projection = tf.reduce_sum(output * d_output)
    d_inputs, d_weights = tape.gradient(projection, [inputs, model.trainable_weights])
    arrays.update({"output": output.numpy(), "dOutput": d_output})
    arrays.update({f"dInput/{i}": d.numpy() for i, d in enumerate(d_inputs)})
    by_variable = {v.path: d for v, d in zip(model.trainable_weights, d_weights)}
    for i, (_, shape, parts) in enumerate(weights):
        arrays[f"updated/{i}"] = gathered(shape, parts, lambda v: v.numpy())
        gradient = gathered(shape, parts, lambda v: by_variable.get(v.path))
        if gradient is not None:
            arrays[f"dWeight/{i}"] = gradient
    return arrays


def run_loss(seed, name, weighted):
    """Predictions are logits, and a softmax stands before the crossentropies: there the derivative has one meaning."""
    shape = (6, 5)
    predictions = tf.Variable(hashed(shape, seed * 50, limit=2))
    # Exact in float32 and summing to 1 exactly: TensorFlow's gradient, softmax - target, takes that for granted.
    soft = np.array([np.roll([0.5, 0.25, 0.125, 0.125, 0.0], 2 * n) for n in range(6)])
    loss, target = {
        "sparse_categorical_crossentropy": (keras.losses.SparseCategoricalCrossentropy(), np.arange(6) * 2 % 5),
        "categorical_crossentropy": (keras.losses.CategoricalCrossentropy(), soft),
        "mean_squared_error": (keras.losses.MeanSquaredError(), soft),
    }[name]
    sample_weight = hashed((6,), seed * 50 + 2, center=1) if weighted else np.ones(6)
    with tf.GradientTape() as tape:
        seen = predictions if name == "mean_squared_error" else keras.ops.softmax(predictions)
        value = loss(target, seen, sample_weight=sample_weight if weighted else None)
    gradient = tape.gradient(value, predictions).numpy()
    arrays = {"input/0": predictions.numpy(), "dInput/0": gradient}
    arrays.update({"target": target, "sampleWeight": sample_weight})
    return arrays, float(value)


def write_operations():
    arrays, cases = {}, []
    for seed, (name, spec, shapes, options) in enumerate(operation_cases(), start=1):
        made = run_operation(seed, spec, shapes, **options)
        arrays.update({f"{name}/{key}": float32(value) for key, value in made.items()})
        cases.append({"name": name, **options, "layer": {**described(spec), "name": name}})
    losses = []
    for name in ("sparse_categorical_crossentropy", "categorical_crossentropy", "mean_squared_error"):
        for weighted in (False, True):
            key = f"{name}-{'weighted' if weighted else 'plain'}"
            made, value = run_loss(FIRST_LOSS_SEED + len(losses), name, weighted)
            arrays.update({f"{key}/{part}": float32(array) for part, array in made.items()})
            losses.append({"name": key, "loss": name, "value": value})
    golden = {"madeBy": f"Keras {keras.version()}, TensorFlow {tf.__version__}, float64"}
    golden.update({"operations": cases, "losses": losses})
    file = TARGET / "operations.safetensors"
    before = load_file(file) if file.exists() else {}
    changed = {key.split("/")[0] for key, array in before.items() if not np.array_equal(array, arrays.get(key))}
    save_file(arrays, file, metadata={"golden": json.dumps(golden)})
    print(len(cases), "operations,", len(losses), "losses; other numbers than before:", sorted(changed) or "none")


# ---- optimizers


def write_optimizers():
    o = keras.optimizers
    rate = number(0.01)
    betas = (number(0.9), number(0.999))
    cases = [
        ("sgd", {}, o.SGD(rate)),
        ("sgd", {"momentum": 0.9}, o.SGD(rate, number(0.9))),
        ("sgd", {"momentum": 0.9, "nesterov": True}, o.SGD(rate, number(0.9), nesterov=True)),
        ("adam", {}, o.Adam(rate, *betas)),
        ("adamW", {"weightDecay": 0.004}, o.AdamW(rate, number(0.004), *betas)),
        ("rmsprop", {}, o.RMSprop(rate)),
        ("rmsprop", {"momentum": 0.9}, o.RMSprop(rate, momentum=number(0.9))),
        ("rmsprop", {"centered": True}, o.RMSprop(rate, centered=True)),
    ]
    start = hashed((7,), 1)
    gradients = [hashed((7,), 2 + step) for step in range(10)]
    # One gradient that is always 0 and one that is tiny: there epsilon decides.
    for gradient in gradients:
        gradient[5:] = [0, gradient[6] * 2.0**-22]
    results = []
    for rule, options, optimizer in cases:
        variable = keras.Variable(start, dtype="float64")
        for gradient in gradients:
            optimizer.apply([tf.constant(gradient)], [variable])
        given = {"rule": rule, "learningRate": float(rate), **options}
        results.append({"optimizer": given, "result": variable.numpy().tolist()})
    golden = {
        "madeBy": f"Keras {keras.version()}, TensorFlow {tf.__version__}, float64",
        "start": start.tolist(),
        "gradients": [gradient.tolist() for gradient in gradients],
        "cases": results,
    }
    (TARGET / "optimizers.json").write_text(json.dumps(golden, indent=1) + "\n")
    print(len(cases), "optimizers")


if __name__ == "__main__":
    TARGET.mkdir(parents=True, exist_ok=True)
    writers = {name: lambda name=name: write_network(name, NETWORKS[name]) for name in NETWORKS}
    writers.update({"operations": write_operations, "optimizers": write_optimizers})
    for name in sys.argv[1:] or writers:
        writers[name]()
