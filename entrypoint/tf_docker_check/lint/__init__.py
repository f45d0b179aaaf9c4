"""Static checks of Dockerfiles, requirement files and compose files for TensorFlow problems."""
