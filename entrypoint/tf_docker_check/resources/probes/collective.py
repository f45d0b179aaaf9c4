"""One synchronous step of two workers, its all-reduce against the known sum."""

import json
import os
import signal

from tf_docker_check.resources.probes.computing import expect, load
from tf_docker_check.resources.probes.frame import Skip
from tf_docker_check.resources.probes.peers import STEP, lifelines, me


def collective(fact):
    if len(lifelines) < 2:
        raise Skip("the other worker is out of reach")
    cluster, index = me()
    task = {"type": "worker", "index": index}
    os.environ["TF_CONFIG"] = json.dumps({"cluster": {"worker": cluster}, "task": task})
    tf = load()
    signal.alarm(STEP)
    strategy = tf.distribute.MultiWorkerMirroredStrategy()
    expect("the number of replicas", strategy.num_replicas_in_sync, 2)
    with strategy.scope():
        weight = tf.Variable(1.0, aggregation=tf.VariableAggregation.SUM)

    @tf.function
    def step(share):
        gradients = strategy.run(lambda: replica(tf, weight, share))
        return strategy.reduce(tf.distribute.ReduceOp.SUM, gradients, axis=None)

    expect("an all-reduce of 10 and 20", float(step(tf.constant(10.0 * (index + 1)))), 30.0)
    expect("the weight after one step", float(weight.numpy()), -29.0)
    signal.alarm(0)


def replica(tf, weight, share):
    """One replica's part of a step: the gradient of `weight * share` is *share*."""
    with tf.GradientTape() as tape:
        loss = weight * share
    gradient = tape.gradient(loss, weight)
    weight.assign_sub(gradient)
    return gradient
