"""The folder of a network, which parity/run.js fills: images, labels, files of models, and what each side measured."""

import json
from pathlib import Path

import numpy as np

BATCH = 32
STEPS = 10


class Work:
    def __init__(self, folder):
        self.folder = Path(folder)
        self.network = self.folder.name
        size = json.loads(self.path("network.json").read_text())["size"]
        self.images = np.fromfile(self.path("images.f32"), np.float32).reshape(-1, size, size, 1)
        self.labels = np.fromfile(self.path("labels.u8"), np.uint8).astype(np.int64)

    def path(self, name):
        return self.folder / name

    def batch(self, step):
        part = slice(step * BATCH, (step + 1) * BATCH)
        return self.images[part], self.labels[part]

    def write(self, name, predictions, gradients=None, losses=None):
        lists = lambda arrays: [np.asarray(array, np.float64).ravel().tolist() for array in arrays]
        measured = {"predictions": lists([predictions])[0]}
        if gradients is not None:
            measured |= {"gradients": lists(gradients), "losses": losses}
        self.path(f"{name}.json").write_text(json.dumps(measured))
