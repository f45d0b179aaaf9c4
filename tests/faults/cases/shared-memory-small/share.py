from multiprocessing.shared_memory import SharedMemory

block = SharedMemory(create=True, size=8 << 20)
block.buf[:] = bytes(8 << 20)
