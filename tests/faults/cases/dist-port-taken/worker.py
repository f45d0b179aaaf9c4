import json
import os
import socket

taken = socket.create_server(("0.0.0.0", 2222))
cluster = {"worker": ["localhost:2222", "localhost:2223"]}
os.environ["TF_CONFIG"] = json.dumps({"cluster": cluster, "task": {"type": "worker", "index": 0}})

import tensorflow as tf  # noqa: E402 - reads TF_CONFIG

tf.distribute.MultiWorkerMirroredStrategy()
