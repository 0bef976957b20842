"""Layers that only arrange elements."""

from keras import layers

from layers import MAKERS

MAKERS.update(
    {
        "reshape": lambda spec: layers.Reshape(spec["targetShape"]),
        "permute": lambda spec: layers.Permute(spec["dims"]),
    }
)


def cases():
    for shape in ([-1], [4, 6], [2, -1, 4], [24, 1, 1]):
        yield f"reshape-{shape}", {"kind": "reshape", "targetShape": shape}, [[2, 3, 4, 2]], {}
    yield "reshape-vector", {"kind": "reshape", "targetShape": [3, 2, -1]}, [[2, 12]], {}
    for dims in ([2, 1, 3], [3, 1, 2], [2, 3, 1]):
        yield f"permute-{dims}", {"kind": "permute", "dims": dims}, [[2, 3, 4, 2]], {}
