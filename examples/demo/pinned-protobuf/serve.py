"""Answer with the double of a number."""

import sys

import tensorflow as tf

for number in sys.argv[1:]:
    print(float(tf.constant(float(number)) * 2))
