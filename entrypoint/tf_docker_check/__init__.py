"""tf-docker-check: which TensorFlow images work, why the others fail, and what to do."""

__version__ = "0.1.0"
