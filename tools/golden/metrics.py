"""Metrics of two batches of scores, with rows of targets."""

import json

import keras
import numpy as np

from arrays import MADE_BY, TARGET, hashed

# images in the two batches
BATCHES = (19, 12)


def cases():
    m = keras.metrics
    yield 4, {"type": "accuracy"}, m.CategoricalAccuracy()
    yield 4, {"type": "top_k_accuracy", "k": 2}, m.TopKCategoricalAccuracy(k=2)
    for width in (1, 4):
        yield width, {"type": "binary_accuracy"}, m.BinaryAccuracy()
        yield width, {"type": "binary_accuracy", "threshold": 0.25}, m.BinaryAccuracy(threshold=0.25)
        for kind, make in (("precision", m.Precision), ("recall", m.Recall)):
            yield width, {"type": kind}, make()
            yield width, {"type": kind, "threshold": 0.25}, make(thresholds=0.25)
        yield width, {"type": "f1_score", "threshold": 0.25}, m.F1Score(average="macro", threshold=0.25)
        for curve in ("ROC", "PR"):
            for method in ("interpolation", "minoring", "majoring"):
                options = {"curve": curve, "summationMethod": method}
                yield width, {"type": "auc", **options}, m.AUC(curve=curve, summation_method=method)
        yield width, {"type": "auc", "numThresholds": 7}, m.AUC(num_thresholds=7)
        yield width, {"type": "mean_absolute_error"}, m.MeanAbsoluteError()
        yield width, {"type": "mean_squared_error"}, m.MeanSquaredError()
    for kind, make in (("precision", m.Precision), ("recall", m.Recall)):
        yield 4, {"type": kind, "classId": 2}, make(class_id=2)
        yield 4, {"type": kind, "topK": 2}, make(top_k=2)
        yield 4, {"type": kind, "topK": 2, "threshold": 0.6}, make(top_k=2, thresholds=0.6)
    for average in ("macro", "micro", "weighted"):
        yield 4, {"type": "f1_score", "average": average}, m.F1Score(average=average)


def data(width):
    """Scores between 0 and 1 that lean to the targets, which are 0 or 1 for one output, else one-hot."""
    count = sum(BATCHES)
    scores = (hashed((count, width), 1) + 1) / 2
    if width == 1:
        targets = np.arange(count).reshape(count, 1) * 5 % 7 % 2
    else:
        targets = np.eye(width)[np.arange(count) * 7 % 5 % width]
    return np.float32(0.75 * scores + 0.25 * targets), targets


def write_metrics():
    golden = {"madeBy": MADE_BY, "batches": BATCHES, "data": {}, "cases": []}
    for width in (1, 4):
        scores, targets = data(width)
        golden["data"][width] = {"scores": scores.reshape(-1).tolist(), "targets": targets.reshape(-1).tolist()}
    for width, config, metric in cases():
        scores, targets = data(width)
        first = BATCHES[0]
        for batch in (slice(0, first), slice(first, None)):
            metric.update_state(targets[batch], scores[batch])
        golden["cases"].append({"width": width, "metric": config, "value": float(metric.result())})
    rows = ",\n".join(f"  {json.dumps(case)}" for case in golden["cases"])
    head = json.dumps({key: value for key, value in golden.items() if key != "cases"})
    (TARGET / "metrics.json").write_text(f'{head[:-1]}, "cases": [\n{rows}\n ]}}\n')
    print(len(golden["cases"]), "metrics")
