"""What every collective over GPUs begins with: the address at which the others find this process."""

import ctypes
import site

(folder,) = site.getsitepackages()[:1]
nccl = ctypes.CDLL(f"{folder}/nvidia/nccl/lib/libnccl.so.2")
nccl.ncclGetErrorString.restype = ctypes.c_char_p
code = nccl.ncclGetUniqueId(ctypes.create_string_buffer(128))
if code:
    raise RuntimeError(f"NCCL error {code}: {nccl.ncclGetErrorString(code).decode()}")
