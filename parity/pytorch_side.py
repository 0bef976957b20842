"""PyTorch's side of the comparison: python parity/pytorch_side.py FOLDER...

In every folder it loads lenet5.safetensors into a module, and measures it; it measures a module with weights of its own
and saves it as pytorch.pt, pytorch.safetensors and pytorch.onnx.
"""

import logging
import sys

import safetensors.torch
import torch
from torch import nn
from torch.nn import functional as F
from work import STEPS, Work

logging.disable(logging.WARNING)  # that torchvision is not installed
torch.manual_seed(1)

TABLE_I = [
    [0, 1, 2], [1, 2, 3], [2, 3, 4], [3, 4, 5], [0, 4, 5], [0, 1, 5],
    [0, 1, 2, 3], [1, 2, 3, 4], [2, 3, 4, 5], [0, 3, 4, 5], [0, 1, 4, 5], [0, 1, 2, 5],
    [0, 1, 3, 4], [1, 2, 4, 5], [0, 2, 3, 5],
    [0, 1, 2, 3, 4, 5],
]  # fmt: skip


class ConnectedConv2d(nn.Conv2d):
    """A convolution whose maps see some of the channels each."""

    def __init__(self, channels, table, size):
        super().__init__(channels, len(table), size)
        mask = torch.zeros_like(self.weight)
        for row, seen in enumerate(table):
            mask[row, seen] = 1
        self.register_buffer("mask", mask, persistent=False)
        self.weight.data *= mask

    def forward(self, x):
        return F.conv2d(x, self.weight * self.mask, self.bias)


class LeNet5(nn.Module):
    def __init__(self, connected):
        super().__init__()
        self.C1 = nn.Conv2d(1, 6, 5)
        self.C3 = ConnectedConv2d(6, TABLE_I, 5) if connected else nn.Conv2d(6, 16, 5)
        self.C5 = nn.Conv2d(16, 120, 5)
        self.F6 = nn.Linear(120, 84)
        self.output = nn.Linear(84, 10)

    def forward(self, x):
        x = F.avg_pool2d(torch.tanh(self.C1(x)), 2)
        x = F.avg_pool2d(torch.tanh(self.C3(x)), 2)
        x = torch.tanh(self.C5(x)).flatten(1)
        return self.output(torch.tanh(self.F6(x)))


class Convnet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, 3)
        self.conv2 = nn.Conv2d(32, 64, 3)
        self.output = nn.Linear(1600, 10)

    def forward(self, x):
        x = F.max_pool2d(torch.relu(self.conv1(x)), 2)
        x = F.max_pool2d(torch.relu(self.conv2(x)), 2)
        return self.output(x.flatten(1))


def network(work):
    return Convnet() if work.network == "convnet" else LeNet5(work.network == "article")


def as_ours(module, x):
    """A weight or its gradient in this library's layout: channels last, rows of a flattened image in that order."""
    if x.dim() == 4:
        return x.permute(2, 3, 1, 0)
    if x.dim() == 2 and x.shape[1] == 1600:
        return x.reshape(10, 64, 5, 5).permute(2, 3, 1, 0).reshape(1600, 10)
    return x.t() if x.dim() == 2 else x


def measure(work, name, module):
    tensors = lambda step: [torch.tensor(array) for array in work.batch(step)]
    image = lambda x: x.permute(0, 3, 1, 2)
    loss_of = lambda images, labels: F.cross_entropy(module(image(images)), labels)
    start = {key: value.clone() for key, value in module.state_dict().items()}
    loss_of(*tensors(0)).backward()
    gradients = [as_ours(module, parameter.grad) for parameter in module.parameters()]
    with torch.no_grad():
        predictions = torch.softmax(module(image(torch.tensor(work.images))), 1)
    losses = {}
    for key, make in {
        "sgd": lambda parameters: torch.optim.SGD(parameters, 0.05),
        "adam": lambda parameters: torch.optim.Adam(parameters, 0.001),
    }.items():
        module.load_state_dict(start)
        optimizer = make(module.parameters())
        losses[key] = []
        for step in range(STEPS):
            optimizer.zero_grad()
            loss = loss_of(*tensors(step))
            loss.backward()
            if key == "adam":
                # Keras adds epsilon to the second moment before it is corrected, PyTorch after.
                optimizer.param_groups[0]["eps"] = 1e-7 / (1 - 0.999 ** (step + 1)) ** 0.5
            optimizer.step()
            losses[key].append(loss.item())
    module.load_state_dict(start)
    work.write(name, predictions, gradients, losses)


for folder in sys.argv[1:]:
    work = Work(folder)
    module = network(work)
    module.load_state_dict(safetensors.torch.load_file(work.path("lenet5.safetensors")))
    measure(work, "pytorch-of-lenet5", module)

    module = network(work)
    torch.save(module.state_dict(), work.path("pytorch.pt"))
    safetensors.torch.save_file(module.state_dict(), work.path("pytorch.safetensors"))
    example = torch.zeros(2, 1, *work.images.shape[1:3])
    torch.onnx.export(
        nn.Sequential(module, nn.Softmax(1)).eval(),
        (example,),
        work.path("pytorch.onnx"),
        input_names=["image"],
        dynamic_shapes=({0: torch.export.Dim("batch")},),
        external_data=False,
        verbose=False,
    )
    measure(work, "pytorch", module)
