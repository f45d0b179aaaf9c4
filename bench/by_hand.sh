#!/bin/sh
# What people write before they have a tool: one image after the other, built and tried.
#   by_hand.sh HUB PROJECT CHECKS
# HUB is where Docker Hub's images are found, CHECKS a Python program. One line per image.
set -u
hub=$1 project=$2 checks=$3

try() {
    if docker run --rm --network none "$1" python -c "$checks" >/dev/null 2>&1; then
        echo "ok   $1"
    else
        echo "FAIL $1"
    fi
}

install() { # NAME COMMAND
    printf 'FROM %s/library/python:3.11-slim\nRUN %s\n' "$hub" "$2" | docker build -q -t "by-hand/$1" - >/dev/null
    try "by-hand/$1"
}

mine() { # NAME BASE FOLDER
    docker build -q -t "by-hand/$1" --build-arg "BASE=$2" "$project/$3" >/dev/null
    try "by-hand/$1"
}

for tag in 2.21.0 2.21.0-gpu; do
    docker pull -q "$hub/tensorflow/tensorflow:$tag" >/dev/null
    try "$hub/tensorflow/tensorflow:$tag"
done
install slim 'pip install tensorflow-cpu==2.21.0'
install slim-uv 'pip install uv && uv pip install --system --native-tls --compile-bytecode tensorflow-cpu==2.21.0'
mine app-on-official "$hub/tensorflow/tensorflow:2.21.0" app
mine app-on-official-gpu "$hub/tensorflow/tensorflow:2.21.0-gpu" app
mine app-on-slim by-hand/slim app
mine pinned-on-slim by-hand/slim pinned-protobuf
