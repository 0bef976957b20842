"""Runs the lines of Python of python-lines.js in their folders: python parity/python_lines.py FOLDER..."""

import json
import os
import sys

import numpy as np

worst = 0
for folder in sys.argv[1:]:
    os.chdir(folder)
    with open("data.json") as file:
        data = json.load(file)
    images = np.array(data["images"], "float32").reshape(data["shape"])
    with open("lines.py") as file:
        lines = file.read()
    if data["layout"] == "keras":
        import keras

        if os.path.exists("lenet5_keras.py"):
            sys.path.insert(0, folder)
            import lenet5_keras

        names = {"model": keras.models.load_model("model.keras", compile=False)}
        exec(lines, names)
        answers = names["model"].predict(images, verbose=0)
    else:
        import torch

        names = {"__name__": "lines"}
        exec(lines, names)
        with torch.no_grad():
            answers = names["net"](torch.tensor(images.transpose(0, 3, 1, 2))).numpy()
    difference = np.abs(answers.reshape(-1) - np.array(data["answers"])).max()
    print("%-20s largest difference %.1e" % (os.path.basename(folder), difference))
    worst = max(worst, difference)
if worst > 1e-5:
    sys.exit("the answers differ")
