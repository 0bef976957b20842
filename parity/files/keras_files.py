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
    low = [0.1 if "variance" in w.name or "running_std" in w.name else -0.6 for w in model.weights]
    model.set_weights([random.uniform(a, 0.9, w.shape) for a, w in zip(low, model.get_weights())])
    return model


def answers(name, model, shapes, largest=1):
    inputs = [random.uniform(0, largest, (2, *shape)).astype("float32") for shape in shapes]
    outputs = model.predict(inputs if len(inputs) > 1 else inputs[0], verbose=0)
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
    save("keras3-functional", filled(keras.Model(image, outputs)), [(8, 8, 2)], ["keras", "h5"])

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


def save(name, model, shapes, endings, largest=1):
    for ending in endings:
        model.save(str(folder / (name + "." + ending)))
    answers(name, model, shapes, largest)


if __name__ == "__main__":
    keras3()
