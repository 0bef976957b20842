"""Ten steps of every optimizer on a vector of seven numbers."""

import json

import keras
import tensorflow as tf

from arrays import MADE_BY, TARGET, hashed, number


def write_optimizers():
    o = keras.optimizers
    rate = number(0.01)
    betas = (number(0.9), number(0.999))
    cases = [
        ("sgd", {}, o.SGD(rate)),
        ("sgd", {"momentum": 0.9}, o.SGD(rate, number(0.9))),
        ("sgd", {"momentum": 0.9, "nesterov": True}, o.SGD(rate, number(0.9), nesterov=True)),
        ("adam", {}, o.Adam(rate, *betas)),
        ("adamW", {"weightDecay": 0.004}, o.AdamW(rate, number(0.004), *betas)),
        ("rmsprop", {}, o.RMSprop(rate)),
        ("rmsprop", {"momentum": 0.9}, o.RMSprop(rate, momentum=number(0.9))),
        ("rmsprop", {"centered": True}, o.RMSprop(rate, centered=True)),
        ("adam", {"amsgrad": True}, o.Adam(rate, *betas, amsgrad=True)),
        ("nadam", {}, o.Nadam(rate, *betas)),
        ("adamax", {}, o.Adamax(rate, *betas)),
        ("adagrad", {}, o.Adagrad(rate, number(0.1))),
        ("adagrad", {"initialAccumulatorValue": 0.5}, o.Adagrad(rate, 0.5)),
        ("adadelta", {}, o.Adadelta(rate)),
        ("lion", {}, o.Lion(rate, number(0.9), number(0.99))),
    ]
    start = hashed((7,), 1)
    gradients = [hashed((7,), 2 + step) for step in range(10)]
    # One gradient that is always 0 and one that is tiny: there epsilon decides.
    for gradient in gradients:
        gradient[5:] = [0, gradient[6] * 2.0**-22]
    results = []
    for rule, options, optimizer in cases:
        variable = keras.Variable(start, dtype="float64")
        for gradient in gradients:
            optimizer.apply([tf.constant(gradient)], [variable])
        given = {"rule": rule, "learningRate": float(rate), **options}
        results.append({"optimizer": given, "result": variable.numpy().tolist()})
    golden = {
        "madeBy": MADE_BY,
        "start": start.tolist(),
        "gradients": [gradient.tolist() for gradient in gradients],
        "cases": results,
    }
    (TARGET / "optimizers.json").write_text(json.dumps(golden, indent=1) + "\n")
    print(len(cases), "optimizers")
