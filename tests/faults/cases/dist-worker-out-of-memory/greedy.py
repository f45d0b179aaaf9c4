"""On the second worker, takes all the memory there is a while after the probe has forked."""

import os
import socket
import threading
import time


def take():
    time.sleep(2)
    held = []
    while True:
        held.append(b"x" * (64 << 20))


if socket.gethostname() == "worker-1":
    os.register_at_fork(after_in_child=lambda: threading.Thread(target=take, daemon=True).start())
