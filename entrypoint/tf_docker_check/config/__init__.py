"""The configuration: defaults, then the file, then the action's inputs, all mistakes at once."""

from tf_docker_check.config.load import load_config

__all__ = ["load_config"]
