"""PyTorch: eager or compiled, NCHW or channels last, fused Adam."""

from contestant import batches, calls, images, labels, options, repeat, serve, singles, thousand, threads

import torch
from torch import nn

torch.set_num_threads(threads)
torch.manual_seed(0)
layout = torch.channels_last if options["channelsLast"] else torch.contiguous_format
net = nn.Sequential(
    *[nn.Conv2d(1, 6, 5), nn.Tanh(), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2)],
    *[nn.Conv2d(16, 120, 5), nn.Tanh(), nn.Flatten(), nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, 10)],
).to(memory_format=layout)
optimizer = torch.optim.Adam(net.parameters(), lr=1e-3, fused=True)


def tensor(array):
    return torch.from_numpy(array).permute(0, 3, 1, 2).contiguous(memory_format=layout)


def loss_of(x, y):
    return nn.functional.cross_entropy(net(x), y)


def probabilities(x):
    return net(x).softmax(1)


if options["compile"]:
    loss_of = torch.compile(loss_of, mode=options["compile"])
    probabilities = torch.compile(probabilities, mode=options["compile"], dynamic=False)

data = [(tensor(x), torch.from_numpy(y).long()) for x, y in zip(images, labels)]


def train():
    total = 0.0
    for x, y in data:
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(x, y)
        loss.backward()
        optimizer.step()
        total += loss.detach()
    return total.item() / batches


@torch.inference_mode()
def predict(x):
    return probabilities(x).numpy()


many, one = tensor(thousand), tensor(thousand[:1])
serve(
    torch.__version__,
    sum(p.numel() for p in net.parameters()),
    {
        "train": train,
        "predict": repeat(calls, lambda: predict(many)),
        "predict-one": repeat(singles, lambda: predict(one)),
    },
)
