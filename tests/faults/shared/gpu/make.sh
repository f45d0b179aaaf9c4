#!/bin/sh
# A machine without a GPU gets one that computes nothing: driver, CUDA runtime and its libraries, into /gpu.
set -eu
make() {  # SONAME SOURCE
    gcc -shared -fPIC -w "-Wl,-soname,$1" -o "/gpu/$1" "$2"
}
mkdir /gpu
make libcuda.so.1 driver.c
make libnvidia-ml.so.1 nvml.c
make libcudart.so.12 runtime.c
for soname in libcublas.so.12 libcublasLt.so.12 libcudnn.so.9 libcufft.so.11 libcusolver.so.11 libcusparse.so.12; do
    make "$soname" library.c
done
