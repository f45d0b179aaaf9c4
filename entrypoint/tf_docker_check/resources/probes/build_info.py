"""What the installed TensorFlow was built for, read out of its own files without importing it."""

import ast
import os
import sys


def wanted(fact):
    info = read_build_info()
    if info is None:
        return
    fact("tensorflow.cuda_build", bool(info.get("is_cuda_build")))
    if info.get("is_rocm_build"):
        fact("tensorflow.rocm_build", True)
    for name, key in (("wanted.cuda", "cuda_version"), ("wanted.cudnn", "cudnn_version")):
        if info.get(key):
            fact(name, str(info[key]))
    if info.get("cuda_compute_capabilities"):
        fact("wanted.architectures", [str(item) for item in info["cuda_compute_capabilities"]])


def tensorflow_folder():
    """The package's folder that an import would take, or empty."""
    for entry in sys.path:
        folder = os.path.join(entry, "tensorflow")
        if os.path.isfile(os.path.join(folder, "__init__.py")):
            return folder
    return ""


def read_build_info():
    """The dictionary that a TensorFlow wheel carries in build_info.py, or None."""
    folder = tensorflow_folder()
    if not folder:
        return None
    path = os.path.join(folder, "python", "platform", "build_info.py")
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return parse(file.read(1 << 20))
    except (OSError, SyntaxError, TypeError, ValueError):
        return None


def parse(text):
    """The value of `build_info = {…}` or `build_info = collections.OrderedDict([…])`."""
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "build_info":
            call = isinstance(node.value, ast.Call)
            value = node.value.args[0] if call and node.value.args else node.value
            return dict(ast.literal_eval(value))
    return None
