"""Makes test/exchange/files/onnx: tiny networks as real exporters write them, with what they answer.

Each file NAME.onnx has a NAME.json beside it: the shape and the numbers of two images, as the file takes them
(`input`), and what the framework (or onnxruntime, for files made by hand) answers for them (`output`).

    python parity/files/onnx.py main      # Python 3.12: torch 2.15, keras 3.15, onnx 1.23, onnxruntime 1.32
    python parity/files/onnx.py old-torch # Python 3.6: torch 1.0.0
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
    torch.onnx.export(net, torch.from_numpy(given), path("torch-1.0"))
    keep("torch-1.0", given, net(torch.from_numpy(given)).detach().numpy())


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


# ---------------------------------------------------------------- Keras


def keras_net(keras, layers):
    """Convolutions with padding and strides, batch normalization before an activation and after a pool."""
    if hasattr(keras, "utils") and hasattr(keras.utils, "set_random_seed"):
        keras.utils.set_random_seed(1998)
    net = keras.models.Sequential(
        [
            layers.Conv2D(4, 3, padding="same", strides=2, activation="relu", input_shape=(9, 8, 1)),
            layers.Conv2D(6, (3, 2), use_bias=False),
            layers.BatchNormalization(),
            layers.Activation("tanh"),
            layers.MaxPooling2D(2, strides=1, padding="same"),
            layers.BatchNormalization(),
            layers.AveragePooling2D((2, 1)),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(7, activation="sigmoid"),
            layers.Dense(5, activation="softmax"),
        ]
    )
    return trained(net)


def keras_branches(keras, layers, pads=True):
    """A functional network (of which tf2onnx 1.16 writes the end wrong, so its file has less): depthwise convolution, branches, a global pool, no flattening."""
    x = layers.Input(shape=(8, 8, 3))
    a = layers.Conv2D(4, 3, activation="elu")(x)
    b = layers.DepthwiseConv2D(3, activation="relu")(x)
    c = layers.Concatenate()([a, b])
    d = layers.Conv2D(7, 1)(c)
    e = layers.Add()([c, d])
    e = layers.LeakyReLU()(e) if pads else e
    f = layers.GlobalAveragePooling2D()(layers.ZeroPadding2D(1)(e) if pads else e)
    return trained(keras.models.Model(x, layers.Dense(4)(f)))


def trained(net):
    """Other statistics, gammas and biases than those of a new network."""
    random = np.random.RandomState(7)
    for layer in net.layers:
        weights = layer.get_weights()
        if len(weights) == 4:
            layer.set_weights([np.abs(random.rand(*w.shape)) + 0.5 for w in weights])
        elif len(weights) == 2:
            layer.set_weights([weights[0], random.rand(*weights[1].shape) - 0.5])
    return net


def old_keras():
    import keras
    import keras2onnx
    from keras import layers

    net = keras_net(keras, layers)
    given = images(9, 8, 1)
    keras2onnx.save_model(keras2onnx.convert_keras(net, "net"), path("keras2onnx"))
    keep("keras2onnx", given, net.predict(given))
    net = keras_branches(keras, layers)
    given = images(8, 8, 3)
    keras2onnx.save_model(keras2onnx.convert_keras(net, "branches"), path("keras2onnx-branches"))
    keep("keras2onnx-branches", given, net.predict(given))


def old_tensorflow():
    """A graph of TensorFlow 1, frozen, by the first tf2onnx that many used."""
    import tensorflow as tf
    import tf2onnx

    tf.compat.v1.disable_eager_execution()
    tf.compat.v1.set_random_seed(1998)
    random = np.random.RandomState(7)
    variable = lambda *shape: tf.constant(random.randn(*shape).astype(np.float32) / 3)
    x = tf.compat.v1.placeholder(tf.float32, [None, 64], "x")
    y = tf.reshape(x, [-1, 8, 8, 1])
    y = tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(y, variable(3, 3, 1, 4), 1, "SAME"), variable(4)))
    y = tf.nn.max_pool2d(y, 2, 2, "VALID")
    y = tf.reshape(y, [-1, 64])
    y = tf.nn.softmax(tf.matmul(y, variable(64, 5)) + variable(5), name="y")
    given = images(64)
    with tf.compat.v1.Session() as session:
        answers = session.run(y, {x: given})
        graph = tf2onnx.tfonnx.process_tf_graph(
            session.graph, opset=8, input_names=["x:0"], output_names=["y:0"]
        )
        model = graph.make_model("net")
    with open(path("tf2onnx-1"), "wb") as file:
        file.write(model.SerializeToString())
    keep("tf2onnx-1", given, answers)


def new_tensorflow():
    import keras
    import tensorflow as tf
    import tf2onnx
    from keras import layers

    for name, net, given in (
        ("tf2onnx", keras_net(keras, layers), images(9, 8, 1)),
        ("tf2onnx-branches", keras_branches(keras, layers, pads=False), images(8, 8, 3)),
    ):
        signature = [tf.TensorSpec([None] + list(given.shape[1:]), tf.float32, name="x")]
        model, _ = tf2onnx.convert.from_keras(net, signature, opset=13)
        with open(path(name), "wb") as file:
            file.write(model.SerializeToString())
        keep(name, given, net.predict(given))


def new_keras():
    os.environ["KERAS_BACKEND"] = "torch"  # with TensorFlow, Keras takes tf2onnx
    import keras
    from keras import layers

    for name, net, given in (
        ("keras3", keras_net(keras, layers), images(9, 8, 1)),
        ("keras3-branches", keras_branches(keras, layers), images(8, 8, 3)),
    ):
        keep(name, given, net.predict(given, verbose=0))
        net.export(path(name), format="onnx", verbose=False)


if __name__ == "__main__":
    os.makedirs(FOLDER, exist_ok=True)
    makers = {
        "main": [new_torch, new_keras],
        "old-torch": [old_torch],
        "tf1": [old_keras, old_tensorflow],
        "k2": [new_tensorflow],
    }
    for make in makers[sys.argv[1]]:
        make()
