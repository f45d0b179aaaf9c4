"""For each rung, Python that shows the same thing by hand.

Each is one line without single quotes, for ``docker run --rm IMAGE python3 -c '…'``, and ends
with a non-zero exit code where the rung fails.
"""

from __future__ import annotations

_TF = "import tensorflow as tf; "
_TWO_WORKERS = (
    "import json, os; index = 0 if os.fork() else 1; "
    'os.environ["TF_CONFIG"] = json.dumps({"cluster": {"worker": ["localhost:2222", "localhost:2223"]}, '
    '"task": {"type": "worker", "index": index}}); '
    + _TF
    + "s = tf.distribute.MultiWorkerMirroredStrategy(); "
    'print(s.run(lambda: tf.distribute.get_replica_context().all_reduce("SUM", tf.constant(1.0))))'
)
_SNIPPETS = {
    "interpreter": "import sys; print(sys.version)",
    "environment": 'import os; os.execlp("python3", "python3", "-m", "pip", "list")',
    "gpu-exposed": (
        'import ctypes; code = ctypes.CDLL("libcuda.so.1").cuInit(0); '
        'print("cuInit", code); raise SystemExit(code != 0)'
    ),
    "import": _TF + "print(tf.__version__)",
    "devices": _TF + "print(tf.config.list_physical_devices())",
    "matmul": _TF + "print(tf.matmul([[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]))",
    "conv": _TF + 'print(tf.nn.conv2d(tf.ones((1, 4, 4, 1)), tf.ones((3, 3, 1, 1)), 1, "VALID"))',
    "xla": _TF + "print(tf.function(lambda x: x * x + 1.0, jit_compile=True)(tf.constant(2.0)))",
    "gradient": (
        _TF + "x = tf.Variable(3.0); tape = tf.GradientTape(); tape.__enter__(); y = x * x; "
        "tape.__exit__(None, None, None); print(tape.gradient(y, x))"
    ),
    "data": _TF + "print(list(tf.data.Dataset.range(10).map(lambda n: n * n).as_numpy_iterator()))",
    "savedmodel": (
        _TF + "m = tf.Module(); m.v = tf.Variable(2.0); "
        'tf.saved_model.save(m, "/tmp/m"); print(tf.saved_model.load("/tmp/m").v)'
    ),
    "keras": (
        _TF + "m = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(1)]); "
        'm.save("/tmp/m.keras"); print(tf.keras.models.load_model("/tmp/m.keras")(tf.ones((1, 4))))'
    ),
    "fit": (
        _TF + "m = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(1)]); "
        'm.compile(loss="mse"); m.fit(tf.ones((8, 4)), tf.ones((8, 1)))'
    ),
    "gpu-matmul": (
        _TF + "tf.config.set_soft_device_placement(False); "
        'tf.device("/GPU:0").__enter__(); print(tf.matmul(tf.ones((9, 9)), tf.ones((9, 9))).device)'
    ),
    "gpu-conv": (
        _TF + 'tf.config.set_soft_device_placement(False); tf.device("/GPU:0").__enter__(); '
        'print(tf.nn.conv2d(tf.ones((1, 9, 9, 3)), tf.ones((3, 3, 3, 8)), 1, "SAME").device)'
    ),
    "gpu-xla": (
        _TF + 'tf.config.set_soft_device_placement(False); tf.device("/GPU:0").__enter__(); '
        "print(tf.function(lambda x: tf.sin(x) * x, jit_compile=True)(tf.constant([1.0])).device)"
    ),
    "libraries": (
        "import glob, os, tensorflow; "
        'os.system("ldd %s | grep -B1 not.found" % glob.glob(tensorflow.__path__[0] + "/*.so.2")[0])'
    ),
    "distributed-bridge": _TWO_WORKERS,
    "distributed-host": _TWO_WORKERS,
    "gpu-static": (
        "from tensorflow.python.platform.build_info import build_info as b; "
        'import ctypes; print(b); ctypes.CDLL("libcudnn.so." + b["cudnn_version"].split(".")[0])'
    ),
}


def snippet(rung: str) -> str:
    """The line for *rung*, or empty for what is no rung (a command of the user's)."""
    return _SNIPPETS.get(rung, "")
