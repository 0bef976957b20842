"""JAX: jit of a step with donated buffers, or of the whole epoch as one scan; three ways to write the convolution."""

from contestant import calls, images, labels, options, repeat, serve, singles, thousand

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

nchw = options["layout"] == "NCHW"


def conv(x, kernel, bias):
    if options["layout"] == "im2col":
        n, h, w, _ = x.shape
        k, _, c, f = kernel.shape
        h, w = h - k + 1, w - k + 1
        patches = jnp.concatenate([x[:, i : i + h, j : j + w] for i in range(k) for j in range(k)], axis=-1)
        return (patches.reshape(-1, k * k * c) @ kernel.reshape(-1, f)).reshape(n, h, w, f) + bias
    if nchw:
        y = lax.conv_general_dilated(x, kernel, (1, 1), "VALID", dimension_numbers=("NCHW", "OIHW", "NCHW"))
        return y + bias[:, None, None]
    return lax.conv_general_dilated(x, kernel, (1, 1), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC")) + bias


def pool(x):
    """Means of a reshaped array: faster here than reduce_window."""
    n, a, b, c = x.shape
    if nchw:
        return x.reshape(n, a, b // 2, 2, c // 2, 2).mean((3, 5))
    return x.reshape(n, a // 2, 2, b // 2, 2, c).mean((2, 4))


def logits(p, x):
    x = pool(jnp.tanh(conv(x, *p[0])))
    x = pool(jnp.tanh(conv(x, *p[1])))
    # C5 covers its whole input: the same as a dense layer, which is faster.
    x = x.reshape(x.shape[0], -1)
    x = jnp.tanh(x @ p[2][0] + p[2][1])
    x = jnp.tanh(x @ p[3][0] + p[3][1])
    return x @ p[4][0] + p[4][1]


def loss_of(p, x, y):
    return -jnp.take_along_axis(jax.nn.log_softmax(logits(p, x)), y[:, None], 1).mean()


def step(state, batch):
    p, m, v, t = state
    loss, g = jax.value_and_grad(loss_of)(p, *batch)
    t += 1
    m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
    v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, g)
    rate = 1e-3 * jnp.sqrt(1 - 0.999**t) / (1 - 0.9**t)
    p = jax.tree.map(lambda p, m, v: p - rate * m / (jnp.sqrt(v) + 1e-7), p, m, v)
    return (p, m, v, t), loss


def first_weights():
    random = np.random.default_rng(0)
    shapes = [(5, 5, 1, 6), (5, 5, 6, 16), (400, 120), (120, 84), (84, 10)]
    for shape in shapes:
        limit = np.sqrt(6 / (np.prod(shape[:-1]) + np.prod(shape[:-2]) * shape[-1]))
        kernel = random.uniform(-limit, limit, shape).astype(np.float32)
        bias = np.zeros(shape[-1], np.float32)
        yield (kernel.transpose(3, 2, 0, 1) if nchw and kernel.ndim == 4 else kernel), bias


def device(array):
    return jnp.asarray(np.moveaxis(array, -1, -3) if nchw else array)


p = jax.tree.map(jnp.asarray, list(first_weights()))
zeros = jax.tree.map(jnp.zeros_like, p)
state = (p, zeros, jax.tree.map(jnp.copy, zeros), jnp.float32(0))
xs, ys = device(images), jnp.asarray(labels)
data = list(zip(xs, ys))
one_step = jax.jit(step, donate_argnums=0)
epoch = jax.jit(lambda state, xs, ys: lax.scan(step, state, (xs, ys)), donate_argnums=0)


def train():
    global state
    if options["scan"]:
        state, losses = epoch(state, xs, ys)
        return float(losses.mean())
    losses = []
    for batch in data:
        state, loss = one_step(state, batch)
        losses.append(loss)
    return float(jnp.stack(losses).mean())


probabilities = jax.jit(lambda p, x: jax.nn.softmax(logits(p, x)))


def predict(x):
    return np.asarray(probabilities(state[0], x))


many, one = device(thousand), device(thousand[:1])
serve(
    jax.__version__,
    sum(a.size for a in jax.tree.leaves(p)),
    {
        "train": train,
        "predict": repeat(calls, lambda: predict(many)),
        "predict-one": repeat(singles, lambda: predict(one)),
    },
)
