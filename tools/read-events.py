"""Prints the content of a folder of event files, read by TensorBoard's own reader, as JSON.

    python tools/read-events.py FOLDER      (a Python with `pip install tensorboard`)
"""

import json
import sys

from tensorboard.backend.event_processing.event_multiplexer import EventMultiplexer

# 0: keep all events, not a sample.
keep_all = {"scalars": 0, "histograms": 0, "images": 0}
reader = EventMultiplexer(size_guidance=keep_all).AddRunsFromDirectory(sys.argv[1]).Reload()
runs = {}
for run, tags in reader.Runs().items():
    histograms = {tag: reader.Histograms(run, tag) for tag in tags["histograms"]}
    images = {tag: reader.Images(run, tag) for tag in tags["images"]}
    runs[run] = {
        "scalars": {tag: [[e.step, e.value] for e in reader.Scalars(run, tag)] for tag in tags["scalars"]},
        "histograms": {
            tag: [{"step": e.step, **vars(e.histogram_value)} for e in events] for tag, events in histograms.items()
        },
        "images": {tag: [[e.step, e.width, e.height] for e in events] for tag, events in images.items()},
    }
print(json.dumps(runs))
