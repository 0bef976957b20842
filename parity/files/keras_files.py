"""Writes the files of test/exchange/files/keras/ with the Keras that is installed: python parity/files/keras_files.py

Run it with each of these, one after the other; each writes its own files, named after its version:
  Python 3.12: keras 3.15, tensorflow 2.21            (.keras and .h5 of Keras 3)
  Python 3.9:  tensorflow 2.13                        (.keras and .h5 of tf.keras 2.13)
  Python 3.7:  keras 2.3.1, tensorflow 1.15           (.h5 of Keras 2 and of tf.keras 1.15)
  Python 3.6:  keras 1.2.2, theano 1.0                (.h5 and .json of Keras 1, Theano's kernels)
Beside each model NAME.EXT is NAME.io.json: some inputs and what this Keras answers.
"""

import json
import os
import sys
from pathlib import Path

import numpy as np

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
folder = Path(__file__).resolve().parent.parent.parent / "test/exchange/files/keras"
folder.mkdir(parents=True, exist_ok=True)

random = np.random.RandomState(7)


def filled(model):
    """Gives every weight a value that matters: new biases are 0, new statistics 0 and 1. Variances are positive."""
    for layer in model.layers:
        if hasattr(layer, "layers"):
            filled(layer)
            continue
        low = [0.1 if "variance" in w.name or "running_std" in w.name else -0.6 for w in layer.weights]
        layer.set_weights([random.uniform(a, 0.9, w.shape) for a, w in zip(low, layer.get_weights())])
    return model


def answers(name, model, shapes, largest=1):
    inputs = [random.uniform(0, largest, (2, *shape)).astype("float32") for shape in shapes]
    outputs = model.predict(inputs if len(inputs) > 1 else inputs[0])
    outputs = outputs if isinstance(outputs, list) else [outputs]
    rounded = lambda tensor: {"shape": list(tensor.shape), "data": [float("%.7g" % v) for v in tensor.astype("float64").ravel()]}
    (folder / (name + ".io.json")).write_text(
        json.dumps({"inputs": [rounded(t) for t in inputs], "outputs": [rounded(t) for t in outputs]}) + "\n"
    )


def keras3():
    import keras
    from keras import layers as L

    sequential = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            keras.Sequential([L.RandomRotation(0.1), L.RandomFlip()], name="augmentation"),
            L.Rescaling(1 / 255),
            L.Conv2D(3, 3, activation="relu"),
            L.BatchNormalization(),
            L.Conv2D(2, 3, padding="same"),
            L.MaxPooling2D(),
            L.BatchNormalization(),
            L.Flatten(),
            L.Dropout(0.5),
            L.Dense(4),
            L.LeakyReLU(),
            L.Dense(3, activation="softmax"),
        ]
    )
    sequential.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    images, labels = random.uniform(0, 255, (12, 8, 8, 1)), np.arange(12) % 3
    sequential.fit(images, labels, batch_size=4, epochs=2, verbose=0)
    save("keras3-sequential", filled(sequential), [(8, 8, 1)], ["keras", "h5"], 255)

    image = keras.Input((8, 8, 2))
    left = L.Conv2D(3, 3, strides=2, activation=keras.layers.LeakyReLU(negative_slope=0.1), padding="same")(image)
    right = L.DepthwiseConv2D(3, strides=2, padding="same")(image)
    right = L.SeparableConv2D(3, 3, padding="same", activation="hard_sigmoid")(right)
    both = L.Add()([left, right])
    both = L.Concatenate()([both, L.PReLU(shared_axes=[1, 2])(left)])
    inner = keras.Sequential([keras.Input((4, 4, 6)), L.Conv2D(2, 3), L.BatchNormalization()], name="inner")
    both = inner(both)
    up = L.Conv2DTranspose(2, 2, strides=2)(both)
    up = L.Cropping2D(1)(L.ZeroPadding2D(((1, 2), (0, 1)))(L.UpSampling2D(2)(up)))
    pooled = L.GlobalAveragePooling2D()(up)
    shared = L.Dense(2, activation="tanh")
    merged = L.Multiply()([shared(pooled), shared(L.ReLU(max_value=0.5)(pooled))])
    outputs = [L.Dense(3, activation="softmax", name="classes")(merged), L.Dense(1, name="score")(merged)]
    save("keras3-functional", filled(keras.Model(image, outputs)), [(8, 8, 2)], ["keras"])

    normalization = L.Normalization()
    normalization.adapt(random.uniform(0, 255, (20, 6, 6, 2)))
    front = keras.Sequential(
        [
            keras.Input((72,)),
            L.Reshape((6, 6, 2)),
            normalization,
            L.Resizing(12, 12),
            L.LayerNormalization(),
            L.GroupNormalization(2),
            L.AveragePooling2D(3, strides=2, padding="same"),
            L.Permute((2, 1, 3)),
            L.Activation("gelu"),
            L.Flatten(),
            L.Dense(3, activation="elu", kernel_regularizer="l2", kernel_constraint=keras.constraints.MaxNorm(3)),
        ]
    )
    save("keras3-front", front, [(72,)], ["keras"], 255)
    own_layers(keras)


def own_layers(keras):
    """The layers of the 1998 network, which lenet5_keras.py registers, as Keras itself saves them."""
    import re
    import types

    L = keras.layers
    source = (folder.parents[3] / "src/exchange/keras/python-file.ts").read_text()
    own = types.ModuleType("lenet5_keras")
    exec(re.search("PYTHON = `(.*)`;", source, re.S)[1], own.__dict__)
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            L.Conv2D(3, 3, activation=own.scaled_tanh),
            own.Subsampling2D(),
            own.ConnectedConv2D(4, 2, connection_table=[[0, 1], [1, 2], [0, 2], [0, 1, 2]], activation=own.scaled_tanh),
            own.Subsampling2D(activation="tanh"),
            own.ChannelSlice(1, 2),
            L.Flatten(),
            own.RBF(3),
        ]
    )
    filled(model)
    # What a filter does not see has no weights.
    connected = model.layers[2]
    kernel, bias = connected.get_weights()
    connected.set_weights([kernel * connected._connections, bias])
    save("keras3-own-layers", model, [(8, 8, 1)], ["keras"])


def tf2_13():
    from tensorflow import keras
    from tensorflow.keras import layers as L

    sequential = keras.Sequential(
        [
            keras.Sequential([L.RandomRotation(0.1, input_shape=(8, 8, 1)), L.RandomContrast(0.1)]),
            L.Conv2D(3, 3, activation=tf_nn().relu),
            L.BatchNormalization(),
            L.Conv2D(2, 3, padding="same"),
            L.LeakyReLU(0.2),
            L.MaxPooling2D(),
            L.Flatten(),
            L.Dense(4, activation="hard_sigmoid"),
            L.Dense(3, activation="softmax"),
        ]
    )
    sequential.compile("adam", keras.losses.SparseCategoricalCrossentropy(), metrics=["accuracy"])
    images, labels = random.uniform(0, 1, (12, 8, 8, 1)), np.arange(12) % 3
    sequential.fit(images, labels, batch_size=4, epochs=2, verbose=0)
    save("tf2.13-sequential", filled(sequential), [(8, 8, 1)], ["h5"])

    image = keras.Input((8, 8, 1), batch_size=2)
    x = L.Conv2D(2, 3, name="outer/conv")(L.Rescaling(2, offset=-1)(image))
    inner = keras.Sequential([L.BatchNormalization(), L.Conv2D(2, 3, padding="same"), L.BatchNormalization()])
    x = L.Add()([inner(x), x])
    inner.layers[1].trainable = False
    shared = L.Conv2D(2, 1)
    x = L.Concatenate()([shared(x), shared(L.ReLU(6.0)(x))])
    x = L.Dense(3)(L.GlobalMaxPooling2D()(x))
    model = keras.Model(image, L.Softmax()(x))
    model.compile(keras.optimizers.SGD(0.01, momentum=0.9), "categorical_crossentropy")
    save("tf2.13-functional", filled(model), [(8, 8, 1)], ["keras", "h5"])
    as_on_windows("tf2.13-functional.keras", "tf2.13-windows.keras")
    (folder / "tf2.13-windows.io.json").write_text((folder / "tf2.13-functional.io.json").read_text())


def tf_nn():
    import tensorflow

    return tensorflow.nn


def as_on_windows(source, target):
    """Keras 2.12 to 2.13 joined the names of groups with backslashes on Windows."""
    import io
    import zipfile

    import h5py

    with zipfile.ZipFile(folder / source) as archive, zipfile.ZipFile(folder / target, "w") as other:
        for name in archive.namelist():
            content = archive.read(name)
            if name.endswith(".h5"):
                made = io.BytesIO()
                with h5py.File(io.BytesIO(content), "r") as old, h5py.File(made, "w") as new:

                    def copy(path, item):
                        if isinstance(item, h5py.Dataset):
                            group, number = path.rsplit("/", 1)
                            new.require_group(group.replace("/", "\\"))[number] = item[()]

                    old.visititems(copy)
                content = made.getvalue()
            other.writestr(name, content)


def keras2(keras, name):
    """Standalone Keras 2.3, and tf.keras 1.15."""
    L = keras.layers
    model = keras.models.Sequential(
        [
            L.Conv2D(3, (3, 3), input_shape=(8, 8, 1), activation="relu", kernel_regularizer=keras.regularizers.l2(0.01)),
            L.SpatialDropout2D(0.1),
            L.AveragePooling2D(),
            L.BatchNormalization(),
            L.Flatten(),
            L.Dense(4),
            L.Activation("hard_sigmoid"),
            L.Dropout(0.5),
            L.Dense(3, activation="softmax"),
        ]
    )
    model.compile("rmsprop", "categorical_crossentropy", metrics=["accuracy"])
    model.fit(random.uniform(0, 1, (8, 8, 8, 1)), np.eye(3)[np.arange(8) % 3], batch_size=4, verbose=0)
    save(name + "-sequential", filled(model), [(8, 8, 1)], ["h5"])
    if name.startswith("keras"):
        (folder / (name + "-sequential.json")).write_text(model.to_json() + "\n")
        model.save_weights(str(folder / (name + "-sequential.weights.h5")))


def channels_first(keras, name):
    """Images [channels, rows, columns], which standalone Keras computes on a CPU too."""
    L = keras.layers
    image = keras.Input((2, 6, 6))
    first = dict(data_format="channels_first")
    x = L.Conv2D(3, 3, **first)(image)
    x = L.BatchNormalization(axis=1)(x)
    x = L.PReLU(shared_axes=[2, 3])(x)
    x = L.concatenate([x, L.MaxPooling2D(3, strides=1, padding="same", **first)(x)], axis=1)
    x = L.BatchNormalization()(x)
    rows = L.BatchNormalization()(L.Dropout(0.5)(L.Flatten()(x)))
    x = L.concatenate([L.Dense(2)(rows), L.Dense(2)(L.Flatten(**first)(x)), L.Flatten()(L.UpSampling2D(2, **first)(x))])
    x = L.add([L.Dense(3)(x), L.Dense(3)(L.GlobalAveragePooling2D(**first)(image))])
    model = keras.models.Model(image, L.Activation("softmax")(x))
    save(name + "-channels-first", filled(model), [(2, 6, 6)], ["h5"])


def keras1():
    """Keras 1.2 with Theano: kernels [filters, channels, rows, columns], which its convolution flips."""
    import h5py
    import keras
    from keras import layers as L

    keras.backend.set_image_dim_ordering("th")
    model = keras.models.Sequential()
    model.add(L.Convolution2D(3, 3, 3, input_shape=(1, 9, 9), border_mode="same", subsample=(2, 2), activation="relu"))
    model.add(L.ZeroPadding2D((1, 2)))
    model.add(L.BatchNormalization(axis=1))
    model.add(L.Convolution2D(2, 2, 4, border_mode="same", W_regularizer=keras.regularizers.l2(0.01)))
    model.add(L.MaxPooling2D((2, 2)))
    model.add(L.Dropout(0.25))
    model.add(L.Flatten())
    model.add(L.Dense(4, activation="hard_sigmoid"))
    model.add(L.advanced_activations.LeakyReLU(0.2))
    model.add(L.Dense(3, activation="softmax"))
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    model.fit(random.uniform(0, 1, (8, 1, 9, 9)), np.eye(3)[np.arange(8) % 3], batch_size=4, nb_epoch=1, verbose=0)
    save("keras1-theano", filled(model), [(1, 9, 9)], ["h5"])
    (folder / "keras1-theano.json").write_text(model.to_json() + "\n")
    model.save_weights(str(folder / "keras1-theano.weights.h5"))
    # Keras 0 named nothing: layer_0/param_0, and had no config in the file.
    with h5py.File(str(folder / "keras0-theano.weights.h5"), "w") as file:
        file.attrs["nb_layers"] = len(model.layers)
        for i, layer in enumerate(model.layers):
            group = file.create_group("layer_%d" % i)
            weights = layer.get_weights()
            group.attrs["nb_params"] = len(weights)
            for j, value in enumerate(weights):
                group.create_dataset("param_%d" % j, data=value)

    image = L.Input((1, 8, 8))
    left = L.Convolution2D(2, 3, 3, activation="tanh", name="left", bias=False)(image)
    right = L.Convolution2D(2, 3, 3, name="right")(image)
    both = L.merge([left, right], mode="concat", concat_axis=1)
    both = L.AveragePooling2D((2, 2), strides=(1, 1))(both)
    both = L.merge([L.Dense(3)(L.Flatten()(both)), L.Dense(3)(L.GlobalMaxPooling2D()(both))], mode="sum")
    save("keras1-model", filled(keras.models.Model(image, L.Activation("softmax")(both))), [(1, 8, 8)], ["h5"])


def save(name, model, shapes, endings, largest=1):
    for ending in endings:
        model.save(str(folder / (name + "." + ending)))
    answers(name, model, shapes, largest)


def main():
    if sys.version_info >= (3, 10):
        keras3()
    elif sys.version_info >= (3, 9):
        tf2_13()
    elif sys.version_info >= (3, 7):
        import keras
        from tensorflow import keras as inside

        keras2(keras, "keras2.3")
        channels_first(keras, "keras2.3")
        keras2(inside, "tf1.15")
    else:
        keras1()


if __name__ == "__main__":
    main()
