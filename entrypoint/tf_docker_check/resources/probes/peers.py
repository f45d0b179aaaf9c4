"""A worker of two: whether it finds and reaches the other one, without TensorFlow.

The host says in WORKER (JSON) who this worker is: `cluster` (addresses in order) and `index`.
"""

import faulthandler
import json
import os
import re
import select
import signal
import socket
import time

from tf_docker_check.resources.probes.frame import Fail

WORKER = "TF_DOCKER_CHECK_WORKER"
WAIT = 45.0  # seconds for the other container to be up
MOST = 4000  # characters; a longer TF_CONFIG would be cut, and look broken
GRACE = 20.0  # seconds that TensorFlow has to notice, once the other worker is gone
STEP = 60  # seconds for one step
LATE, GONE = signal.SIGALRM, signal.SIGUSR2  # what ends a worker: no step in time, no other worker
PROXIES = ("grpc_proxy", "https_proxy", "http_proxy")  # in the order gRPC looks for them
EXCEPTIONS = ("no_grpc_proxy", "no_proxy")

lifelines = []
"""Connections that live as long as this process: their end tells the other worker of ours."""


def me():
    """This worker's `cluster` and `index`."""
    worker = json.loads(os.environ[WORKER])
    return worker["cluster"], worker["index"]


def peers(fact):
    """Listen as TensorFlow will, reach the other worker, and be reached by it."""
    cluster, index = me()
    own = os.environ.get("TF_CONFIG", "")
    fact("worker.tf_config", own if len(own) <= MOST else None)
    deadline = time.monotonic() + WAIT
    port, (other, other_port) = split(cluster[index])[1], split(cluster[1 - index])
    fact("worker.proxy", proxy_to(other))
    listener = listen(port, fact)
    address = resolve(other, other_port, deadline, fact)
    outward = connect(address, cluster[1 - index], deadline)
    lifelines.append(outward)
    try:
        listener.settimeout(max(1.0, deadline - time.monotonic()))
        lifelines.append(listener.accept()[0])
    except socket.timeout:
        raise Fail("%s was not reached by the other worker within %d s" % (cluster[index], WAIT))
    finally:
        listener.close()
    fact("worker.reached", True)
    watch(outward)


def proxy_to(host):
    """The setting by which gRPC goes to *host*, without a password that may be in it; or None."""
    for name in EXCEPTIONS:
        if os.environ.get(name):
            spared = (entry.strip() for entry in os.environ[name].split(","))
            if any(entry and host.endswith(entry) for entry in spared):
                return None
            break
    name = next((name for name in PROXIES if os.environ.get(name)), None)
    if name and os.environ[name].startswith("http://"):  # gRPC knows no others
        return "%s=%s" % (name, re.sub("//[^/]*@", "//", os.environ[name]))
    return None


def split(address):
    host, _, port = address.rpartition(":")
    return host, int(port)


def listen(port, fact):
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # TensorFlow listens here next
    try:
        listener.bind(("0.0.0.0", port))
        listener.listen(8)
    except OSError as error:
        fact("worker.port_taken", port)
        raise Fail("cannot listen on port %d: %s" % (port, error.strerror))
    return listener


def resolve(name, port, deadline, fact):
    """The other worker's address; its name is known once its container runs."""
    while True:
        try:
            return socket.getaddrinfo(name, port, socket.AF_INET, socket.SOCK_STREAM)[0][4]
        except socket.gaierror as error:
            if time.monotonic() > deadline:
                fact("worker.unresolved", name)
                raise Fail("the name %s cannot be resolved: %s" % (name, error.strerror))
        time.sleep(0.2)


def connect(address, name, deadline):
    while True:
        try:
            return socket.create_connection(address, timeout=5)
        except OSError as error:
            if time.monotonic() > deadline:
                raise Fail("cannot connect to %s: %s" % (name, error))
        time.sleep(0.2)


def watch(connection):
    """End this process some time after the other worker: TensorFlow may wait for it for ever.

    In a process of its own, since TensorFlow waits without letting other threads of Python run.
    """
    for number in (LATE, GONE):
        faulthandler.register(number, file=2, chain=True)
    worker = os.getpid()
    if os.fork():
        return
    try:
        lifelines.pop().close()
        if ended(connection, worker):
            time.sleep(GRACE)
            if os.getppid() == worker:
                print("the other worker ended %d s ago" % GRACE)
                os.kill(worker, GONE)
    finally:
        os._exit(0)


def ended(connection, worker):
    """Wait for the other worker's end, or this one's; whether it was the other's."""
    while os.getppid() == worker:
        if select.select([connection], [], [], 0.5)[0]:
            return True
    return False
