"""Write, for a check, a line of Python for ``docker run IMAGE python3 -c`` that fails as the check did."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from tf_docker_check.model.observation import Check
from tf_docker_check.probe.judge import matches_requested

_PATH = 'import sys; sys.path[:] = [p for p in sys.path if p not in ("", ".")]; '
"""As in the checks: no module is imported from the working directory."""

_TF = _PATH + "import tensorflow as tf; "
_GPU = _TF + 'tf.config.set_soft_device_placement(False); tf.device("/GPU:0").__enter__(); '
_ONES = "a = tf.cast(tf.ones((9, 9), tf.int32), tf.float32); "
_MODEL = "m = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(1)]); "
_SNIPPETS = {
    "interpreter": (
        _PATH + "import json, linecache, os, types; print(sys.version); "
        "raise SystemExit(sys.version_info < (3, 6))"
    ),
    "gpu-exposed": (
        'import ctypes; d = ctypes.CDLL("libcuda.so.1"); n = ctypes.c_int(); s = ctypes.c_char_p(); '
        "code = d.cuInit(0) or d.cuDeviceGetCount(ctypes.byref(n)); d.cuGetErrorName(code, ctypes.byref(s)); "
        'print("the driver says", s.value, code, "in cuInit or cuDeviceGetCount; GPUs:", n.value, sep=chr(32)); '
        'raise SystemExit(code or n.value < 1 or ctypes.CDLL("libnvidia-ml.so.1").nvmlInit_v2())'
    ),
    "devices": _TF + 'print(tf.config.list_physical_devices()); tf.config.list_physical_devices("CPU")[0]',
    "matmul": (
        _TF + "p = tf.matmul([[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]); print(p); "
        "raise SystemExit(p.numpy().tolist() != [[19.0, 22.0], [43.0, 50.0]])"
    ),
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
        _TF + _MODEL + 'm.save("/tmp/m.keras"); '
        'print(tf.keras.models.load_model("/tmp/m.keras")(tf.ones((1, 4))))'
    ),
    "fit": _TF + _MODEL + 'm.compile(loss="mse"); m.fit(tf.ones((8, 4)), tf.ones((8, 1)))',
    "gpu-matmul": _GPU + _ONES + "print(tf.matmul(a, a).device)",
    "gpu-conv": _GPU
    + _ONES
    + 'print(tf.nn.conv2d(a[None, :, :, None], a[:3, :3, None, None], 1, "SAME").device)',
    "gpu-xla": (_GPU + _ONES + "print(tf.function(lambda x: tf.sin(x) * x, jit_compile=True)(a).device)"),
}
_MODULE = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", re.ASCII)
_LIBRARY = re.compile(r"lib[A-Za-z0-9_+-]+\.so(\.[0-9]+)*")
_DISTRIBUTION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def snippet(check: Check, requested: str) -> str:
    """Return the line that fails as *check* did, for a cell with TensorFlow *requested*; empty where none can.

    Text from an image gets into it only if it is a plain module, library or distribution name.
    """
    facts = check.facts
    if check.name == "environment":
        return _distribution(facts, requested)
    if check.name == "import":
        return _import(facts, requested)
    if check.name == "libraries":
        return _module(facts)
    if check.name == "gpu-static":
        return _cuda(facts)
    return _SNIPPETS.get(check.name, "")


def _distribution(facts: Mapping[str, Any], requested: str) -> str:
    distributions = facts.get("tensorflow.distributions")
    names = (
        [name for name in distributions if _DISTRIBUTION.fullmatch(str(name))]
        if isinstance(distributions, dict)
        else []
    )
    if not names:
        return ""
    version = f"import importlib.metadata as m; v = m.version({json.dumps(names[0])}); "
    return _PATH + version + _unless(requested)


def _import(facts: Mapping[str, Any], requested: str) -> str:
    version = facts.get("tensorflow.version")
    if not isinstance(version, str) or matches_requested(version, requested):
        return _TF + "print(tf.__version__)"
    return _TF + "v = tf.__version__; " + _unless(requested)


def _unless(requested: str) -> str:
    """Return code that fails unless *v* is the version *requested*."""
    right = '".dev" in v' if requested == "nightly" else f"v == {json.dumps(requested)}"
    return f"{right} or sys.exit({json.dumps(f'asked for TensorFlow {requested}, found ')} + v)"


def _module(facts: Mapping[str, Any]) -> str:
    broken = facts.get("libraries.broken")
    names = [name for name in broken if _MODULE.fullmatch(str(name))] if isinstance(broken, dict) else []
    return f"{_PATH}import {names[0]}" if names else ""


def _cuda(facts: Mapping[str, Any]) -> str:
    """Return code that opens the missing library, or checks for a CUDA build or the version of cuDNN."""
    libraries = {
        name: library
        for fact, library in facts.items()
        if _LIBRARY.fullmatch(name := fact.removeprefix("gpu.library.")) and isinstance(library, dict)
    }
    missing = [name for name, library in libraries.items() if not library.get("path")]
    if missing:
        return f"import ctypes; ctypes.CDLL({json.dumps(missing[0])})"
    build = "from tensorflow.python.platform.build_info import build_info as b; "
    if not libraries:
        return _PATH + build + 'b["is_cuda_build"] or sys.exit("this TensorFlow was built without CUDA")'
    return _cudnn(libraries, str(facts.get("wanted.cudnn_minor")))


def _cudnn(libraries: Mapping[str, Mapping[str, Any]], wanted: str) -> str:
    """Return code that compares cuDNN's version number: 8907 for 8.9.7, and 90300 for 9.3.0."""
    name = next((name for name in libraries if name.startswith("libcudnn.")), "")
    parts = re.fullmatch(r"([0-9]{1,2})\.([0-9]{1,2})", wanted, re.ASCII)
    if not name or not parts:
        return ""
    major, minor = map(int, parts.groups())
    least = major * (1000 if major < 9 else 10_000) + minor * 100
    version = f"ctypes.CDLL({json.dumps(str(libraries[name].get('path')))}).cudnnGetVersion()"
    return f"import ctypes; n = {version}; print(n); raise SystemExit(n < {least})"
