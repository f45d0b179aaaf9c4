"""The rungs that import TensorFlow and compute with it on the CPU, each against a known answer."""

import os
import resource

from tf_docker_check.resources.probes.frame import Fail, Skip
from tf_docker_check.resources.probes.loaded import is_in_chroot, tensorflow_libraries

OLDEST = (2, 4)
CPU = "/CPU:0"


def release(tf):
    """(major, minor) of a TensorFlow, whatever it puts behind them."""
    return tuple(int(part) for part in tf.__version__.split(".")[:2])


def load(oldest=OLDEST):
    """TensorFlow, imported before; skips the rung where it is older than *oldest*."""
    import tensorflow as tf

    if release(tf) < oldest:
        words = "TensorFlow %s; this check needs %d.%d or later" % ((tf.__version__,) + oldest)
        raise Skip(words)
    return tf


def expect(what, actual, wanted):
    if actual != wanted:
        raise Fail("%s gave %.200r, the right answer is %.200r" % (what, actual, wanted))


def close(actual, wanted, tolerance=1e-4):
    """Whether two nested lists or numbers agree. NaN agrees with nothing."""
    if isinstance(wanted, (list, tuple)):
        return len(actual) == len(wanted) and all(close(*pair, tolerance) for pair in zip(actual, wanted))
    return abs(actual - wanted) <= tolerance * max(1.0, abs(wanted))


def import_(fact):
    import tensorflow as tf

    fact("tensorflow.path", os.path.dirname(getattr(tf, "__file__", None) or ""))
    fact("tensorflow.version", tf.__version__)
    fact("tensorflow.git", getattr(getattr(tf, "version", None), "GIT_VERSION", ""))
    fact("tensorflow.compiler", getattr(getattr(tf, "version", None), "COMPILER_VERSION", ""))
    fact("tensorflow.loaded", tensorflow_libraries())
    fact("tensorflow.in_chroot", is_in_chroot())
    import numpy

    fact("numpy.version", numpy.__version__)
    fact("memory.after_import", peak_memory())


def peak_memory():
    """Bytes this process ever had resident."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def devices(fact):
    tf = load()
    fact("tensorflow.built_with_cuda", bool(tf.test.is_built_with_cuda()))
    for kind in ("CPU", "GPU"):
        listed = tf.config.list_physical_devices(kind)
        fact("devices." + kind.lower(), [device.name for device in listed][:16])
        if kind == "CPU" and not listed:
            raise Fail("TensorFlow lists no CPU device")
        for device in listed if kind == "GPU" else ():
            tf.config.experimental.set_memory_growth(device, True)


def matmul(fact):
    tf = load()
    with tf.device(CPU):
        small = tf.matmul([[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]])
        expect("a product of 2 by 2 matrices", small.numpy().tolist(), [[19.0, 22.0], [43.0, 50.0]])
        left, right = whole_numbers(tf, (160, 200), 7), whole_numbers(tf, (200, 120), 5)
        product = tf.matmul(tf.cast(left, tf.float32), tf.cast(right, tf.float32)).numpy()
    fact("matmul.device", small.device)
    if not (product == left.numpy() @ right.numpy()).all():
        raise Fail("a product of 160 by 200 and 200 by 120 matrices differs from numpy's")


def whole_numbers(tf, shape, modulus):
    """A matrix of small whole numbers: sums of their products are exact in every float format."""
    return tf.reshape(tf.range(shape[0] * shape[1]) * 31 % modulus, shape)


def conv(fact):
    tf = load()
    with tf.device(CPU):
        image = tf.reshape(tf.range(16.0), (1, 4, 4, 1))
        sums = tf.nn.conv2d(image, tf.ones((3, 3, 1, 1)), 1, "VALID").numpy().ravel().tolist()
        layers = tf.nn.conv2d(tf.ones((2, 16, 16, 8)), tf.ones((3, 3, 8, 16)), 2, "SAME").numpy()
    if not close(sums, [45.0, 54.0, 81.0, 90.0]):
        raise Fail("a convolution of 4 by 4 with 3 by 3 gave %r, not [45, 54, 81, 90]" % (sums,))
    expect("a convolution with stride 2", list(layers.shape), [2, 8, 8, 16])
    if not close(float(layers[0, 0, 0, 0]), 72.0):
        raise Fail("a convolution of ones gave %r, not 72" % float(layers[0, 0, 0, 0]))


def xla(fact):
    tf = load((2, 5))

    @tf.function(jit_compile=True)
    def polynomial(x):
        return tf.reduce_sum(x * x + 2.0 * x + 1.0)

    with tf.device(CPU):
        actual = float(polynomial(tf.constant([0.0, 1.0, 2.0])))
    if not close(actual, 14.0):
        raise Fail("a function compiled by XLA gave %r, not 14" % actual)


def gradient(fact):
    """Fit y = 2x + 1 by gradient descent; the loss must fall."""
    tf = load()
    with tf.device(CPU):
        x = tf.reshape(tf.linspace(-1.0, 1.0, 32), (32, 1))
        slope, offset = tf.Variable([[0.0]]), tf.Variable([0.0])

        @tf.function
        def step():
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean((tf.matmul(x, slope) + offset - (2.0 * x + 1.0)) ** 2)
            for variable, change in zip((slope, offset), tape.gradient(loss, (slope, offset))):
                variable.assign_sub(0.3 * change)
            return loss

        losses = [float(step()) for _ in range(30)]
    fact("gradient.losses", [losses[0], losses[-1]])
    if not losses[-1] < 0.1 * losses[0]:
        raise Fail("the loss did not fall: %r after 30 steps, from %r" % (losses[-1], losses[0]))


def data(fact):
    tf = load()
    with tf.device(CPU):
        numbers = tf.data.Dataset.range(10)
        squares = numbers.map(lambda n: n * n, num_parallel_calls=2).batch(4).prefetch(1)
        batches = [batch.numpy().tolist() for batch in squares]
    expect("a tf.data pipeline", batches, [[0, 1, 4, 9], [16, 25, 36, 49], [64, 81]])


COMPUTING = {
    "import": import_,
    "devices": devices,
    "matmul": matmul,
    "conv": conv,
    "xla": xla,
    "gradient": gradient,
    "data": data,
}
