"""Writes test/golden/*: runs made by Keras 3 (TensorFlow backend, CPU) that the oracle and the kernels must reproduce.

    python3 -m venv /tmp/golden-venv
    /tmp/golden-venv/bin/pip install -r tools/golden/requirements.txt
    /tmp/golden-venv/bin/python tools/golden/generate.py operations/basics

Without a name it writes every file; a name (a network's, losses, metrics, optimizers, schedules, several, training, or
an area such as operations/basics) selects one. Another processor can change the last bits of the networks' losses, so
write only the file that you extend.

Keras computes in float64, so that a difference is a difference in the mathematics and not in the rounding; arrays are
stored rounded to float32, losses and checksums as they are. Python 3.10 to 3.13.

<network>.safetensors
    input               uint8 [N, H, W, C]; the network sees input / 256, which float32 holds exactly
    labels              uint8 [N]
    activation/<layer>  the output of every layer for the first images (not for the whole batch, to save space)
    gradient/<weight>   of the loss by every trainable weight, at the initial weights
    metadata "golden"   JSON, see read-golden.ts: layers, weights, optimizer, ten losses, checksums of the final weights
    Initial weights are not stored but computed on both sides: `hashed` in arrays.py, `hashedValues` in read-golden.ts.
operations/<area>.safetensors
    <case>/input/<i>, weight/<i>, output, dOutput, dInput/<i>, dWeight/<i>, updated/<i>
losses.safetensors
    <case>/input/0, dInput/0, target, sampleWeight; the loss in the metadata
metrics.json
    scores, targets, and the value of each metric after both batches
geometry.safetensors
    images, and what the layers of random geometry make of them for given amounts, by the name of the case
optimizers.json
    ten steps of every optimizer on a vector of seven numbers
examples.json
    20 losses and the final weights of networks of Keras's examples
several.json
    models with three inputs and two outputs: the history of five epochs, and what evaluate returns
schedules.json
    learning rates of every schedule of Keras at some steps
training.safetensors
    `fit` and `evaluate` of a small network with regularizers, constraints and options of optimizers: options and losses
    in the metadata, <case>/<weight> after training
"""

import sys

from arrays import TARGET
from examples import write_examples
from geometry import write_geometry
from losses import write_losses
from metrics import write_metrics
from networks import NETWORKS, write_network
from operations import AREAS, write_operations
from optimizers import write_optimizers
from several import write_several
from schedules import write_schedules
from training import write_training

if __name__ == "__main__":
    TARGET.mkdir(parents=True, exist_ok=True)
    writers = {name: lambda name=name: write_network(name, NETWORKS[name]) for name in NETWORKS}
    writers.update({f"operations/{area}": lambda area=area: write_operations(area) for area in AREAS})
    writers.update({"losses": write_losses, "geometry": write_geometry, "metrics": write_metrics})
    writers.update({"optimizers": write_optimizers, "several": write_several})
    writers.update({"examples": write_examples})
    writers.update({"schedules": write_schedules, "training": write_training})
    for name in sys.argv[1:] or writers:
        writers[name]()
