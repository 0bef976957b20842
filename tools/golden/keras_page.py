"""Runs the column "Keras" of docs/keras.md and writes test/golden/keras-page.json: what each cell gives, and Keras's names.

    /tmp/golden-venv/bin/python tools/golden/keras_page.py

A row's first cell is Python, its second TypeScript; test/docs/keras.test.ts runs the second and compares. What is
compared depends on what the Python gives: for a layer, the shape of its output for the input below and the number of its
parameters; for a loss, a metric, an activation or a schedule, its values; for an initializer, mean and deviation of a
kernel [200, 300]; for anything else, only that it runs.
"""

import json
import re

from arrays import MADE_BY, TARGET, images  # first, because it sets Keras up

import keras
import numpy as np
from keras import activations, callbacks, constraints, initializers, layers, losses, metrics, optimizers, regularizers
from keras.optimizers import schedules
from keras.src.layers.merging.base_merge import Merge

PAGE = TARGET.parents[1] / "docs" / "keras.md"
CELLS = re.compile(r"^\| `([^`]+)` \| `([^`]+)` \|", re.M)

# Modules whose public names the page must map or list as left out, without their functions to load, save and look up.
MODULES = {
    "layers": layers,
    "losses": losses,
    "metrics": metrics,
    "optimizers": optimizers,
    "optimizers.schedules": schedules,
    "activations": activations,
    "initializers": initializers,
    "regularizers": regularizers,
    "constraints": constraints,
    "callbacks": callbacks,
    "models": keras.models,
    "utils": keras.utils,
    "datasets": keras.datasets,
}
LOOKUPS = {"deserialize", "serialize", "get", "legacy", "schedules"}


def public_names():
    """The names of each module, in lists of names for one thing: `Dense`; `Add`, `add`; `L2`, `l2`."""
    names = {}
    for module, content in MODULES.items():
        found = {}
        for name in sorted(dir(content)):
            is_function_of_losses = module == "metrics" and name[0].islower()
            if not name.startswith("_") and name not in LOOKUPS and not is_function_of_losses:
                same = [key for key, listed in found.items() if getattr(content, listed[0]) is getattr(content, name)]
                found.setdefault(same[0] if same else name.replace("_", "").lower(), []).append(name)
        names[module] = sorted(found.values())
    methods = [name for name in dir(keras.Model) if not name.startswith("_")]
    names["Model"] = [[name] for name in methods if is_documented(name)]
    return names


def is_documented(name):
    """The methods and properties of https://keras.io/api/models/, which are those that users call."""
    return name in (
        "add_loss add_weight build compile evaluate export fit from_config get_config get_layer get_weights inputs "
        "layers load_weights losses metrics metrics_names non_trainable_weights output predict predict_on_batch quantize "
        "save save_weights set_weights summary test_on_batch to_json train_on_batch train_step trainable "
        "trainable_weights weights"
    ).split()


def rounded(values):
    return [float(f"{value:.5g}") for value in np.asarray(values, dtype=np.float64).reshape(-1)]


# The data of the comparisons; test/docs/keras.test.ts has the same.
ROWS = np.array([[0.2, 0.5, 0.3], [0.7, 0.2, 0.1], [0.1, 0.3, 0.6], [0.4, 0.35, 0.25]])
CLASSES = np.array([1, 0, 0, 2])
ONE_HOT = np.eye(3)[CLASSES]
BINARY = np.array([[1.0], [0.0], [1.0], [0.0]])
SCORES = np.array([[0.8], [0.3], [0.4], [0.6]])
NUMBERS = np.array([-3.5, -1.0, -0.25, 0.0, 0.25, 1.0, 3.5, 7.0])


def outcome(value):
    if isinstance(value, layers.Layer) and not isinstance(value, keras.Model) and not value._inbound_nodes:
        return {"kind": "layer", **applied(value)}
    if isinstance(value, (losses.Loss, metrics.Metric)):
        kind = "loss" if isinstance(value, losses.Loss) else "metric"
        binary = any(word in value.name.lower() for word in ("binary", "auc", "precision", "recall", "hinge"))
        binary = binary and "categorical" not in value.name.lower()
        targets = "binary" if binary else "classes" if "parse" in type(value).__name__ else "rows"
        target = {"binary": BINARY, "classes": CLASSES, "rows": ONE_HOT}[targets]
        scores = (SCORES if binary else ROWS).astype(np.float32)  # TensorFlow's top-k takes float32 only
        return {"kind": kind, "targets": targets, "values": rounded(value(target, scores))}
    if isinstance(value, schedules.LearningRateSchedule):
        return {"kind": "schedule", "values": rounded([float(value(step)) for step in (0, 1, 10, 55, 100, 250)])}
    if isinstance(value, initializers.Initializer):
        drawn = keras.ops.convert_to_numpy(value((200, 300)))
        return {"kind": "initializer", "mean": round(float(drawn.mean()), 4), "deviation": round(float(drawn.std()), 5)}
    if getattr(value, "__module__", "").startswith("keras.src.activations"):
        x = NUMBERS.reshape(2, 4)
        return {"kind": "activation", "values": rounded(keras.ops.convert_to_numpy(value(x)))}
    return {"kind": "other"}


def applied(layer):
    """The layer on an image [12, 10, 4], or where it takes several inputs, on two; a Dense on a vector of 20."""
    image = [12, 10, 4]
    first, second = keras.Input(image), keras.Input(image)
    is_merging = isinstance(layer, Merge)
    shape = [20] if isinstance(layer, layers.Dense) else image
    output = layer([first, second]) if is_merging else layer(first if shape == image else keras.Input(shape))
    seeds = [w for w in layer.weights if "seed_generator" in w.path]
    parameters = int(sum(np.prod(w.shape) for w in layer.weights) - sum(np.prod(w.shape) for w in seeds))
    return {"inputs": 2 if is_merging else 1, "shape": shape, "output": list(output.shape[1:]), "parameters": parameters}


def small_model():
    """The model that the rows about models use: flatten, and a softmax of three classes."""
    image = keras.Input([6, 6, 1])
    hidden = layers.Dense(4, activation="relu", name="hidden")(layers.Flatten()(image))
    model = keras.Model(image, layers.Dense(3, activation="softmax", name="digit")(hidden))
    model.compile("adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def names_of_page():
    batch, labels = images(20, (6, 6, 1), 3)
    return {
        **{name: getattr(keras, name) for name in ("layers", "losses", "metrics", "optimizers", "callbacks", "utils")},
        **{name: getattr(keras, name) for name in ("activations", "initializers", "regularizers", "constraints")},
        **{"keras": keras, "schedules": schedules, "np": np, "x": batch / 256, "y": labels, "model": small_model()},
    }


def run(cell, names):
    try:
        code = compile(cell, "cell", "eval")
    except SyntaxError:
        exec(cell, names)
        return {"kind": "other"}
    return outcome(eval(code, names))


if __name__ == "__main__":
    names = names_of_page()
    cells = [left.replace("\\|", "|") for left, _ in CELLS.findall(PAGE.read_text())]
    golden = {"madeBy": MADE_BY, "names": public_names(), "cells": {}}
    for cell in cells:
        try:
            golden["cells"][cell] = run(cell, names)
        except Exception as error:
            raise SystemExit(f"{cell}: {type(error).__name__}: {error}") from error
    lines = ",\n".join(f"  {json.dumps(cell)}: {json.dumps(result)}" for cell, result in golden["cells"].items())
    modules = ",\n".join(f"  {json.dumps(module)}: {json.dumps(of)}" for module, of in golden["names"].items())
    text = f'{{\n "madeBy": {json.dumps(MADE_BY)},\n "names": {{\n{modules}\n }},\n "cells": {{\n{lines}\n }}\n}}\n'
    (TARGET / "keras-page.json").write_text(text)
    print(len(cells), "rows")
