"""The six basic checks as one writes them by hand: name to Python code. Each fails by an exception."""

from __future__ import annotations

IMPORT = "import tensorflow as tf"

SIX = {
    "import": "assert tf.__version__",
    "devices": "assert tf.config.list_physical_devices('CPU')",
    "arithmetic": "assert tf.matmul([[1., 2.], [3., 4.]], [[5.], [6.]]).numpy().tolist() == [[17.], [39.]]",
    "convolution": """\
ones = tf.nn.conv2d(tf.ones((1, 3, 3, 1)), tf.ones((3, 3, 1, 1)), 1, 'VALID')
assert ones.numpy().item() == 9""",
    "training step": """\
x = tf.reshape(tf.linspace(-1., 1., 32), (32, 1))
slope = tf.Variable([[0.]])
losses = []
for _ in range(30):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((x @ slope - 2 * x) ** 2)
    slope.assign_sub(.3 * tape.gradient(loss, slope))
    losses.append(float(loss))
assert losses[-1] < losses[0] / 10""",
    "save and load": """\
model = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(2)])
rows = tf.ones((3, 4))
model.save('/tmp/model.keras')
again = tf.keras.models.load_model('/tmp/model.keras')
assert (model(rows).numpy() == again(rows).numpy()).all()""",
}

TOGETHER = "\n".join([IMPORT, *SIX.values()])
"""All of them in one process, with one import."""

OUR_NAMES = ("import", "devices", "matmul", "conv", "gradient", "keras")
"""The tool's rungs that check the same."""
