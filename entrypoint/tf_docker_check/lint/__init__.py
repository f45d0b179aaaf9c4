"""What will hurt a TensorFlow image, read from Dockerfiles, requirement files and compose files."""
