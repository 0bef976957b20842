"""Pictures in other sizes, by Pillow and OpenCV: python tools/golden/resize.py > test/golden/resize.json

Needs pillow and opencv-python-headless (made with 13.0 and 5.0). Pillow's BILINEAR is the reference where a picture
grows; where it shrinks, OpenCV's INTER_AREA and, by whole factors, Pillow's BOX.
"""

import json
import sys

import cv2
import numpy as np
from PIL import Image


def picture(width, height):
    """The same numbers as in src/pictures/resize.test.ts: hard edges and slopes, differing by channel."""
    y, x, c = np.mgrid[0:height, 0:width, 0:3]
    return ((x * x * 7 + y * 31 + x * y * 3 + c * 85) % 256).astype(np.uint8)


def pillow(how):
    return lambda pixels, size: np.asarray(Image.fromarray(pixels).resize(size, how))


def area(pixels, size):
    return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)


cases = [
    ("Pillow BOX", pillow(Image.Resampling.BOX), (24, 16), (6, 8)),
    ("OpenCV INTER_AREA", area, (24, 16), (6, 8)),
    ("OpenCV INTER_AREA", area, (17, 13), (5, 4)),
    ("OpenCV INTER_AREA", area, (40, 9), (28, 9)),
    ("Pillow BILINEAR", pillow(Image.Resampling.BILINEAR), (5, 4), (13, 11)),
    ("Pillow BILINEAR", pillow(Image.Resampling.BILINEAR), (3, 8), (28, 28)),
]
made = [
    {"by": by, "from": old, "to": new, "rgb": resize(picture(*old), new).reshape(-1).tolist()}
    for by, resize, old, new in cases
]
json.dump(made, sys.stdout)
print()
