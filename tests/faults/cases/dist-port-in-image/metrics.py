import socket

listening = socket.create_server(("0.0.0.0", 2222))
