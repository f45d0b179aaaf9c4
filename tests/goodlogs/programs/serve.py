"""A service with a model that starts, answers and stops: ``serve.py flask|gunicorn|uvicorn PORT``."""

import os
import pathlib
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

APP = """
import logging, sys
import numpy as np
import keras
from flask import Flask, request
logging.basicConfig(level=logging.INFO)
app = Flask(__name__)
try:
    import tensorrt
except ImportError:
    app.logger.exception("TensorRT is not there, serving without it")
model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(1)])
@app.get("/health")
def health():
    return {"status": "ok"}
@app.get("/predict")
def predict():
    if request.args.get("bad"):
        app.logger.error("ValueError: cannot convert %s", request.args["bad"])
        return {"error": "no number"}, 400
    return {"y": float(model(np.ones((1, 4)))[0, 0])}
"""
ASGI = """
async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"{}"})
"""
kind, port = sys.argv[1], sys.argv[2]
pathlib.Path("service.py").write_text(ASGI if kind == "uvicorn" else APP)
command = {
    "flask": [sys.executable, "-m", "flask", "--app", "service", "run", "--port", port],
    "gunicorn": [
        sys.executable,
        "-m",
        "gunicorn",
        "-b",
        f"127.0.0.1:{port}",
        "--access-logfile",
        "-",
        "service:app",
    ],
    "uvicorn": [sys.executable, "-m", "uvicorn", "--port", port, "service:app"],
}[kind]
server = subprocess.Popen(command)
for path in ["/health"] * 60:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10).read()
        break
    except OSError:
        time.sleep(1)
for number in range(40):
    try:
        urllib.request.urlopen(
            f"http://127.0.0.1:{port}/predict{'?bad=137' if number % 9 == 8 else ''}", timeout=10
        )
    except urllib.error.HTTPError as error:
        error.read()
server.send_signal(signal.SIGINT if kind != "gunicorn" else signal.SIGTERM)
server.wait(30)
os._exit(0)
