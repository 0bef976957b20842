"""Models with two inputs and two outputs, compiled and fitted by Keras: what fit and evaluate report."""

import json

import keras
import numpy as np

from arrays import MADE_BY, TARGET, hashed, number

COUNT, BATCH, EPOCHS, VALIDATION = 14, 4, 5, 0.25
IMAGE, FEATURES, CLASSES = [8, 7, 1], 3, 5


def network():
    """Two images share a convolution; a vector joins before the outputs, one of which feeds the other."""
    left, right = keras.Input(IMAGE, name="left"), keras.Input(IMAGE, name="right")
    features = keras.Input([FEATURES], name="features")
    conv = keras.layers.Conv2D(4, 3, strides=2, activation="tanh", name="conv")
    flatten = keras.layers.Flatten(name="flatten")
    embed = keras.layers.Dense(6, activation="tanh", name="embed")
    joined = keras.layers.Concatenate(name="joined")([embed(flatten(conv(left))), embed(flatten(conv(right))), features])
    digit = keras.layers.Dense(CLASSES, activation="softmax", name="digit")(joined)
    position = keras.layers.Dense(2, name="position")(keras.layers.Concatenate(name="both")([joined, digit]))
    return keras.Model([left, right, features], [digit, position])


DATA = {
    "left": hashed((COUNT, *IMAGE), 1),
    "right": hashed((COUNT, *IMAGE), 2),
    "features": hashed((COUNT, FEATURES), 3),
    "digit": np.arange(COUNT) * 7 % CLASSES,
    "position": hashed((COUNT, 2), 4),
    "weight": hashed((COUNT,), 5, center=1, limit=0.9),
    "otherWeight": hashed((COUNT,), 6, center=1, limit=0.9),
}

CROSSENTROPY, SQUARED = "sparse_categorical_crossentropy", "mean_squared_error"

# What compile gets, and the names of the sample weights in DATA.
CASES = {
    "a loss for each output": ({"loss": [CROSSENTROPY, SQUARED]}, None),
    "weights and metrics by name, with sample weights for all": (
        {
            "loss": {"digit": CROSSENTROPY, "position": SQUARED},
            "loss_weights": {"digit": 0.5, "position": 2.0},
            "metrics": {"digit": ["accuracy"]},
        },
        "weight",
    ),
    "lists, with sample weights for each output": (
        {
            "loss": [CROSSENTROPY, SQUARED],
            "loss_weights": [0.75, 0.25],
            "metrics": [["accuracy"], []],
        },
        ["weight", "otherWeight"],
    ),
    "an output without a loss": ({"loss": [CROSSENTROPY, None], "metrics": [["accuracy"], None]}, None),
}


def run(options, sample_weight):
    model = network()
    for seed, variable in enumerate(model.weights, start=11):
        variable.assign(hashed(tuple(variable.shape), seed, limit=0.4))
    weights = options.get("loss_weights")
    if isinstance(weights, dict):
        options = {**options, "loss_weights": {name: number(w) for name, w in weights.items()}}
    elif weights:
        options = {**options, "loss_weights": [number(w) for w in weights]}
    # Eagerly, Keras knows the size of the last, smaller batch; in a graph it counts that batch as full in the losses of
    # the outputs (keras.src.trainers.compile_utils), which then do not add up to the loss.
    model.compile(optimizer=keras.optimizers.SGD(number(0.1), number(0.9)), run_eagerly=True, **options)
    x = {name: DATA[name] for name in ("left", "right", "features")}
    y = [DATA["digit"], DATA["position"]]
    weight = [DATA[name] for name in sample_weight] if isinstance(sample_weight, list) else DATA.get(sample_weight)
    common = {"batch_size": BATCH, "sample_weight": weight, "verbose": 0}
    history = model.fit(x, y, epochs=EPOCHS, shuffle=False, validation_split=VALIDATION, **common)
    evaluation = model.evaluate(x, y, return_dict=True, **common)
    final = {w.path: float(np.square(w.numpy()).sum()) for w in model.weights}
    return {
        "history": {name: [float(value) for value in values] for name, values in history.history.items()},
        "evaluation": {name: float(value) for name, value in evaluation.items()},
        "finalSquares": final,
    }


def write_several():
    runs = []
    for name, (options, sample_weight) in CASES.items():
        runs.append({"name": name, "compile": options, "sampleWeight": sample_weight, **run(options, sample_weight)})
    weights = [{"name": w.path, "shape": list(w.shape)} for w in network().weights]
    golden = {"madeBy": MADE_BY, "weights": weights, "runs": runs}
    (TARGET / "several.json").write_text(json.dumps(golden, indent=None) + "\n")
    print(len(runs), "runs of models with several inputs and outputs")
