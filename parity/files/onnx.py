"""Makes test/exchange/files/onnx: tiny networks as real exporters write them, with what they answer.

Each file NAME.onnx has a NAME.json beside it: the shape and the numbers of two images, as the file takes them
(`input`), and what the framework (or onnxruntime, for files made by hand) answers for them (`output`).

    python parity/files/onnx.py main      # Python 3.12: torch 2.15, keras 3.15, onnx 1.23, onnxruntime 1.32
    python parity/files/onnx.py t04       # Python 3.6: torch 0.4.1
    python parity/files/onnx.py tf1       # Python 3.7: tensorflow 1.15, keras 2.3.1, keras2onnx 1.7, tf2onnx 1.9
    python parity/files/onnx.py k2        # Python 3.9: tensorflow 2.13, tf2onnx 1.16

`main` also makes the files of `hand`, by onnx.helper: what other programs (CNTK) write.
"""

import json
import os
import sys

sys.path.pop(0)  # this folder: its file names are those of packages

import numpy as np

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../test/exchange/files/onnx")


def keep(name, given, answers):
    """Writes what a network answers."""
    given, answers = np.asarray(given), np.asarray(answers)
    text = {
        "input": {"shape": list(given.shape), "data": [float("%.6g" % x) for x in given.ravel()]},
        "output": {"shape": list(answers.shape), "data": [float("%.8g" % x) for x in answers.ravel()]},
    }
    with open(os.path.join(FOLDER, name + ".json"), "w") as file:
        json.dump(text, file, separators=(",", ":"))
        file.write("\n")


def images(*shape, **options):
    """Two images, whose numbers six digits give exactly enough."""
    random = np.random.RandomState(options.get("seed", 1998))
    return np.round(random.rand(2, *shape).astype(np.float32), 4)


def path(name):
    return os.path.join(FOLDER, name + ".onnx")


# ---------------------------------------------------------------- PyTorch


def torch_net(torch):
    """Convolutions with batch normalization, a branch, and a dense layer after flattening."""
    nn = torch.nn

    class Net(nn.Module):
        def __init__(self):
            super(Net, self).__init__()
            self.conv1 = nn.Conv2d(1, 4, 3, padding=1)
            self.bn1 = nn.BatchNorm2d(4)
            self.conv2 = nn.Conv2d(4, 6, 3, stride=2, padding=1)
            self.branch = nn.Conv2d(4, 2, 1, stride=2)
            self.pool = nn.MaxPool2d(2)
            self.fc1 = nn.Linear(8 * 2 * 2, 10)
            self.bn2 = nn.BatchNorm1d(10)
            self.drop = nn.Dropout(0.25)
            self.fc2 = nn.Linear(10, 5)

        def forward(self, x):
            x = torch.relu(self.bn1(self.conv1(x)))
            x = torch.cat([torch.tanh(self.conv2(x)), torch.sigmoid(self.branch(x))], 1)
            x = self.pool(x)
            x = x.view(x.size(0), -1)
            x = self.drop(torch.relu(self.bn2(self.fc1(x))))
            return torch.log_softmax(self.fc2(x), dim=1)

    torch.manual_seed(1998)
    net = Net()
    with torch.no_grad() if hasattr(torch, "no_grad") else None:
        for bn in (net.bn1, net.bn2):
            bn.running_mean.uniform_(-0.5, 0.5)
            bn.running_var.uniform_(0.5, 2)
            bn.weight.uniform_(0.5, 2)
            bn.bias.uniform_(-0.5, 0.5)
    return net.eval()


def old_torch():
    import torch

    net = torch_net(torch)
    given = images(1, 8, 8)
    torch.onnx.export(net, torch.from_numpy(given), path("torch-0.4"))
    keep("torch-0.4", given, net(torch.from_numpy(given)).detach().numpy())


def new_torch():
    import torch

    net = torch_net(torch)
    given = images(1, 8, 8)
    x = torch.from_numpy(given)
    answers = net(x).detach().numpy()
    axes = {"x": {0: "batch"}, "y": {0: "batch"}}
    torch.onnx.export(
        net, (x,), path("torch-script"), dynamo=False, input_names=["x"], output_names=["y"], dynamic_axes=axes
    )
    keep("torch-script", given, answers)
    batch = torch.export.Dim("batch")
    torch.onnx.export(
        net, (x,), path("torch-dynamo"), dynamo=True, external_data=True, dynamic_shapes={"x": {0: batch}}
    )
    keep("torch-dynamo", given, answers)


if __name__ == "__main__":
    os.makedirs(FOLDER, exist_ok=True)
    makers = {"main": [new_torch], "t04": [old_torch]}
    for make in makers[sys.argv[1]]:
        make()
