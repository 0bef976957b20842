"""Which files of older Kerases does the Keras that is installed open? python parity/old_keras.py

Opens the whole models of test/exchange/files/keras/ that Keras 1.2 to 2.13 wrote, and compares their answers with those
of the Keras that wrote them. `npm test` does the same with this library.
"""

import json
import os
from pathlib import Path

import numpy as np

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import keras

folder = Path(__file__).resolve().parent.parent / "test/exchange/files/keras"
files = sorted(file for start in ("keras1-", "keras2.3-", "tf1.15-", "tf2.13-") for file in folder.glob(f"{start}*"))
whole = [file for file in files if file.suffix in (".h5", ".keras") and not file.stem.endswith(".weights")]


def opened(file):
    """ "opens", or why not."""
    known = json.loads((folder / f"{file.stem}.io.json").read_text())
    tensors = lambda list_: [np.array(each["data"], "float32").reshape(each["shape"]) for each in list_]
    try:
        model = keras.models.load_model(file, compile=False)
        inputs = tensors(known["inputs"])
        answers = model.predict(inputs if len(inputs) > 1 else inputs[0], verbose=0)
    except Exception as error:
        return f"refused: {type(error).__name__}: {str(error).strip().splitlines()[0][:70]}"
    answers = answers if isinstance(answers, list) else [answers]
    largest = max(np.abs(a - b).max() for a, b in zip(answers, tensors(known["outputs"])))
    return "opens" if largest < 1e-5 else f"opens, but answers otherwise, by {largest:.1g}"


results = {file.name: opened(file) for file in whole}
for name, result in results.items():
    print(f"{name:32} {result}")
print(f"Keras {keras.__version__} opens {sum(r == 'opens' for r in results.values())} of {len(results)} files")
