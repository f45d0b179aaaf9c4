"""tf-docker-check: which TensorFlow images work, why the others fail, and what to do."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("tf-docker-check")
except PackageNotFoundError:  # run from a source tree that was never installed
    __version__ = "0+unknown"
