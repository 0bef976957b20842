"""Keras 3 on TensorFlow or JAX: compiled by XLA or not."""

import os
import re

from contestant import batches, images, inferred, labels, network, options, serve, threads

os.environ["KERAS_BACKEND"] = options["backend"]
if options["backend"] == "tensorflow":
    import tensorflow as backend

    backend.config.threading.set_intra_op_parallelism_threads(threads)
    backend.config.threading.set_inter_op_parallelism_threads(threads)
else:
    import jax as backend
import keras


def made(layer, **rest):
    """conv2d with kernelSize becomes Conv2D with kernel_size."""
    maker = getattr(keras.layers, (layer[0].upper() + layer[1:]).replace("2d", "2D"))
    return maker(**{re.sub("[A-Z]", lambda letter: "_" + letter[0].lower(), key): value for key, value in rest.items()})


keras.utils.set_random_seed(0)
logits = keras.Sequential([keras.Input(network["image"]), *[made(**layer) for layer in network["layers"]]])
# Training on logits is faster and more accurate.
logits.compile(
    keras.optimizers.Adam(1e-3),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    jit_compile=options["jit"],
    steps_per_execution=batches if options["wholePass"] else 1,
)
probabilities = keras.Sequential([logits, keras.layers.Softmax()])
probabilities.compile(jit_compile=options["jit"])

if options["backend"] == "tensorflow":
    # Batches are in memory before the training starts.
    fed = {"x": backend.data.Dataset.from_tensor_slices((images, labels)).cache().prefetch(2)}
else:
    fed = {"x": images.reshape(-1, *network["image"]), "y": labels.reshape(-1), "batch_size": 128}


def train():
    return logits.fit(**fed, shuffle=False, verbose=0).history["loss"][0]


one = inferred[:1]
serve(
    f"{keras.__version__} on {options['backend']} {backend.__version__}",
    sum(weight.numpy().size if hasattr(weight, "numpy") else weight.size for weight in logits.trainable_weights),
    train,
    lambda: probabilities.predict_on_batch(inferred),
    lambda: probabilities.predict_on_batch(one),
)
