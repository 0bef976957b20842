"""JAX: jit of a step with donated buffers; three ways to write the convolution."""

from contestant import images, inferred, labels, network, options, serve
from shapes import shaped

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

nchw = options["layout"] == "NCHW"
maps = "NCHW" if nchw else "NHWC"
rows_and_columns = (2, 3) if nchw else (1, 2)
activations = {"tanh": jnp.tanh, "relu": jax.nn.relu}


def across(values):
    """One value for each channel, for maps or rows of numbers."""
    return values[:, None, None] if nchw else values


def conv(x, kernel, padding):
    if options["layout"] == "im2col":
        k, _, c, f = kernel.shape
        if padding == "SAME":
            x = jnp.pad(x, ((0, 0), (k // 2, k // 2), (k // 2, k // 2), (0, 0)))
        n, h, w, _ = x.shape
        h, w = h - k + 1, w - k + 1
        patches = jnp.concatenate([x[:, i : i + h, j : j + w] for i in range(k) for j in range(k)], axis=-1)
        return (patches.reshape(-1, k * k * c) @ kernel.reshape(-1, f)).reshape(n, h, w, f)
    return lax.conv_general_dilated(
        x, kernel, (1, 1), padding, dimension_numbers=(maps, "OIHW" if nchw else "HWIO", maps)
    )


def pool(x, size, combine):
    """Of a reshaped array: faster here than reduce_window. Rows and columns that fill no window are left out."""
    h, w = rows_and_columns
    a, b = x.shape[h] // size, x.shape[w] // size
    x = lax.slice_in_dim(lax.slice_in_dim(x, 0, a * size, axis=h), 0, b * size, axis=w)
    return combine(x.reshape(*x.shape[:h], a, size, b, size, *x.shape[w + 1 :]), (h + 1, w + 2))


def normalized(x, p, statistics, training):
    """Batch normalization, and the moving statistics after it."""
    if training:
        axes = (0, *rows_and_columns)
        mean, variance = x.mean(axes), x.var(axes)
        moving = [0.99 * old + 0.01 * new for old, new in zip(statistics, (mean, variance))]
    else:
        mean, variance = moving = statistics
    scale = p["gamma"] * lax.rsqrt(variance + 1e-3)
    return x * across(scale) + across(p["beta"] - mean * scale), moving


def covered(layer, shape):
    """A kernel that covers its whole input is a dense layer, which is faster."""
    return layer["layer"] == "conv2d" and shape[:2] == (layer["kernelSize"],) * 2 and "padding" not in layer


def forward(p, statistics, x, key=None):
    """Logits and moving statistics. `key` is for training: what dropout draws from."""
    after = list(statistics)
    for i, (layer, shape, _) in enumerate(shaped(network)):
        match layer["layer"]:
            case "dense":
                x = x @ p[i]["kernel"] + p[i]["bias"]
            case "conv2d" if covered(layer, shape):
                x = x.reshape(x.shape[0], -1) @ p[i]["kernel"] + p[i]["bias"]
            case "conv2d":
                x = conv(x, p[i]["kernel"], layer.get("padding", "valid").upper()) + across(p[i]["bias"])
            case "batchNormalization":
                x, after[i] = normalized(x, p[i], statistics[i], key is not None)
            case "averagePooling2d":
                x = pool(x, layer["poolSize"], jnp.mean)
            case "maxPooling2d":
                x = pool(x, layer["poolSize"], jnp.max)
            case "globalAveragePooling2d":
                x = x.mean(rows_and_columns)
            case "dropout" if key is not None:
                kept = jax.random.bernoulli(key, 1 - layer["rate"], x.shape)
                x = jnp.where(kept, x / (1 - layer["rate"]), 0)
            case "flatten":
                x = x.reshape(x.shape[0], -1)
            case "activation" | "dropout":
                pass
            case other:
                raise NotImplementedError(f"no layer {other}")
        if "activation" in layer:
            x = activations[layer["activation"]](x)
    return x, after


def loss_of(p, statistics, x, y, key):
    logits, after = forward(p, statistics, x, key)
    return -jnp.take_along_axis(jax.nn.log_softmax(logits), y[:, None], 1).mean(), after


def step(state, x, y):
    p, statistics, m, v, t, key = state
    key, dropping = jax.random.split(key)
    (loss, statistics), g = jax.value_and_grad(loss_of, has_aux=True)(p, statistics, x, y, dropping)
    t += 1
    m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
    v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, g)
    rate = 1e-3 * jnp.sqrt(1 - 0.999**t) / (1 - 0.9**t)
    p = jax.tree.map(lambda p, m, v: p - rate * m / (jnp.sqrt(v) + 1e-7), p, m, v)
    return (p, statistics, m, v, t, key), loss


random = np.random.default_rng(0)


def kernel_and_bias(layer, shape, outputs):
    if layer["layer"] == "conv2d":
        size = (layer["kernelSize"], layer["kernelSize"], shape[-1], outputs[-1])
    else:
        size = (shape[-1], outputs[-1])
    limit = np.sqrt(6 / (np.prod(size[:-1]) + np.prod(size[:-2]) * size[-1]))
    kernel = random.uniform(-limit, limit, size).astype(np.float32)
    if covered(layer, shape):
        kernel = kernel.reshape(-1, size[-1])
    elif nchw and kernel.ndim == 4:
        kernel = kernel.transpose(3, 2, 0, 1)
    return {"kernel": kernel, "bias": np.zeros(size[-1], np.float32)}


def first_weights(layer, shape, outputs):
    if layer["layer"] in ("conv2d", "dense"):
        return kernel_and_bias(layer, shape, outputs)
    if layer["layer"] == "batchNormalization":
        return {"gamma": np.ones(shape[-1], np.float32), "beta": np.zeros(shape[-1], np.float32)}
    return {}


def device(array):
    return jnp.asarray(np.moveaxis(array, -1, -3) if nchw else array)


p = jax.tree.map(jnp.asarray, [first_weights(*layer) for layer in shaped(network)])
statistics = [[jnp.zeros_like(w["beta"]), jnp.ones_like(w["beta"])] if "beta" in w else [] for w in p]
m, v = jax.tree.map(jnp.zeros_like, p), jax.tree.map(jnp.zeros_like, p)
# This generator is the faster one.
state = (p, statistics, m, v, jnp.float32(0), jax.random.key(0, impl="rbg"))
data = list(zip(device(images), jnp.asarray(labels)))
one_step = jax.jit(step, donate_argnums=0)
probabilities = jax.jit(lambda p, statistics, x: jax.nn.softmax(forward(p, statistics, x)[0]))


def train():
    global state
    losses = []
    for x, y in data:
        state, loss = one_step(state, x, y)
        losses.append(loss)
    return float(jnp.stack(losses).mean())


def predict(x):
    return np.asarray(probabilities(state[0], state[1], x))


several, one = device(inferred), device(inferred[:1])
parameters = sum(a.size for a in jax.tree.leaves(p))
serve(jax.__version__, parameters, train, lambda: predict(several), lambda: predict(one))
