"""Train with several workers on one machine: ``workers.py COUNT PORT``."""

import json
import os
import subprocess
import sys

if "TF_CONFIG" not in os.environ:
    count, port = int(sys.argv[1]), int(sys.argv[2])
    names = [f"127.0.0.1:{port + number}" for number in range(count)]
    configs = [{"cluster": {"worker": names}, "task": {"type": "worker", "index": i}} for i in range(count)]
    command = [sys.executable, *sys.argv]
    started = [subprocess.Popen(command, env={**os.environ, "TF_CONFIG": json.dumps(one)}) for one in configs]
    sys.exit(max(process.wait() for process in started))

import tensorflow as tf

strategy = tf.distribute.MultiWorkerMirroredStrategy()
with strategy.scope():
    weights = tf.Variable(tf.zeros([20, 1]))


@tf.function
def step(x, y):
    def one(x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.matmul(x, weights) - y) ** 2)
        weights.assign_sub(0.1 * tape.gradient(loss, weights))
        return loss

    return strategy.reduce(tf.distribute.ReduceOp.MEAN, strategy.run(one, (x, y)), axis=None)


for number in range(50):
    loss = step(tf.random.normal([64, 20]), tf.random.normal([64, 1]))
    if number % 10 == 9:
        print(f"step {number + 1}/50 loss {float(loss):.4f}", flush=True)
print("training finished", flush=True)
