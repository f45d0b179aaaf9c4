"""Fail in one way, recover, and train to the end: ``recover.py WAY``."""

import errno
import logging
import os
import signal
import socket
import subprocess
import sys
import traceback
import urllib.error
import urllib.request
from pathlib import Path

logging.basicConfig(format="%(asctime)s [%(levelname)s] %(message)s", level=logging.INFO)
log = logging.getLogger("trainer")


def memory_of_host() -> None:
    import numpy as np

    try:
        np.zeros((2_000_000, 2_000_000))
    except MemoryError:
        log.exception("batch of 2000000 does not fit, trying 32")


def memory_of_tensor() -> None:
    import tensorflow as tf

    try:
        tf.random.normal([2_000_000, 2_000_000])
    except (tf.errors.ResourceExhaustedError, tf.errors.InternalError) as error:
        print(f"{type(error).__name__}: {error}; halving the batch", flush=True)


def child_killed() -> None:
    command = [sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"]
    code = subprocess.run(command, check=False).returncode
    log.warning(
        "worker died with %s (exit code %d), starting it again", signal.Signals(-code).name, 128 - code
    )
    subprocess.run([sys.executable, "-c", "print('worker finished')"], check=True)


def child_killed_in_shell() -> None:
    script = "sh -c 'kill -9 $$'; echo \"first try ended with $?\"; echo second try worked"
    subprocess.run(["bash", "-c", script], check=True)


def child_aborts() -> None:
    script = (
        f"{sys.executable} -c 'import os; os.abort()'; echo ended with $?, falling back to the portable build"
    )
    subprocess.run(["bash", "-c", script], check=True)


def port_taken() -> None:
    with socket.socket() as first, socket.socket() as second:
        first.bind(("127.0.0.1", 0))
        first.listen()
        try:
            second.bind(first.getsockname())
        except OSError:
            log.exception("port %d is taken, using the next one", first.getsockname()[1])


def network_gone() -> None:
    for address in ("http://127.0.0.1:9/weights.h5", "http://no-such-host.invalid/weights.h5"):
        try:
            urllib.request.urlopen(address, timeout=5)
        except urllib.error.URLError as error:
            log.warning("download of %s failed: %s; using the bundled weights", address, error)


def folder_read_only() -> None:
    try:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), "/root/.keras/datasets")
    except PermissionError:
        traceback.print_exc()
        print("using /tmp/.keras instead")


def disk_full() -> None:
    try:
        with Path("/dev/full").open("w") as file:
            file.write("x" * 100_000)
    except OSError:
        log.exception("cannot write the cache, going on without it")


def model_missing() -> None:
    import keras

    for name in ("checkpoint.keras", "/models/1/saved_model.pb"):
        try:
            keras.saving.load_model(name)
        except (OSError, ValueError) as error:
            print(f"no checkpoint yet ({error}), starting from scratch")


def old_names() -> None:
    import tensorflow as tf

    for name in ("Session", "placeholder", "contrib"):
        try:
            getattr(tf, name)
        except AttributeError as error:
            print(f"{type(error).__name__}: {error}: this is TensorFlow 2, using eager execution")


def library_missing() -> None:
    import ctypes

    for name in ("libcudart.so.12", "libnvinfer.so.8", "libGL.so.1.9", "libcuda.so.1"):
        try:
            ctypes.CDLL(name)
        except OSError as error:
            print(f"[backends] {error}; this backend is off")


def warned() -> None:
    import warnings

    import numpy as np

    warnings.warn(
        "numpy.dtype size changed, may indicate binary incompatibility", RuntimeWarning, stacklevel=1
    )
    np.log(np.zeros(3))


WAYS = {
    name: way
    for name, way in list(globals().items())
    if callable(way) and getattr(way, "__module__", "") == "__main__"
}
WAYS[sys.argv[1]]()
os.execv(sys.executable, [sys.executable, str(Path(__file__).with_name("train.py")), "print"])
