#!/bin/sh
# Stand-ins for the CUDA libraries of the nvidia-*-cu12 wheels, in the folders of those wheels.
set -eu
make() {  # FOLDER SONAME [gcc's options]
    mkdir -p "/nvidia/$1/lib"
    folder=$1 soname=$2
    shift 2
    gcc -shared -fPIC "$@" "-Wl,-soname,$soname" -o "/nvidia/$folder/lib/$soname" stub.c
}
make cuda_runtime libcudart.so.12
make cublas libcublas.so.12
make cublas libcublasLt.so.12
make cufft libcufft.so.11
make cusolver libcusolver.so.11
make cusparse libcusparse.so.12
make cudnn "libcudnn.so.${1%%.*}" "-DCUDNN=$2"
