"""`fit` and `evaluate` of a small network with regularizers, constraints and options of optimizers.

A case is described in lenet5's names, from which Keras's names follow. Numbers are sums of few powers of two where Keras
turns them into float32 on the way.
"""

import json
import re

import keras
import numpy as np
from keras import constraints, layers, regularizers
from safetensors.numpy import save_file

from arrays import MADE_BY, TARGET, float32, hashed

SHAPE = (5, 4, 2)
IMAGES = hashed((11, *SHAPE), 1)
LABELS = np.arange(11) % 4

l1 = lambda factor: {"l1": factor, "l2": 0}
l2 = lambda factor: {"l1": 0, "l2": factor}
both = lambda a, b: {"l1": a, "l2": b}
max_norm = lambda value, axis: {"type": "maxNorm", "maxValue": value, "axis": axis}

SGD = {"type": "sgd", "learningRate": 0.125, "momentum": 0.5}
ADAM = {"type": "adam", "learningRate": 0.0078125}

# name: options of the convolution (a conv2d, or its kind), of the batch normalization (None: without), of the last layer, of the optimizer
CASES = {
    "kernel-l2": ({"kernelRegularizer": l2(0.125)}, None, {}, SGD),
    "kernel-l1": ({"kernelRegularizer": l1(0.0625)}, None, {"kernelRegularizer": l1(0.03125)}, SGD),
    "kernel-l1l2": ({}, None, {"kernelRegularizer": both(0.0625, 0.125)}, SGD),
    "bias": ({"biasRegularizer": l2(0.5)}, None, {"biasRegularizer": l1(0.25)}, SGD),
    "activity": ({"activityRegularizer": l2(0.03125)}, None, {}, SGD),
    "activity-l1": ({"activityRegularizer": both(0.015625, 0.03125)}, None, {"activityRegularizer": l2(0.5)}, SGD),
    "batch-normalization": (
        {},
        {
            "gammaRegularizer": l2(0.25),
            "betaRegularizer": l1(0.125),
            "gammaConstraint": max_norm(0.75, 0),
            "betaConstraint": {"type": "nonNeg"},
            "activityRegularizer": l2(0.0078125),
        },
        {},
        SGD,
    ),
    "max-norm": ({"kernelConstraint": max_norm(0.25, [0, 1, 2])}, None, {"kernelConstraint": max_norm(0.5, 0)}, SGD),
    "max-norm-axes": ({"kernelConstraint": max_norm(0.25, [0, -1])}, None, {"biasConstraint": max_norm(0.125, 0)}, SGD),
    "unit-norm": ({"kernelConstraint": {"type": "unitNorm", "axis": [0, 1, 2]}}, None, {}, SGD),
    "non-neg": ({"biasConstraint": {"type": "nonNeg"}}, None, {"kernelConstraint": {"type": "nonNeg"}}, SGD),
    "min-max-norm": (
        {},
        None,
        {"kernelConstraint": {"type": "minMaxNorm", "minValue": 0.5, "maxValue": 0.75, "rate": 0.5, "axis": 0}},
        SGD,
    ),
    "clip-norm": ({}, None, {}, {**SGD, "clipNorm": 0.0625}),
    "global-clip-norm": ({}, None, {}, {**SGD, "globalClipNorm": 0.25}),
    "clip-value": ({}, None, {}, {**ADAM, "clipValue": 0.0078125}),
    "weight-decay": ({}, None, {}, {**SGD, "weightDecay": 0.25}),
    "weight-decay-excluded": ({}, None, {}, {**ADAM, "weightDecay": 2, "excludeFromWeightDecay": ["bias"]}),
    "ema": ({}, None, {}, {**SGD, "useEma": True, "emaMomentum": 0.75}),
    "ema-overwrite": ({}, None, {}, {**SGD, "useEma": True, "emaMomentum": 0.75, "emaOverwriteFrequency": 2}),
    "accumulation": ({}, None, {}, {**ADAM, "gradientAccumulationSteps": 2}),
    "accumulation-of-four": ({}, None, {}, {**SGD, "gradientAccumulationSteps": 4}),
    "accumulation-ema": (
        {"kernelConstraint": max_norm(0.5, [0, 1, 2])},
        None,
        {},
        {
            **SGD,
            "gradientAccumulationSteps": 2,
            "useEma": True,
            "emaMomentum": 0.75,
            "emaOverwriteFrequency": 3,
            "globalClipNorm": 0.25,
        },
    ),
    "everything": (
        {
            "kernelRegularizer": both(0.015625, 0.03125),
            "activityRegularizer": l1(0.015625),
            "kernelConstraint": max_norm(0.5, [0, 1, 2]),
        },
        {"gammaRegularizer": l2(0.0625)},
        {"kernelRegularizer": l2(0.125), "biasRegularizer": l2(0.25), "kernelConstraint": max_norm(0.5, 0)},
        {
            **SGD,
            "nesterov": True,
            "globalClipNorm": 0.5,
            "weightDecay": 0.125,
            "excludeFromWeightDecay": ["bias", "gamma", "beta"],
            "useEma": True,
            "emaMomentum": 0.5,
        },
    ),
    "depthwise": (
        {
            "kind": "depthwiseConv2d",
            "depthMultiplier": 2,
            "depthwiseRegularizer": both(0.0625, 0.125),
            "biasRegularizer": l2(0.5),
            "activityRegularizer": l2(0.03125),
            "depthwiseConstraint": max_norm(0.5, [0, 1]),
            "biasConstraint": {"type": "nonNeg"},
        },
        None,
        {},
        SGD,
    ),
    "separable": (
        {
            "kind": "separableConv2d",
            "depthwiseRegularizer": l2(0.25),
            "pointwiseRegularizer": l1(0.0625),
            "biasRegularizer": l1(0.125),
            "activityRegularizer": l1(0.015625),
            "depthwiseConstraint": max_norm(0.25, [0, 1, 2]),
            "pointwiseConstraint": {"type": "unitNorm", "axis": -2},
            "biasConstraint": max_norm(0.125, 0),
        },
        None,
        {},
        SGD,
    ),
    "transposed": (
        {
            "kind": "conv2dTranspose",
            "kernelRegularizer": both(0.0625, 0.125),
            "biasRegularizer": l2(0.25),
            "activityRegularizer": l2(0.015625),
            "kernelConstraint": max_norm(0.5, [0, 1, 3]),
            "biasConstraint": {"type": "nonNeg"},
        },
        None,
        {},
        SGD,
    ),
    "adam-amsgrad": ({}, None, {}, {**ADAM, "amsgrad": True}),
    "adamW": ({}, None, {}, {**ADAM, "type": "adamW", "weightDecay": 0.5}),
    "nadam": ({}, None, {}, {**ADAM, "type": "nadam", "gradientAccumulationSteps": 2}),
    "adamax": ({}, None, {}, {**ADAM, "type": "adamax"}),
    "adagrad": ({}, None, {}, {"type": "adagrad", "learningRate": 0.0625, "initialAccumulatorValue": 0.25}),
    "adadelta": ({}, None, {}, {"type": "adadelta", "learningRate": 64}),
    "lion": ({}, None, {}, {"type": "lion", "learningRate": 0.0078125}),
    "rmsprop": ({}, None, {}, {"type": "rmsprop", "learningRate": 0.0078125, "clipNorm": 0.125}),
}


def snake(name):
    """beta1 -> beta_1, clipNorm -> clipnorm, maxValue -> max_value"""
    if name in ("clipNorm", "clipValue", "globalClipNorm"):
        return {"clipNorm": "clipnorm", "clipValue": "clipvalue", "globalClipNorm": "global_clipnorm"}[name]
    return re.sub(r"([A-Z]|\d)", lambda found: "_" + found.group(1).lower(), name)


def constraint(config):
    options = {snake(name): value for name, value in config.items() if name != "type"}
    return getattr(constraints, config["type"][0].upper() + config["type"][1:])(**options)


def option(name, value):
    if name.endswith("Regularizer"):
        return regularizers.L1L2(**value)
    return constraint(value) if name.endswith("Constraint") else value


def options_of(spec):
    return {snake(name): option(name, value) for name, value in spec.items()}


def optimizer_of(spec):
    names = {"type", "excludeFromWeightDecay"}
    given = {}
    for name, value in spec.items():
        if name in names:
            continue
        is_number = isinstance(value, float) or name in ("learningRate", "weightDecay")
        given[snake(name)] = np.float64(value) if is_number else value
    kinds = {"sgd": "SGD", "rmsprop": "RMSprop", "adamW": "AdamW"}
    optimizer = getattr(keras.optimizers, kinds.get(spec["type"], spec["type"].capitalize()))(**given)
    if "excludeFromWeightDecay" in spec:
        optimizer.exclude_from_weight_decay(var_names=spec["excludeFromWeightDecay"])
    return optimizer


CONVOLUTIONS = {
    "conv2d": lambda **options: layers.Conv2D(3, 3, **options),
    "depthwiseConv2d": lambda **options: layers.DepthwiseConv2D(3, **options),
    "separableConv2d": lambda **options: layers.SeparableConv2D(3, 3, **options),
    "conv2dTranspose": lambda **options: layers.Conv2DTranspose(3, 3, **options),
}


def run(conv, norm, end, optimizer):
    x = keras.Input(SHAPE)
    options = {name: value for name, value in conv.items() if name != "kind"}
    convolution = CONVOLUTIONS[conv.get("kind", "conv2d")]
    y = convolution(activation="tanh", name="conv", **options_of(options))(x)
    if norm is not None:
        y = layers.BatchNormalization(name="norm", **options_of(norm))(y)
    y = layers.Dense(4, activation="softmax", name="end", **options_of(end))(layers.Flatten()(y))
    model = keras.Model(x, y)
    start = {}
    for seed, variable in enumerate(model.weights, start=10):
        center = 1 if variable.name in ("gamma", "moving_variance") else 0
        variable.assign(hashed(variable.shape, seed, center, 0.5))
        start[variable.path] = {"shape": list(variable.shape), "seed": seed, "center": center, "limit": 0.5}
    model.compile(optimizer_of(optimizer), "sparse_categorical_crossentropy")
    history = model.fit(IMAGES, LABELS, batch_size=4, epochs=2, shuffle=False, verbose=0)
    evaluated = model.evaluate(IMAGES, LABELS, batch_size=4, verbose=0)
    result = {"start": start, "losses": history.history["loss"], "evaluated": evaluated}
    return result, {v.path: float32(v.numpy()) for v in model.weights}


def write_training():
    cases, arrays = [], {}
    for name, (conv, norm, end, optimizer) in CASES.items():
        result, final = run(conv, norm, end, optimizer)
        cases.append({"name": name, "conv": conv, "norm": norm, "end": end, "optimizer": optimizer, **result})
        arrays.update({f"{name}/{path}": array for path, array in final.items()})
        print(name, *(f"{loss:.6f}" for loss in [*result["losses"], result["evaluated"]]))
    golden = {
        "madeBy": MADE_BY,
        "input": {"shape": IMAGES.shape, "seed": 1},
        "labels": LABELS.tolist(),
        "batchSize": 4,
        "epochs": 2,
        "cases": cases,
    }
    save_file(arrays, TARGET / "training.safetensors", metadata={"golden": json.dumps(golden)})
