/** The name of the file that an export has beside it where Keras lacks a part of the network. */
export const PYTHON_NAME = "lenet5_keras.py";

/** Its content: the layers, losses and so on of LeCun et al. 1998 that Keras does not have, for every backend. */
export const PYTHON = `"""Parts of LeNet-5 (LeCun et al. 1998) that Keras does not have, for all backends of Keras 3.

    import keras
    import lenet5_keras  # before load_model

    model = keras.models.load_model("model.keras")

The docstrings of the npm package lenet5 describe the parts: scaled_tanh, subsampling2d, rbf, conv2d with a
connectionTable, channelSlice, and the losses rbf_mse and rbf_map.
"""

import math

import keras
import numpy as np
from keras import initializers, ops

registered = keras.saving.register_keras_serializable(package="lenet5")


@registered
def scaled_tanh(x):
    """1.7159 tanh(2/3 x)."""
    return 1.7159 * ops.tanh(x * (2.0 / 3.0))


@registered
class UniformByUnit(initializers.Initializer):
    """Numbers drawn evenly from -limit to limit, with a limit of its own for each unit, which is the last axis."""

    def __init__(self, limits, seed=None):
        self.limits = list(limits)
        self.seed = seed

    def __call__(self, shape, dtype=None):
        limits = ops.cast(ops.convert_to_tensor(np.array(self.limits, "float32")), dtype or keras.config.floatx())
        return keras.random.uniform(shape, -1.0, 1.0, dtype=dtype, seed=self.seed) * limits

    def get_config(self):
        return {"limits": self.limits, "seed": self.seed}


@registered
class ConnectedConv2D(keras.layers.Conv2D):
    """A convolution whose filter i sees the input channels connection_table[i] only; its other weights stay 0."""

    def __init__(self, filters, kernel_size, connection_table, **options):
        super().__init__(filters, kernel_size, **options)
        self.connection_table = [list(channels) for channels in connection_table]

    def build(self, input_shape):
        mask = np.zeros((1, 1, input_shape[-1], self.filters), "float32")
        for unit, channels in enumerate(self.connection_table):
            mask[0, 0, channels, unit] = 1.0
        self._connections = mask
        initializer = self.kernel_initializer
        self.kernel_initializer = lambda shape, dtype=None: self._connected(initializer(shape, dtype=dtype))
        super().build(input_shape)
        self.kernel_initializer = initializer

    def _connected(self, kernel):
        return kernel * ops.cast(ops.convert_to_tensor(self._connections), kernel.dtype)

    def convolution_op(self, inputs, kernel):
        return super().convolution_op(inputs, self._connected(kernel))

    def get_config(self):
        return {**super().get_config(), "connection_table": self.connection_table}


@registered
class Subsampling2D(keras.layers.Layer):
    """activation(coefficient * sum of a window + bias), with a coefficient and a bias for each map."""

    def __init__(
        self,
        pool_size=(2, 2),
        strides=None,
        activation=scaled_tanh,
        coefficient_initializer="random_uniform",
        bias_initializer="random_uniform",
        **options,
    ):
        super().__init__(**options)
        self.pool_size = tuple(pool_size)
        self.strides = tuple(strides or pool_size)
        self.activation = keras.activations.get(activation)
        self.coefficient_initializer = initializers.get(coefficient_initializer)
        self.bias_initializer = initializers.get(bias_initializer)

    def build(self, input_shape):
        shape = (input_shape[-1],)
        self.coefficient = self.add_weight(name="coefficient", shape=shape, initializer=self.coefficient_initializer)
        self.bias = self.add_weight(name="bias", shape=shape, initializer=self.bias_initializer)
        self.built = True

    def call(self, inputs):
        means = ops.average_pool(inputs, self.pool_size, self.strides, padding="valid", data_format="channels_last")
        sums = means * float(math.prod(self.pool_size))
        return self.activation(sums * ops.convert_to_tensor(self.coefficient) + ops.convert_to_tensor(self.bias))

    def compute_output_shape(self, input_shape):
        sides = zip(input_shape[1:3], self.pool_size, self.strides)
        return (input_shape[0], *((size - pool) // stride + 1 for size, pool, stride in sides), input_shape[3])

    def get_config(self):
        return {
            **super().get_config(),
            "pool_size": self.pool_size,
            "strides": self.strides,
            "activation": keras.activations.serialize(self.activation),
            "coefficient_initializer": initializers.serialize(self.coefficient_initializer),
            "bias_initializer": initializers.serialize(self.bias_initializer),
        }

    @classmethod
    def from_config(cls, config):
        config = dict(config)
        config["activation"] = keras.activations.deserialize(config["activation"])
        return cls(**config)


@registered
class RBF(keras.layers.Layer):
    """Euclidean radial basis function units: the squared distance of the input from the centre of each."""

    def __init__(self, units, centres_initializer=None, **options):
        super().__init__(**options)
        self.units = units
        self.centres_initializer = initializers.get(centres_initializer or initializers.RandomUniform(-1.0, 1.0))

    def build(self, input_shape):
        shape = (input_shape[-1], self.units)
        self.centres = self.add_weight(name="centres", shape=shape, initializer=self.centres_initializer)
        self.built = True

    def call(self, inputs):
        difference = ops.expand_dims(inputs, -1) - ops.expand_dims(ops.convert_to_tensor(self.centres), 0)
        return ops.sum(ops.square(difference), axis=1)

    def compute_output_shape(self, input_shape):
        return (input_shape[0], self.units)

    def get_config(self):
        centres_initializer = initializers.serialize(self.centres_initializer)
        return {**super().get_config(), "units": self.units, "centres_initializer": centres_initializer}


@registered
class ChannelSlice(keras.layers.Layer):
    """The channels from start to start + count: x[..., start : start + count]."""

    def __init__(self, start, count=None, **options):
        super().__init__(**options)
        self.start = start
        self.count = count

    def call(self, inputs):
        return inputs[..., self.start : None if self.count is None else self.start + self.count]

    def compute_output_shape(self, input_shape):
        count = input_shape[-1] - self.start if self.count is None else self.count
        return (*input_shape[:-1], count)

    def get_config(self):
        return {**super().get_config(), "start": self.start, "count": self.count}


def _right(labels, distances):
    """1 for the right class of each image, else 0."""
    labels = ops.cast(ops.reshape(labels, (-1,)), "int32")
    return ops.one_hot(labels, distances.shape[-1], dtype=distances.dtype)


@registered
def rbf_mse(labels, distances):
    """The squared distance from the centre of the right class (eq. 8)."""
    return ops.sum(_right(labels, distances) * distances, axis=-1)


@registered
class RBFMap(keras.losses.Loss):
    """rbf_mse + ln(e^-j + sum over i of e^-distance_i), which drives wrong classes away (eq. 9)."""

    def __init__(self, j=5.0, name="rbf_map", **options):
        super().__init__(name=name, **options)
        self.j = j

    def call(self, labels, distances):
        none = ops.full_like(distances[:, :1], -self.j)
        competitive = ops.logsumexp(ops.concatenate([none, -distances], axis=-1), axis=-1)
        return rbf_mse(labels, distances) + competitive

    def get_config(self):
        return {**super().get_config(), "j": self.j}


@registered
class NearestAccuracy(keras.metrics.MeanMetricWrapper):
    """The share of images whose right class has the smallest distance."""

    def __init__(self, name="accuracy", dtype=None):
        super().__init__(nearest_is_right, name=name, dtype=dtype)

    def get_config(self):
        return {"name": self.name, "dtype": self.dtype}


def nearest_is_right(labels, distances):
    labels = ops.cast(ops.reshape(labels, (-1,)), "int32")
    return ops.cast(ops.equal(labels, ops.cast(ops.argmin(distances, axis=-1), "int32")), "float32")
`;
