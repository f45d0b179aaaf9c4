import tensorflow as tf

strategy = tf.distribute.MultiWorkerMirroredStrategy()
images = tf.random.stateless_uniform((64, 28, 28), (1, 2))
labels = tf.zeros((64,), tf.int64)
data = tf.data.Dataset.from_tensor_slices((images, labels)).repeat().batch(32)
options = tf.data.Options()
options.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.DATA

with strategy.scope():
    model = tf.keras.Sequential(
        [
            tf.keras.layers.Input(shape=(28, 28)),
            tf.keras.layers.Flatten(),
            tf.keras.layers.Dense(10),
        ]
    )
    model.compile(
        optimizer=tf.keras.optimizers.SGD(0.01),
        loss=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )

model.fit(data.with_options(options), epochs=1, steps_per_epoch=2)
