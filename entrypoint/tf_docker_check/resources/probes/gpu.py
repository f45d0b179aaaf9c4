"""The rungs that compute on a GPU. Nothing may quietly run on the CPU instead."""

from tf_docker_check.resources.probes.computing import CPU, load, whole_numbers
from tf_docker_check.resources.probes.frame import Fail

GPU = "/GPU:0"


def gpu_matmul(fact):
    tf = on_gpu()
    left = tf.cast(whole_numbers(tf, (512, 384), 3), tf.float32)
    right = tf.cast(whole_numbers(tf, (384, 256), 5), tf.float32)
    difference = compare(fact, tf, "gpu_matmul", lambda: tf.matmul(left, right))
    if difference != 0.0:  # small whole numbers are exact even in TF32
        raise Fail("a matrix product on the GPU differs from the CPU's by up to %r" % difference)


def gpu_conv(fact):
    tf = on_gpu()
    image = tf.reshape(tf.cast(whole_numbers(tf, (4 * 32, 32 * 8), 3), tf.float32), (4, 32, 32, 8))
    kernel = tf.reshape(tf.cast(whole_numbers(tf, (9, 8 * 16), 3), tf.float32), (3, 3, 8, 16))
    difference = compare(fact, tf, "gpu_conv", lambda: tf.nn.conv2d(image, kernel, 1, "SAME"))
    if not difference <= 0.5:  # of sums near 72; Winograd's algorithm rounds on the way
        raise Fail("a convolution on the GPU differs from the CPU's by up to %r" % difference)


def gpu_xla(fact):
    """Compiled for the card, which takes ptxas, and libdevice for the sine."""
    tf = on_gpu()
    x = tf.cast(tf.range(256), tf.float32) / 64.0

    @tf.function(jit_compile=True)
    def waves(x):
        return tf.sin(x) * x + 1.0

    difference = compare(fact, tf, "gpu_xla", lambda: waves(x))
    if not difference <= 1e-3:
        raise Fail("a function compiled by XLA differs on the GPU from the CPU's by up to %r" % difference)


def on_gpu():
    tf = load()
    if not tf.config.list_physical_devices("GPU"):
        built = tf.test.is_built_with_cuda() or tf.test.is_built_with_rocm()
        raise Fail(
            "TensorFlow lists no GPU"
            if built
            else "TensorFlow lists no GPU: %s was built without GPU support" % tf.__version__
        )
    tf.config.set_soft_device_placement(False)
    return tf


def compare(fact, tf, name, work):
    """The largest difference between the GPU's answer and the CPU's."""
    with tf.device(GPU):
        on_gpu = work()
    fact(name + ".device", on_gpu.device)
    if "GPU" not in on_gpu.device:
        raise Fail("asked for the GPU, and it ran on %s" % on_gpu.device)
    with tf.device(CPU):
        on_cpu = work()
        return float(tf.reduce_max(tf.abs(tf.identity(on_gpu) - on_cpu)))


ON_GPU = {"gpu-matmul": gpu_matmul, "gpu-conv": gpu_conv, "gpu-xla": gpu_xla}
