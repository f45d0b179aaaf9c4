import socket
import sys

if socket.gethostname() == "worker-1":
    sys.path.insert(0, "/older")
