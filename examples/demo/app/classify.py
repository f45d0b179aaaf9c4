"""Tell light pictures from dark ones."""

import sys

import numpy as np
import tensorflow as tf
from PIL import Image


def brightness(path: str) -> float:
    picture = np.asarray(Image.open(path).convert("L"), dtype="float32") / 255
    return float(tf.reduce_mean(picture))


for name in sys.argv[1:]:
    print(name, "light" if brightness(name) > 0.5 else "dark")
