"""Networks: activations, gradients and ten steps of training."""

import json

import keras
import numpy as np
import tensorflow as tf
from safetensors.numpy import save_file

from layers import call, conv, dense, described, gathered, initial, pool, weights_of
from arrays import MADE_BY, TARGET, float32, hashed, images, number

# LeCun et al. 1998, Table I: the S2 maps that each C3 map sees.
TABLE_I = [
    [int(s2) for s2 in c3]
    for c3 in "012 123 234 345 045 015 0123 1234 2345 0345 0145 0125 0134 1245 0235 012345".split()
]


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
        "madeBy": MADE_BY,
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
