"""Activations by name, and the layers that have options."""

from keras import layers

from layers import MAKERS

MAKERS.update(
    {
        "relu": lambda spec: layers.ReLU(spec.get("maxValue"), spec.get("negativeSlope", 0), spec.get("threshold", 0)),
        "leakyRelu": lambda spec: layers.LeakyReLU(spec["negativeSlope"]),
        "elu": lambda spec: layers.ELU(spec["alpha"]),
        "softmax": lambda spec: layers.Softmax(),
        "prelu": lambda spec: layers.PReLU("ones", shared_axes=spec.get("sharedAxes")),
    }
)

NAMES = (
    "leaky_relu relu6 elu selu gelu silu mish softplus softsign exponential hard_sigmoid hard_silu log_softmax"
).split()


def cases():
    for name in NAMES:
        # From -8 to 8: on both sides of the kinks at 3 and 6. TensorFlow's gelu in float64 still has a float32 for the
        # root of 2, which shows where |x| is large.
        limit = 0.5 if name == "gelu" else 8
        yield f"activation-{name}", {"kind": "activation", "activation": name}, [[4, 9]], {"limit": limit}
    # Integers: zeros among them, where the slope is a convention.
    for name in ("leaky_relu", "relu6", "elu", "selu"):
        yield f"activation-{name}-zeros", {"kind": "activation", "activation": name}, [[4, 7]], {"whole": True}
    for options in (
        {},
        {"maxValue": 1.5},
        {"negativeSlope": 0.25},
        {"maxValue": 1.5, "negativeSlope": 0.25, "threshold": 0.5},
        {"threshold": 0.75},
        {"maxValue": 0.5, "threshold": 0.75},
    ):
        ending = "-".join(f"{option}-{value}" for option, value in options.items())
        yield f"relu-{ending}", {"kind": "relu", **options}, [[2, 3, 4, 2]], {}
    yield "leakyRelu", {"kind": "leakyRelu", "negativeSlope": 0.375}, [[2, 3, 4, 2]], {}
    yield "elu", {"kind": "elu", "alpha": 0.625}, [[2, 3, 4, 2]], {}
    yield "softmax", {"kind": "softmax"}, [[2, 3, 4, 3]], {}
    yield "prelu", {"kind": "prelu"}, [[3, 3, 4, 2]], {}
    yield "prelu-shared", {"kind": "prelu", "sharedAxes": [1, 2]}, [[3, 3, 4, 2]], {}
    yield "prelu-vectors", {"kind": "prelu"}, [[4, 5]], {}
