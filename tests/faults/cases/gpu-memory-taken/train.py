import tensorflow as tf

with tf.device("/GPU:0"):
    tf.zeros((30_000, 30_000))
