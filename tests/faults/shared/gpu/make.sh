#!/bin/sh
# make.sh [CUDNN NUMBER]: a GPU that computes nothing, for machines without one. Into /gpu/driver what the
# driver brings, into /gpu/nvidia the libraries of the nvidia-*-cu12 wheels, in the folders of those wheels.
set -eu
make() {  # FOLDER SONAME SOURCE [gcc's options]
    folder=/gpu/$1 soname=$2 source=$3
    shift 3
    mkdir -p "$folder"
    gcc -shared -fPIC -w "$@" "-Wl,-soname,$soname" -o "$folder/$soname" "$source"
}
make driver libcuda.so.1 driver.c
make driver libnvidia-ml.so.1 nvml.c
make nvidia/cuda_runtime/lib libcudart.so.12 runtime.c
make nvidia/cublas/lib libcublas.so.12 library.c
make nvidia/cublas/lib libcublasLt.so.12 library.c
make nvidia/cufft/lib libcufft.so.11 library.c
make nvidia/cusolver/lib libcusolver.so.11 library.c
make nvidia/cusparse/lib libcusparse.so.12 library.c
version=${1:-9.10}
make nvidia/cudnn/lib "libcudnn.so.${version%%.*}" library.c "-DCUDNN=${2:-91000}"
