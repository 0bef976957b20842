"""Losses, plain and with sample weights."""

import json

import keras
import numpy as np
import tensorflow as tf
from safetensors.numpy import save_file

from arrays import MADE_BY, TARGET, float32, hashed

# A case's numbers follow from its seed: a new one goes last.
FIRST_SEED = 44

L = keras.losses

# Exact in float32 and summing to 1 exactly: TensorFlow's gradient, softmax - target, takes that for granted.
SOFT = np.array([np.roll([0.5, 0.25, 0.125, 0.125, 0.0], 2 * n) for n in range(6)])
YES_OR_NO = np.array([[(n * 3 + k * 5) % 4 % 2 for k in range(5)] for n in range(6)])
RIGHT = np.eye(5)[np.arange(6) * 2 % 5]

# (our loss, what stands between the predictions and the loss, Keras's loss, target)
CASES = [
    ({"type": "sparse_categorical_crossentropy"}, "softmax", L.SparseCategoricalCrossentropy(), np.arange(6) * 2 % 5),
    ({"type": "categorical_crossentropy"}, "softmax", L.CategoricalCrossentropy(), SOFT),
    ({"type": "mean_squared_error"}, "linear", L.MeanSquaredError(), SOFT),
    (
        {"type": "sparse_categorical_crossentropy", "fromLogits": True},
        "linear",
        L.SparseCategoricalCrossentropy(from_logits=True),
        np.arange(6) * 2 % 5,
    ),
    ({"type": "categorical_crossentropy", "fromLogits": True}, "linear", L.CategoricalCrossentropy(True), SOFT),
    (
        {"type": "categorical_crossentropy", "labelSmoothing": 0.25},
        "softmax",
        L.CategoricalCrossentropy(label_smoothing=0.25),
        SOFT,
    ),
    (
        {"type": "categorical_crossentropy", "fromLogits": True, "labelSmoothing": 0.5},
        "linear",
        L.CategoricalCrossentropy(True, 0.5),
        SOFT,
    ),
    ({"type": "binary_crossentropy"}, "sigmoid", L.BinaryCrossentropy(), YES_OR_NO),
    ({"type": "binary_crossentropy", "fromLogits": True}, "linear", L.BinaryCrossentropy(True), SOFT),
    (
        {"type": "binary_crossentropy", "labelSmoothing": 0.25},
        "sigmoid",
        L.BinaryCrossentropy(label_smoothing=0.25),
        YES_OR_NO,
    ),
    ({"type": "categorical_focal_crossentropy"}, "softmax", L.CategoricalFocalCrossentropy(), SOFT),
    (
        {
            "type": "categorical_focal_crossentropy",
            "alpha": 0.75,
            "gamma": 1.5,
            "fromLogits": True,
            "labelSmoothing": 0.25,
        },
        "linear",
        L.CategoricalFocalCrossentropy(0.75, 1.5, True, 0.25),
        SOFT,
    ),
    ({"type": "binary_focal_crossentropy"}, "sigmoid", L.BinaryFocalCrossentropy(), YES_OR_NO),
    (
        {
            "type": "binary_focal_crossentropy",
            "applyClassBalancing": True,
            "alpha": 0.75,
            "gamma": 3,
            "fromLogits": True,
            "labelSmoothing": 0.25,
        },
        "linear",
        L.BinaryFocalCrossentropy(True, 0.75, 3.0, True, 0.25),
        YES_OR_NO,
    ),
    ({"type": "kl_divergence"}, "softmax", L.KLDivergence(), SOFT),
    ({"type": "mean_absolute_error"}, "linear", L.MeanAbsoluteError(), SOFT),
    ({"type": "huber"}, "linear", L.Huber(), SOFT),
    ({"type": "huber", "delta": 0.25}, "linear", L.Huber(0.25), SOFT),
    ({"type": "hinge"}, "linear", L.Hinge(), YES_OR_NO),
    ({"type": "hinge"}, "linear", L.Hinge(), 2 * YES_OR_NO - 1),
    ({"type": "squared_hinge"}, "linear", L.SquaredHinge(), YES_OR_NO),
    ({"type": "categorical_hinge"}, "linear", L.CategoricalHinge(), RIGHT),
]

BEFORE = {"softmax": keras.ops.softmax, "sigmoid": keras.ops.sigmoid, "linear": lambda x: x}


def run_loss(seed, before, loss, target, weighted):
    """Predictions are logits, and a softmax stands before the crossentropies: there the derivative has one meaning."""
    predictions = tf.Variable(hashed((6, 5), seed * 50, limit=2))
    sample_weight = hashed((6,), seed * 50 + 2, center=1) if weighted else np.ones(6)
    with tf.GradientTape() as tape:
        value = loss(target, BEFORE[before](predictions), sample_weight=sample_weight if weighted else None)
    gradient = tape.gradient(value, predictions).numpy()
    arrays = {"input/0": predictions.numpy(), "dInput/0": gradient}
    arrays.update({"target": target, "sampleWeight": sample_weight})
    return arrays, float(value)


def write_losses():
    arrays, losses = {}, []
    for ours, before, loss, target in CASES:
        for weighted in (False, True):
            options = [f"{name}={value}" for name, value in ours.items() if name != "type"]
            key = "-".join([ours["type"], *options, str(len(losses)), "weighted" if weighted else "plain"])
            made, value = run_loss(FIRST_SEED + len(losses), before, loss, target, weighted)
            arrays.update({f"{key}/{part}": float32(array) for part, array in made.items()})
            losses.append({"name": key, "loss": ours, "before": before, "value": value})
    golden = {"madeBy": MADE_BY, "losses": losses}
    save_file(arrays, TARGET / "losses.safetensors", metadata={"golden": json.dumps(golden)})
    print(len(losses), "losses")
