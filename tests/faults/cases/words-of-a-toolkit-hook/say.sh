#!/bin/sh
echo "OCI runtime create failed: error running hook #0: exit status 1: nvidia-container-cli: initialization error: nvml error: driver not loaded" >&2
exit 1
