import tensorflow as tf

if not tf.config.list_physical_devices("GPU"):
    raise RuntimeError("no GPU")
