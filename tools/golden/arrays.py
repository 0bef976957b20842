"""Numbers that both sides can compute, and Keras set up for float64 on one thread."""

import os
from pathlib import Path

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"

import keras
import numpy as np
import tensorflow as tf

keras.config.set_floatx("float64")
tf.config.threading.set_intra_op_parallelism_threads(1)
tf.config.threading.set_inter_op_parallelism_threads(1)

TARGET = Path(__file__).resolve().parents[2] / "test" / "golden"
MADE_BY = f"Keras {keras.version()}, TensorFlow {tf.__version__}, float64"


def hashed(shape, seed, center=0.0, limit=1.0):
    """center +- limit, uniform: MurmurHash3's finalizer of the position and the seed. Rounded to float32."""
    h = np.arange(int(np.prod(shape)), dtype=np.uint32) + np.uint32((seed * 0x9E3779B9) & 0xFFFFFFFF)
    h = (h ^ (h >> 16)) * np.uint32(0x85EBCA6B)
    h = (h ^ (h >> 13)) * np.uint32(0xC2B2AE35)
    h = h ^ (h >> 16)
    return (center + (h / 2.0**31 - 1) * limit).astype(np.float32).astype(np.float64).reshape(shape)


def images(count, shape, classes):
    """Noisy gratings whose slope and phase belong to the label: bytes, not MNIST, and yet something to learn."""
    rows, columns, channels = shape
    labels = np.arange(count) * 7 % classes
    n, r, c, k = np.indices((count, rows, columns, channels))
    noise = (hashed(n.shape, 99) + 1) * 40
    grating = (r * (labels[n] + 3) * 4 + c * (labels[n] % 3) * 11 + k * 50) % 160
    return (grating + noise).astype(np.uint8), labels.astype(np.uint8)


def float32(array):
    return np.ascontiguousarray(array, dtype=np.float32)


# Hyperparameters are np.float64, because TensorFlow turns a Python float into a float32 on the way (keras.ops.cast).
def number(value):
    return np.float64(value)
