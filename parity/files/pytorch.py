"""Small files of PyTorch for test/exchange/pytorch.test.ts, with an input and the real framework's outputs.

  python parity/files/pytorch.py        with torch 2.15 and safetensors: all files but those of old versions
  python parity/files/pytorch.py old    with torch 1.0.0 (Python 3.6) and with torch 1.2.0 (Python 3.7): their own formats

Weights are a formula of their index, so that every version of PyTorch writes the same numbers.
"""

import base64
import collections
import io
import json
import os
import pickle
import struct
import sys
import tarfile
import zipfile

import torch
import torch.nn as nn
import torch.nn.functional as F

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../test/exchange/files/pytorch")


class Usual(nn.Module):
    """Convolutions, batch normalization, and dense layers after a flatten of several channels."""

    def __init__(self):
        super(Usual, self).__init__()
        self.conv1 = nn.Conv2d(1, 3, 3)
        self.bn1 = nn.BatchNorm2d(3)
        self.conv2 = nn.Conv2d(3, 4, (3, 2), padding=(1, 0))
        self.fc1 = nn.Linear(24, 6)
        self.fc2 = nn.Linear(6, 4)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 2)
        x = F.relu(self.conv2(x))
        x = torch.tanh(self.fc1(x.view(-1, 24)))
        return self.fc2(x)


class Special(nn.Module):
    """Groups, a depthwise, a pointwise and a transposed convolution, slopes, and normalizations of vectors."""

    def __init__(self):
        super(Special, self).__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 4, 3, bias=False),
            nn.GroupNorm(2, 4),
            nn.PReLU(4),
            nn.Conv2d(4, 8, 3, groups=4),
            nn.Conv2d(8, 4, 1, bias=False),
            nn.Conv2d(4, 6, 3, groups=2),
            nn.ConvTranspose2d(6, 3, (3, 2), stride=2),
        )
        self.norm = nn.BatchNorm1d(60)
        self.classifier = nn.Sequential(nn.Linear(60, 5), nn.PReLU(5), nn.LayerNorm(5), nn.Linear(5, 3, bias=False))

    def forward(self, x):
        x = self.features(x).reshape(-1, 60)
        return torch.softmax(self.classifier(self.norm(x)), 1)


def fill(model):
    """Weights by a formula: smooth, different everywhere, variances above 0."""
    for k, (name, tensor) in enumerate(model.state_dict().items()):
        if name.endswith("num_batches_tracked"):
            tensor.fill_(7)
            continue
        i = torch.arange(tensor.numel(), dtype=torch.float64)
        values = torch.sin(1.7 * i + k) * (0.9 if "bn" in name or "norm" in name else 0.5)
        if name.endswith("running_var"):
            values = values * values + 0.5
        tensor.copy_(values.reshape(tensor.shape).to(tensor.dtype))
    return model.eval()


def image(rows=8, columns=8):
    i = torch.arange(2 * rows * columns, dtype=torch.float64)
    return (torch.round(torch.abs(torch.sin(0.37 * i)) * 256) / 256).float().reshape(2, 1, rows, columns)


def path(name):
    return os.path.join(FOLDER, name)


def answers(model):
    with torch.no_grad():
        return [[float(y) for y in row] for row in model(image())]


def save_script(model, name):
    """A TorchScript archive without the stack traces in it, which name the folders of this machine."""
    torch.jit.save(torch.jit.trace(model, image()), path(name))
    with zipfile.ZipFile(path(name)) as archive:
        kept = [(entry.filename, archive.read(entry)) for entry in archive.infolist() if "debug" not in entry.filename]
    with zipfile.ZipFile(path(name), "w") as archive:
        for entry, content in kept:
            archive.writestr(zipfile.ZipInfo(entry, (2000, 1, 1, 0, 0, 0)), content)


def save_tar(state, name):
    """A file of PyTorch 0.1, which no newer one writes; that it is one, torch.load says."""

    def numbers(tensor):
        return struct.pack("<q", tensor.numel()) + tensor.contiguous().numpy().tobytes()

    state = collections.OrderedDict((key, value) for key, value in state.items() if value.dtype == torch.float32)
    keys = {key: 1000 + i for i, key in enumerate(state)}
    dump = lambda value: pickle.dumps(value, 2)
    storages, tensors = dump(len(state)), dump(len(state))
    for key, value in state.items():
        storages += dump((keys[key] + 500, "cpu", torch.FloatStorage)) + numbers(value)
        tensors += dump((keys[key], keys[key] + 500, torch.FloatTensor)) + struct.pack("<ii", value.dim(), 0)
        tensors += struct.pack("<%dq" % (2 * value.dim() + 1), *value.shape, *value.stride(), 0)
    storages += dump([])
    content = io.BytesIO()
    pickler = pickle.Pickler(content, 2)
    pickler.persistent_id = lambda value: str(keys[value[1]]) if isinstance(value, tuple) and value[:1] == ("tensor",) else None
    pickler.dump(collections.OrderedDict((key, ("tensor", key)) for key in state))
    with tarfile.open(path(name), "w", format=tarfile.PAX_FORMAT) as archive:
        for file, data in (("sys_info", dump({})), ("pickle", content.getvalue()), ("tensors", tensors), ("storages", storages)):
            info = tarfile.TarInfo(file)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    loaded = torch.load(path(name), weights_only=False)
    assert all(torch.equal(loaded[key], value) for key, value in state.items())


def old():
    version = ".".join(torch.__version__.split(".")[:2])
    usual = fill(Usual())
    torch.save(usual.state_dict(), path("state-dict-%s.pt" % version))
    save_script(usual, "script-%s.pt" % version)


def new():
    from safetensors.torch import save_file

    usual, special = fill(Usual()), fill(Special())
    state = usual.state_dict()
    torch.save(state, path("state-dict.pt"))
    torch.save(state, path("state-dict-legacy.pth"), _use_new_zipfile_serialization=False)
    save_tar(state, "state-dict-0.1.tar")
    torch.save(special.state_dict(), path("special.pt"))
    save_script(usual, "script.pt")
    optimizer = torch.optim.Adam(usual.parameters())
    usual(image()).sum().backward()
    optimizer.step()
    fill(usual)
    checkpoint = {"epoch": 3, "best": 0.98, "model": state, "optimizer": optimizer.state_dict(), "args": {"lr": 0.1}}
    torch.save(checkpoint, path("checkpoint.tar"))
    torch.save(collections.OrderedDict(("module." + name, value) for name, value in state.items()), path("parallel.pt"))
    # One storage for all weights, most of them as transposed views of it.
    flat = torch.zeros(sum(value.numel() for value in state.values()))
    views, at = {}, 0
    for name, value in state.items():
        if value.dtype != torch.float32:
            continue
        part = flat[at : at + value.numel()].view(tuple(reversed(value.shape)))
        part.copy_(value.permute(*reversed(range(value.dim()))))
        views[name] = part.permute(*reversed(range(value.dim())))
        at += value.numel()
    torch.save(views, path("views.pt"))
    results = {"input": [[float(v) for v in x.flatten()] for x in image()], "usual": answers(usual), "special": answers(special)}
    for name, dtype in (("float16", torch.float16), ("bfloat16", torch.bfloat16), ("float64", torch.float64)):
        copy = fill(Usual()).to(dtype)
        torch.save(copy.state_dict(), path("%s.pt" % name))
        save_file(copy.state_dict(), path("%s.safetensors" % name))
        results[name] = answers(copy.float())
    save_file(state, path("state-dict.safetensors"), metadata={"format": "pt"})
    # As Burn and hand-written linear layers have them, in another order and without metadata.
    burn = {name: (value.t().contiguous() if value.dim() == 2 else value) for name, value in reversed(state.items())}
    save_file(burn, path("burn.safetensors"))
    # What is refused.
    torch.save(usual, path("whole-module.pt"))
    torch.save(torch.quantize_per_tensor(torch.ones(2, 2), 0.1, 0, torch.qint8), path("quantised.pt"))
    torch.save({"w": torch.eye(2).to_sparse()}, path("sparse.pt"))
    with open(path("pickled.pkl"), "wb") as file:
        pickle.dump(state, file)
    with open(path("numpy.pkl"), "wb") as file:
        pickle.dump({name: value.numpy() for name, value in state.items()}, file)
    with open(path("pickles.json"), "w") as file:
        shared = [1, 2]
        value = {
            "none": None,
            "flags": [True, False],
            "whole": [0, 1, -1, 255, 256, 65536, -(2**31), 2**40, -(2**40), 2**70, -(2**70)],
            "floats": [0.5, -1e300, float("inf")],
            "texts": ["", "a", "äöü €", "line\nline\\", "x" * 300],
            "nested": {1: {"a": []}, "b": [(), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)]},
            "shared": [shared, shared],
        }
        json.dump({k: base64.b64encode(pickle.dumps(value, k)).decode() for k in range(6)}, file, indent=1)
        file.write("\n")
    with open(path("outputs.json"), "w") as file:
        json.dump(results, file)
        file.write("\n")


if __name__ == "__main__":
    os.makedirs(FOLDER, exist_ok=True)
    old() if sys.argv[1:] == ["old"] else new()
