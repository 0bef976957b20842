"""Images moved, turned and zoomed by given amounts: Keras's layers, whose random range is a single number."""

import json

import keras
from keras import layers
from safetensors.numpy import save_file

from arrays import MADE_BY, TARGET, float32, hashed

MAKERS = {
    "randomTranslation": lambda o: layers.RandomTranslation(o["heightFactor"], o["widthFactor"], **how(o)),
    "randomRotation": lambda o: layers.RandomRotation(o["factor"], **how(o)),
    "randomZoom": lambda o: layers.RandomZoom(o["heightFactor"], o.get("widthFactor"), **how(o)),
}

GEOMETRIES = [
    ("randomTranslation", {"heightFactor": [0.25, 0.25], "widthFactor": [-0.375, -0.375]}),
    ("randomTranslation", {"heightFactor": [-0.9, -0.9], "widthFactor": [1.0, 1.0]}),
    ("randomRotation", {"factor": [0.1, 0.1]}),
    ("randomRotation", {"factor": [-0.3, -0.3]}),
    ("randomZoom", {"heightFactor": [0.7, 0.7]}),
    ("randomZoom", {"heightFactor": [-0.4, -0.4], "widthFactor": [0.3, 0.3]}),
]


def how(options):
    names = {"fillMode": "fill_mode", "interpolation": "interpolation", "fillValue": "fill_value"}
    return {names[name]: value for name, value in options.items() if name in names}


def write_geometry():
    images = hashed((2, 7, 6, 2), 1).astype("float32")
    # In float64, RandomRotation fails: it multiplies float64 by float32.
    keras.config.set_floatx("float32")
    arrays, cases = {"images": float32(images)}, []
    for kind, geometry in GEOMETRIES:
        for fill in ("reflect", "wrap", "nearest", "constant"):
            for interpolation in ("bilinear", "nearest"):
                options = {**geometry, "fillMode": fill, "interpolation": interpolation}
                if fill == "constant":
                    options["fillValue"] = 0.25
                name = f"{len(cases)}"
                arrays[name] = float32(MAKERS[kind](options)(images, training=True).numpy())
                cases.append({"name": name, "kind": kind, "options": options})
    keras.config.set_floatx("float64")
    golden = {"madeBy": MADE_BY.replace("float64", "float32"), "cases": cases}
    save_file(arrays, TARGET / "geometry.safetensors", metadata={"golden": json.dumps(golden)})
    print(len(cases), "geometries")
