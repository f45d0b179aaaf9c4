import tensorflow as tf

tf.train.Checkpoint(v=tf.Variable(tf.zeros([1 << 20]))).save("/dev/shm/checkpoint")
