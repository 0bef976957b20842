"""Single operations: odd sizes, uneven strides, both paddings, ties. Each area is a module here, with a function

    cases()  yields (name, description of the layer, shapes of its inputs, options of run_operation)

and, for kinds of layers that layers.py does not know, entries in layers.MAKERS. A case's numbers follow from its place
in the area, so a new case goes last.
"""

import importlib
import json
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from safetensors.numpy import load_file, save_file

from arrays import MADE_BY, TARGET, float32, hashed
from layers import call, described, gathered, initial, weights_of

AREAS = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path.stem != "__init__")


def run_operation(seed, spec, shapes, training=False, whole=False, limit=2):
    values = [hashed(shape, seed * 50 + i, limit=3 if whole else limit) for i, shape in enumerate(shapes)]
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


def write_operations(area):
    arrays, cases = {}, []
    for seed, (name, spec, shapes, options) in enumerate(importlib.import_module(f"operations.{area}").cases(), start=1):
        made = run_operation(seed, spec, shapes, **options)
        arrays.update({f"{name}/{key}": float32(value) for key, value in made.items()})
        cases.append({"name": name, **options, "layer": {**described(spec), "name": name}})
    golden = {"madeBy": MADE_BY, "operations": cases}
    file = TARGET / "operations" / f"{area}.safetensors"
    file.parent.mkdir(exist_ok=True)
    before = load_file(file) if file.exists() else {}
    changed = {key.split("/")[0] for key, array in before.items() if not np.array_equal(array, arrays.get(key))}
    save_file(arrays, file, metadata={"golden": json.dumps(golden)})
    print(area, len(cases), "operations; other numbers than before:", sorted(changed) or "none")
