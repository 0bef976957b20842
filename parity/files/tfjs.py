"""Writes small models of TensorFlow.js's converter for the tests: test/exchange/files/tfjs.

    python parity/files/tfjs.py keras3     Python 3.12: keras 3.15, tensorflow 2.21, tensorflowjs 4.22
    python parity/files/tfjs.py keras2     Python 3.7: keras 2.3.1, tensorflow 1.15, tensorflowjs 1.7.4
    python parity/files/tfjs.py keras2_old The same with tensorflowjs 0.8.6
    python parity/files/tfjs.py graph      Python 3.9: tensorflow 2.13, tensorflowjs 4.22

tensorflowjs asks for packages that these conversions do not use, and that no longer install together:
`pip install --no-deps tensorflowjs==4.22.0` is enough.
"""

import json
import os
import pathlib
import sys
import tempfile
import types

import numpy as np

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
folder = pathlib.Path(__file__).parents[2] / "test/exchange/files/tfjs"
random = np.random.default_rng(7)


class Unused(types.ModuleType):
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Unused(name)

    def __call__(self, *given, **options):
        return self


unused = ["tensorflow_hub", "tf_keras", "tensorflow_decision_forests", "tensorflowjs.converters.jax_conversion"]
for name in [*unused, "jax", "jax.experimental", "jax.experimental.jax2tf", "PyInquirer"]:
    sys.modules[name] = Unused(name)


def filled(model):
    """With weights that show every mistake, also moving statistics."""
    model.set_weights([random.uniform(0.1, 0.9, w.shape) - 0.4 * (w.ndim > 1) for w in model.get_weights()])
    return model


def answers(name, model, shapes):
    inputs = [random.uniform(0, 1, (2, *shape)).astype("float32") for shape in shapes]
    outputs = model.predict(inputs if len(inputs) > 1 else inputs[0])
    outputs = outputs if isinstance(outputs, list) else [outputs]
    rounded = lambda x: {"shape": list(x.shape), "data": [float("%.7g" % v) for v in x.astype("float64").ravel()]}
    (folder / name / "io.json").write_text(
        json.dumps({"inputs": [rounded(x) for x in inputs], "outputs": [rounded(x) for x in outputs]})
    )


def networks(keras, L):
    sequential = keras.Sequential(
        [
            L.Conv2D(3, 3, activation="relu", input_shape=(8, 8, 1)),
            L.BatchNormalization(),
            L.MaxPooling2D(),
            L.Flatten(),
            L.Dropout(0.5),
            L.Dense(3, activation="softmax"),
        ],
        name="sequential_of_tests",
    )
    image = keras.Input((6, 6, 2), name="image")
    inner = keras.Sequential([L.SeparableConv2D(3, 3, input_shape=(6, 6, 2)), L.ReLU(max_value=0.7)], name="inner")
    left, right = inner(image), L.Conv2D(3, 3, name="right")(image)
    both = L.Concatenate()([L.Add()([left, right]), right])
    features = L.GlobalAveragePooling2D()(L.LeakyReLU(0.1)(L.DepthwiseConv2D(2)(both)))
    outputs = [L.Dense(3, activation="softmax", name="classes")(features), L.Dense(1, name="score")(features)]
    return filled(sequential), filled(keras.Model(image, outputs))


def keras3():
    import keras
    from keras import layers as L
    from tensorflowjs.converters import converter

    sequential, functional = networks(keras, L)
    with tempfile.TemporaryDirectory() as temporary:
        for ending in ["keras", "h5"]:
            path = f"{temporary}/{ending}/model.{ending}"
            pathlib.Path(path).parent.mkdir()
            sequential.save(path)
            convert = getattr(converter, f"dispatch_keras_{ending}_to_tfjs_layers_model_conversion")
            convert(path, str(folder / f"keras3-{ending}"))
            answers(f"keras3-{ending}", sequential, [(8, 8, 1)])
        functional.save(f"{temporary}/model.h5")
        for kind in ["uint8", "uint16", "float16"]:
            out = str(folder / f"keras3-{kind}")
            convert = converter.dispatch_keras_h5_to_tfjs_layers_model_conversion
            convert(f"{temporary}/model.h5", out, quantization_dtype_map={kind: "*"}, weight_shard_size_bytes=100)
            answers(f"keras3-{kind}", functional, [(6, 6, 2)])


def keras2():
    import keras
    import tensorflowjs
    from keras import layers as L

    name = f"converter-{tensorflowjs.__version__.split('.')[0]}"
    sequential, functional = networks(keras, L)
    tensorflowjs.converters.save_keras_model(sequential, str(folder / f"{name}-sequential"))
    answers(f"{name}-sequential", sequential, [(8, 8, 1)])
    tensorflowjs.converters.save_keras_model(functional, str(folder / f"{name}-functional"))
    answers(f"{name}-functional", functional, [(6, 6, 2)])


def graph():
    from tensorflow import keras
    from tensorflow.keras import layers as L
    from tensorflowjs.converters.tf_saved_model_conversion_v2 import convert_tf_saved_model

    sequential = keras.Sequential(
        [
            L.Conv2D(3, 3, activation="relu", input_shape=(8, 8, 1)),
            L.BatchNormalization(),
            L.MaxPooling2D(),
            L.Conv2D(4, 3, padding="same"),
            L.BatchNormalization(),
            L.ReLU(),
            L.DepthwiseConv2D(2),
            L.LeakyReLU(),
            L.Flatten(),
            L.Dense(5, activation="tanh"),
            L.Dense(3, activation="softmax"),
        ]
    )
    pixels = keras.Input((72,), name="pixels")
    image = L.ZeroPadding2D(((1, 0), (0, 1)))(L.Reshape((6, 6, 2))(L.Rescaling(2, offset=-0.5)(pixels)))
    left, right = [L.Conv2D(3, 3, strides=2, groups=groups, padding="same")(image) for groups in (1, 1)]
    both = L.Concatenate()([L.Add()([left, L.Activation("elu")(right)]), left, L.Multiply()([left, right])])
    features = L.GlobalAveragePooling2D()(L.AveragePooling2D(2, 1, padding="same")(both))
    largest = L.GlobalMaxPooling2D(keepdims=True)(both)
    outputs = [L.Dense(3, activation="softmax")(features), L.Dense(1, activation="sigmoid")(L.Flatten()(largest))]
    networks = {"sequential": (sequential, (8, 8, 1)), "branches": (keras.Model(pixels, outputs), (72,))}
    for name, (model, shape) in networks.items():
        filled(model)
        with tempfile.TemporaryDirectory() as temporary:
            model.export(temporary)
            convert_tf_saved_model(temporary, str(folder / f"graph-{name}"))
        answers(f"graph-{name}", model, [shape])


modes = {"keras3": keras3, "keras2": keras2, "keras2_old": keras2, "graph": graph}
modes[sys.argv[1]]()
