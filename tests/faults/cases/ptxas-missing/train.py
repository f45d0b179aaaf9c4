import tensorflow as tf


@tf.function(jit_compile=True)
def work(x):
    return tf.sin(x)


with tf.device("/GPU:0"):
    work(tf.constant([1.0, 2.0]))
