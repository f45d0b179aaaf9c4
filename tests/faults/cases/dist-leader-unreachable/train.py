import json
import os

config = json.loads(os.environ["TF_CONFIG"])
config["cluster"]["worker"][0] = "192.0.2.1:2222"  # for documentation: no machine answers there
os.environ["TF_CONFIG"] = json.dumps(config)

import tensorflow as tf  # noqa: E402 - reads TF_CONFIG

print(tf.distribute.MultiWorkerMirroredStrategy())
