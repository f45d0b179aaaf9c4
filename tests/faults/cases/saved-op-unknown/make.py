"""Saves a model, then gives one of its ops a name that no TensorFlow knows."""

from pathlib import Path

import tensorflow as tf


class Doubler(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def __call__(self, x):
        return tf.raw_ops.Asinh(x=x)


tf.saved_model.save(Doubler(), "/model")
graph = Path("/model/saved_model.pb")
graph.write_bytes(graph.read_bytes().replace(b"Asinh", b"Zsinh"))
