"""Layers that join tensors, with shapes that are broadcast and with ties."""

from keras import layers as keras_layers

import layers

KERAS = {
    "subtract": keras_layers.Subtract,
    "multiply": keras_layers.Multiply,
    "average": keras_layers.Average,
    "maximum": keras_layers.Maximum,
    "minimum": keras_layers.Minimum,
}


for kind, make in KERAS.items():
    layers.MAKERS[kind] = lambda spec, make=make: make()


def cases():
    for kind in KERAS:
        count = 2 if kind == "subtract" else 3
        yield kind, {"kind": kind}, [[2, 3, 4, 2]] * count, {}
        yield f"{kind}-broadcast", {"kind": kind}, [[2, 3, 4, 2], [2, 1, 1, 2]], {}
        yield f"{kind}-channels", {"kind": kind}, [[2, 3, 4, 1], [2, 1, 4, 3]], {}
    for kind in ("maximum", "minimum"):
        yield f"{kind}-ties", {"kind": kind}, [[2, 3, 4, 2]] * 3, {"whole": True}
    yield "add-broadcast", {"kind": "add"}, [[2, 3, 4, 2], [2, 1, 4, 1], [2, 1, 1, 2]], {}
