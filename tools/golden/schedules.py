"""Learning rates of every schedule of Keras at some steps: the first ones, those around a border, and late ones."""

import json

import keras

from arrays import MADE_BY, TARGET, number

STEPS = [0, 1, 2, 3, 5, 7, 9, 10, 11, 15, 19, 20, 21, 29, 30, 31, 40, 69, 70, 71, 100, 150, 1000]


def write_schedules():
    s = keras.optimizers.schedules
    rate = number(0.3)
    cases = [
        ("cosineDecay", {"decaySteps": 20}, s.CosineDecay(rate, 20)),
        ("cosineDecay", {"decaySteps": 30, "alpha": 0.1}, s.CosineDecay(rate, 30, number(0.1))),
        (
            "cosineDecay",
            {"decaySteps": 60, "alpha": 0.1, "warmupTarget": 0.9, "warmupSteps": 10},
            s.CosineDecay(rate, 60, number(0.1), warmup_target=number(0.9), warmup_steps=10),
        ),
        ("cosineDecayRestarts", {"firstDecaySteps": 10}, s.CosineDecayRestarts(rate, 10, number(2))),
        (
            "cosineDecayRestarts",
            {"firstDecaySteps": 10, "tMul": 1, "mMul": 0.5, "alpha": 0.1},
            s.CosineDecayRestarts(rate, 10, number(1), number(0.5), number(0.1)),
        ),
        (
            "cosineDecayRestarts",
            {"firstDecaySteps": 7, "tMul": 1.3, "mMul": 0.9},
            s.CosineDecayRestarts(rate, 7, number(1.3), number(0.9)),
        ),
        (
            "exponentialDecay",
            {"decaySteps": 20, "decayRate": 0.8},
            s.ExponentialDecay(rate, 20, number(0.8)),
        ),
        (
            "exponentialDecay",
            {"decaySteps": 20, "decayRate": 0.8, "staircase": True},
            s.ExponentialDecay(rate, 20, number(0.8), staircase=True),
        ),
        ("inverseTimeDecay", {"decaySteps": 10, "decayRate": 0.5}, s.InverseTimeDecay(rate, 10, number(0.5))),
        (
            "inverseTimeDecay",
            {"decaySteps": 10, "decayRate": 0.5, "staircase": True},
            s.InverseTimeDecay(rate, 10, number(0.5), staircase=True),
        ),
        (
            "piecewiseConstantDecay",
            {"boundaries": [10, 20], "rates": [1, 0.5, 0.1]},
            s.PiecewiseConstantDecay([10, 20], [number(1), number(0.5), number(0.1)]),
        ),
        ("polynomialDecay", {"decaySteps": 30}, s.PolynomialDecay(rate, 30, number(1e-4))),
        (
            "polynomialDecay",
            {"decaySteps": 30, "endLearningRate": 0.01, "power": 0.5},
            s.PolynomialDecay(rate, 30, number(0.01), number(0.5)),
        ),
        (
            "polynomialDecay",
            {"decaySteps": 10, "endLearningRate": 0.01, "power": 2, "cycle": True},
            s.PolynomialDecay(rate, 10, number(0.01), number(2), cycle=True),
        ),
    ]
    golden = {
        "madeBy": MADE_BY,
        "steps": STEPS,
        "cases": [
            {
                "schedule": {"type": kind, **({} if "rates" in options else {"learningRate": float(rate)}), **options},
                "rates": [float(schedule(step)) for step in STEPS],
            }
            for kind, options, schedule in cases
        ],
    }
    (TARGET / "schedules.json").write_text(json.dumps(golden, indent=1) + "\n")
    print(len(cases), "schedules")
