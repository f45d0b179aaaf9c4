import tensorflow as tf

layers = tf.contrib.layers
