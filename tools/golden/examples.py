"""Networks of Keras's own examples (https://keras.io/examples/vision/), smaller, trained for 20 steps.

Dropout is left out, because its random numbers differ. test/golden/examples.ts has the same networks.
"""

import json

import keras
import numpy as np
from keras import layers, ops

from arrays import MADE_BY, TARGET, hashed, images, number
from layers import initial

IMAGES, BATCH, STEPS = 64, 16, 20


def mnist_convnet():
    """examples/vision/mnist_convnet"""
    image = keras.Input((28, 28, 1))
    x = layers.Conv2D(8, 3, activation="relu")(image)
    x = layers.MaxPooling2D(2)(x)
    x = layers.Conv2D(16, 3, activation="relu")(x)
    x = layers.Flatten()(layers.MaxPooling2D(2)(x))
    model = keras.Model(image, layers.Dense(10, activation="softmax")(x))
    return model, keras.optimizers.Adam(number(0.001)), keras.losses.CategoricalCrossentropy()


def xception():
    """examples/vision/image_classification_from_scratch"""
    image = keras.Input((20, 20, 3))
    x = layers.Conv2D(8, 3, strides=2, padding="same")(image)
    x = layers.Activation("relu")(layers.BatchNormalization()(x))
    previous = x
    for size in (12, 16):
        x = layers.Activation("relu")(x)
        x = layers.BatchNormalization()(layers.SeparableConv2D(size, 3, padding="same")(x))
        x = layers.Activation("relu")(x)
        x = layers.BatchNormalization()(layers.SeparableConv2D(size, 3, padding="same")(x))
        x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
        residual = layers.Conv2D(size, 1, strides=2, padding="same")(previous)
        x = previous = layers.add([x, residual])
    x = layers.SeparableConv2D(24, 3, padding="same")(x)
    x = layers.Activation("relu")(layers.BatchNormalization()(x))
    x = layers.GlobalAveragePooling2D()(x)
    model = keras.Model(image, layers.Dense(1, activation=None)(x))
    return model, keras.optimizers.Adam(number(3e-4)), keras.losses.BinaryCrossentropy(from_logits=True)


def convmixer():
    """examples/vision/convmixer"""
    image = keras.Input((12, 12, 3))
    x = layers.Conv2D(8, 2, strides=2)(image)
    x = layers.BatchNormalization()(layers.Activation("gelu")(x))
    for _ in range(2):
        before = x
        x = layers.DepthwiseConv2D(5, padding="same")(x)
        x = layers.Add()([layers.BatchNormalization()(layers.Activation("gelu")(x)), before])
        x = layers.Conv2D(8, 1)(x)
        x = layers.BatchNormalization()(layers.Activation("gelu")(x))
    x = layers.GlobalAveragePooling2D()(x)
    model = keras.Model(image, layers.Dense(10, activation="softmax")(x))
    optimizer = keras.optimizers.AdamW(learning_rate=number(0.001), weight_decay=number(0.0001))
    return model, optimizer, keras.losses.SparseCategoricalCrossentropy()


def teacher():
    """The teacher of examples/vision/knowledge_distillation"""
    image = keras.Input((14, 14, 1))
    x = layers.Conv2D(16, 3, strides=2, padding="same")(image)
    x = layers.LeakyReLU(negative_slope=0.2)(x)
    x = layers.MaxPooling2D(2, strides=1, padding="same")(x)
    x = layers.Conv2D(24, 3, strides=2, padding="same")(x)
    model = keras.Model(image, layers.Dense(10)(layers.Flatten()(x)))
    return model, keras.optimizers.Adam(), keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def siamese():
    """examples/vision/siamese_contrastive, with its contrastive loss"""
    single = keras.Input((28, 28, 1))
    x = layers.BatchNormalization()(single)
    x = layers.AveragePooling2D(2)(layers.Conv2D(4, 5, activation="tanh")(x))
    x = layers.AveragePooling2D(2)(layers.Conv2D(16, 5, activation="tanh")(x))
    x = layers.BatchNormalization()(layers.Flatten()(x))
    tower = keras.Model(single, layers.Dense(10, activation="tanh")(x))

    def distance(pair):
        squares = ops.sum(ops.square(pair[0] - pair[1]), axis=1, keepdims=True)
        return ops.sqrt(ops.maximum(squares, 1e-7))

    left, right = keras.Input((28, 28, 1)), keras.Input((28, 28, 1))
    merged = layers.Lambda(distance, output_shape=(1,))([tower(left), tower(right)])
    verdict = layers.Dense(1, activation="sigmoid")(layers.BatchNormalization()(merged))

    def contrastive(target, output):
        near = ops.square(output)
        far = ops.square(ops.maximum(1 - output, 0))
        return ops.mean((1 - target) * near + target * far)

    return keras.Model([left, right], verdict), keras.optimizers.RMSprop(number(0.001)), contrastive


NETWORKS = {"mnist_convnet": mnist_convnet, "xception": xception, "convmixer": convmixer, "teacher": teacher}
NETWORKS["siamese"] = siamese


def labels_for(name, labels):
    if name == "mnist_convnet":
        return np.eye(10)[labels]
    return (labels % 2).astype("float64").reshape(-1, 1) if name in ("xception", "siamese") else labels


def write_examples():
    golden = {"madeBy": MADE_BY, "images": IMAGES, "batch": BATCH, "networks": {}}
    for name, make in NETWORKS.items():
        keras.utils.clear_session()
        model, optimizer, loss = make()
        for seed, weight in enumerate(model.weights, start=1):
            weight.assign(hashed(weight.shape, seed, *initial(weight.name, tuple(weight.shape))))
        shape = tuple(model.inputs[0].shape[1:])
        batch, labels = images(IMAGES, shape, 10)
        inputs = [batch / 256.0] + [batch[::-1] / 256.0] * (len(model.inputs) - 1)
        targets = labels_for(name, labels)
        model.compile(optimizer, loss=loss)
        losses = []
        for step in range(STEPS):
            at = slice(step * BATCH % IMAGES, step * BATCH % IMAGES + BATCH)
            model.reset_metrics()
            given = [x[at] for x in inputs]
            losses.append(float(model.train_on_batch(given if len(given) > 1 else given[0], targets[at])))
        final = [{"name": w.name, "sumOfSquares": float(np.square(w.numpy()).sum())} for w in model.weights]
        golden["networks"][name] = {"losses": losses, "final": final}
        print(name, model.count_params(), "parameters, losses", *(f"{loss:.4f}" for loss in losses[::6]))
    (TARGET / "examples.json").write_text(json.dumps(golden) + "\n")
