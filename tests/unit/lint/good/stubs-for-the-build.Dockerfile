FROM tensorflow/tensorflow:2.17.0-gpu AS build
ENV LD_LIBRARY_PATH=/usr/local/cuda/lib64/stubs:${LD_LIBRARY_PATH}
RUN make -C ops

FROM tensorflow/tensorflow:2.17.0-gpu
COPY --from=build /ops/custom.so /opt/ops/
RUN ln -s /usr/local/cuda/lib64/stubs/libcuda.so /usr/local/cuda/lib64/stubs/libcuda.so.1 && ldconfig
