"""PyTorch: eager or compiled, NCHW or channels last, fused Adam."""

from contestant import batches, images, inferred, labels, network, options, serve, threads
from shapes import shaped

import torch
from torch import nn

torch.set_num_threads(threads)
torch.manual_seed(0)
layout = torch.channels_last if options["channelsLast"] else torch.contiguous_format
activations = {"tanh": nn.Tanh, "relu": nn.ReLU}


def modules():
    for layer, shape, _ in shaped(network):
        match layer["layer"]:
            case "conv2d":
                yield nn.Conv2d(shape[-1], layer["filters"], layer["kernelSize"], padding=layer.get("padding", "valid"))
            case "dense":
                yield nn.Linear(shape[-1], layer["units"])
            case "batchNormalization":
                # Its momentum is the share of the new batch, Keras's that of the old statistics.
                yield nn.BatchNorm2d(shape[-1], eps=1e-3, momentum=0.01)
            case "averagePooling2d":
                yield nn.AvgPool2d(layer["poolSize"])
            case "maxPooling2d":
                yield nn.MaxPool2d(layer["poolSize"])
            case "globalAveragePooling2d":
                yield from [nn.AdaptiveAvgPool2d(1), nn.Flatten()]
            case "dropout":
                yield nn.Dropout(layer["rate"])
            case "flatten":
                yield nn.Flatten()
            case "activation":
                pass
            case other:
                raise NotImplementedError(f"no layer {other}")
        if "activation" in layer:
            yield activations[layer["activation"]]()


net = nn.Sequential(*modules()).to(memory_format=layout)
for module in net:
    if isinstance(module, nn.Conv2d | nn.Linear):
        nn.init.xavier_uniform_(module.weight)
        nn.init.zeros_(module.bias)
optimizer = torch.optim.Adam(net.parameters(), lr=1e-3, eps=1e-7, fused=True)


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
    if not net.training:
        net.train()
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
    if net.training:
        net.eval()
    return probabilities(x).numpy()


several, one = tensor(inferred), tensor(inferred[:1])
serve(
    torch.__version__,
    sum(p.numel() for p in net.parameters()),
    train,
    lambda: predict(several),
    lambda: predict(one),
)
