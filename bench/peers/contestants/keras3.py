"""Keras 3 on TensorFlow or JAX: compiled by XLA or not, one or many steps between returns to Python."""

import os

from contestant import calls, images, labels, options, repeat, serve, singles, thousand, threads

os.environ["KERAS_BACKEND"] = options["backend"]
if options["backend"] == "tensorflow":
    import tensorflow as backend

    backend.config.threading.set_intra_op_parallelism_threads(threads)
    backend.config.threading.set_inter_op_parallelism_threads(threads)
else:
    import jax as backend
import keras
from keras import layers

keras.utils.set_random_seed(0)
logits = keras.Sequential(
    [
        keras.Input((32, 32, 1)),
        *[layers.Conv2D(6, 5, activation="tanh"), layers.AveragePooling2D(2)],
        *[layers.Conv2D(16, 5, activation="tanh"), layers.AveragePooling2D(2)],
        *[layers.Conv2D(120, 5, activation="tanh"), layers.Flatten()],
        *[layers.Dense(84, activation="tanh"), layers.Dense(10)],
    ]
)
# Training on logits is faster and more accurate.
logits.compile(
    keras.optimizers.Adam(1e-3),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    jit_compile=options["jit"],
    steps_per_execution=options["steps"],
)
probabilities = keras.Sequential([logits, layers.Softmax()])
probabilities.compile(jit_compile=options["jit"])

x, y = images.reshape(-1, 32, 32, 1), labels.reshape(-1)
fed = {"x": x, "y": y, "batch_size": 128}
if options.get("dataset"):
    # Batches are in memory before the training starts.
    fed = {"x": backend.data.Dataset.from_tensor_slices((images, labels)).cache().prefetch(2)}


def train():
    return logits.fit(**fed, shuffle=False, verbose=0).history["loss"][0]


one = thousand[:1]
serve(
    f"{keras.__version__} on {options['backend']} {backend.__version__}",
    logits.count_params(),
    {
        "train": train,
        "predict": repeat(calls, lambda: probabilities.predict_on_batch(thousand)),
        "predict-one": repeat(singles, lambda: probabilities.predict_on_batch(one)),
    },
)
