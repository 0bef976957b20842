"""Keras's side of the comparison: python parity/keras_side.py FOLDER...

In every folder it loads lenet5.keras, and measures it; it builds the same network with weights of its own, measures it
and saves it as keras.keras and keras.h5.
"""

import logging
import sys
import warnings

import keras
import numpy as np
import tensorflow as tf
from work import STEPS, Work

logging.disable(logging.WARNING)  # .h5 is called old at every save
warnings.filterwarnings("ignore", message="The structure of `inputs`")  # files that Keras 3.0 reads too
keras.utils.set_random_seed(1)
layers = keras.layers


def lenet5(work):
    tanh = dict(activation="tanh")
    if work.network == "article":
        from lenet5_keras import ConnectedConv2D

        table = keras.saving.load_model(work.path("lenet5.keras")).get_layer("C3").get_config()["connection_table"]
        c3 = ConnectedConv2D(16, 5, connection_table=table, **tanh)
    else:
        c3 = layers.Conv2D(16, 5, **tanh)
    return keras.Sequential([
        keras.Input((32, 32, 1)),
        layers.Conv2D(6, 5, **tanh),
        layers.AveragePooling2D(2),
        c3,
        layers.AveragePooling2D(2),
        layers.Conv2D(120, 5, **tanh),
        layers.Flatten(),
        layers.Dense(84, **tanh),
        layers.Dense(10, activation="softmax"),
    ])


def convnet(_):
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Conv2D(32, kernel_size=(3, 3), activation="relu"),
        layers.MaxPooling2D(pool_size=(2, 2)),
        layers.Conv2D(64, kernel_size=(3, 3), activation="relu"),
        layers.MaxPooling2D(pool_size=(2, 2)),
        layers.Flatten(),
        layers.Dropout(0),
        layers.Dense(10, activation="softmax"),
    ])


def gradients(model, images, labels):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(labels, model(images, training=True)))
    return loss, tape.gradient(loss, model.trainable_variables)


def measure(work, name, model):
    start = model.get_weights()
    losses = {}
    for key, optimizer in {
        "sgd": keras.optimizers.SGD(0.05),
        "adam": keras.optimizers.Adam(0.001, epsilon=1e-7),
    }.items():
        model.set_weights(start)
        optimizer.build(model.trainable_variables)
        step = tf.function(lambda images, labels: gradients(model, images, labels), reduce_retracing=True)
        losses[key] = []
        for i in range(STEPS):
            loss, slopes = step(*map(tf.constant, work.batch(i)))
            optimizer.apply(slopes, model.trainable_variables)
            losses[key].append(float(loss))
    model.set_weights(start)
    _, slopes = gradients(model, *work.batch(0))
    work.write(name, model.predict(work.images, verbose=0), [np.asarray(slope) for slope in slopes], losses)


for folder in sys.argv[1:]:
    work = Work(folder)
    sys.path.insert(0, str(work.folder))
    if work.path("lenet5_keras.py").exists():
        import lenet5_keras  # noqa: F401, registers the layers
    measure(work, "keras-of-lenet5", keras.saving.load_model(work.path("lenet5.keras")))
    model = convnet(work) if work.network == "convnet" else lenet5(work)
    model.save(work.path("keras.keras"))
    model.save(work.path("keras.h5"))
    measure(work, "keras", model)
