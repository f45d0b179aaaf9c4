"""Train a small model: ``train.py HOW [NAME...]``, after `optional.py` with the same arguments."""

import runpy
import sys
from pathlib import Path

runpy.run_path(str(Path(__file__).with_name("optional.py")), run_name="__main__")

import keras  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

print("devices:", tf.config.list_physical_devices())
rng = np.random.default_rng(0)
x, y = rng.normal(size=(512, 20)).astype("float32"), rng.integers(0, 2, 512)
model = keras.Sequential(
    [keras.layers.Input((20,)), keras.layers.Dense(32, "relu"), keras.layers.Dense(1, "sigmoid")]
)
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
model.summary()
model.fit(x, y, epochs=5, validation_split=0.2, verbose=1 if sys.argv[1] in ("print", "logging") else 2)
print("loss, accuracy:", model.evaluate(x, y, verbose=0))
model.save("model.keras")
print("saved", Path("model.keras").stat().st_size > 0)
