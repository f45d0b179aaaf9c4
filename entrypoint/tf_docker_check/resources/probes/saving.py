"""The rungs that write models to disk and read them back, and that train through Keras."""

import os
import shutil
import tempfile

from tf_docker_check.resources.probes.computing import CPU, close, load
from tf_docker_check.resources.probes.frame import Fail, Skip


class Folder:
    """A temporary folder; skips the rung where none can be made."""

    def __enter__(self):
        try:
            self.path = tempfile.mkdtemp(prefix="tfdc-")
        except OSError as error:
            raise Skip("nowhere to write: %s" % error)
        return self.path

    def __exit__(self, *error):
        shutil.rmtree(self.path, ignore_errors=True)


def savedmodel(fact):
    tf = load()

    class Line(tf.Module):
        def __init__(self):
            super(Line, self).__init__()
            self.slope = tf.Variable(2.0)

        @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
        def __call__(self, x):
            return self.slope * x + 1.0

    with Folder() as folder, tf.device(CPU):
        tf.saved_model.save(Line(), folder)
        output = tf.saved_model.load(folder)(tf.constant([1.0, 2.0])).numpy().tolist()
    if not close(output, [3.0, 5.0]):
        raise Fail("a SavedModel read back gave %r, not [3.0, 5.0]" % (output,))


def keras(fact):
    tf = load((2, 12))  # the first with the .keras format
    tf.keras.layers  # the first use says why Keras cannot be loaded; those after it may say something else
    fact("keras.version", getattr(tf.keras, "__version__", ""))
    with Folder() as folder, tf.device(CPU):
        model = small_model(tf)
        rows = tf.reshape(tf.range(12.0), (3, 4)) / 12.0
        before = model(rows).numpy().tolist()
        path = os.path.join(folder, "model.keras")
        model.save(path)
        after = tf.keras.models.load_model(path)(rows).numpy().tolist()
    if not close(after, before):
        raise Fail("a .keras model read back gives other answers than before it was saved")


def small_model(tf):
    layers = tf.keras.layers
    return tf.keras.Sequential([tf.keras.Input((4,)), layers.Dense(8, activation="relu"), layers.Dense(1)])


def fit(fact):
    """Train a small Keras model through fit(), fed by tf.data; the loss must fall."""
    tf = load()
    tf.keras.utils.set_random_seed(7) if hasattr(tf.keras.utils, "set_random_seed") else None
    with tf.device(CPU):
        x = tf.reshape(tf.range(256.0) * 31.0 % 17.0, (64, 4)) / 17.0
        rows = tf.data.Dataset.from_tensor_slices((x, tf.reduce_sum(x, 1, keepdims=True))).batch(16)
        model = small_model(tf)
        model.compile(optimizer=tf.keras.optimizers.Adam(0.02), loss="mse")
        losses = [float(loss) for loss in model.fit(rows, epochs=8, shuffle=False, verbose=0).history["loss"]]
    fact("fit.losses", [losses[0], losses[-1]])
    if not losses[-1] < 0.7 * losses[0]:
        raise Fail("the loss did not fall: %r after 8 epochs, from %r" % (losses[-1], losses[0]))


SAVING = {"savedmodel": savedmodel, "keras": keras, "fit": fit}
