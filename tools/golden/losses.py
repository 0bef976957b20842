"""Losses, plain and with sample weights."""

import json

import keras
import numpy as np
import tensorflow as tf
from safetensors.numpy import save_file

from arrays import MADE_BY, TARGET, float32, hashed

# A case's numbers follow from its seed: a new one goes last.
FIRST_SEED = 44


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


def write_losses():
    arrays, losses = {}, []
    for name in ("sparse_categorical_crossentropy", "categorical_crossentropy", "mean_squared_error"):
        for weighted in (False, True):
            key = f"{name}-{'weighted' if weighted else 'plain'}"
            made, value = run_loss(FIRST_SEED + len(losses), name, weighted)
            arrays.update({f"{key}/{part}": float32(array) for part, array in made.items()})
            losses.append({"name": key, "loss": name, "value": value})
    golden = {"madeBy": MADE_BY, "losses": losses}
    save_file(arrays, TARGET / "losses.safetensors", metadata={"golden": json.dumps(golden)})
    print(len(losses), "losses")
