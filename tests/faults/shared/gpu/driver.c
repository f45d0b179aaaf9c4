/* Stands in for the NVIDIA driver's libcuda: one card, which answers as these variables ask and computes nothing.

   STAND_IN_CUINIT      what cuInit answers (a CUresult)
   STAND_IN_CAPABILITY  the card's compute capability
   STAND_IN_FREE        how many of its megabytes are free

   Numbers and names are those of cuda.h in the CUDA toolkit. */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef unsigned long long address;

static char thing[64]; /* what every handle points to */
static __thread void *context;

static int asked(const char *name, int otherwise) {
    const char *value = getenv(name);
    return value ? atoi(value) : otherwise;
}

static size_t megabytes(int count) { return (size_t)count << 20; }
static size_t all(void) { return megabytes(8192); }
static size_t unused(void) { return megabytes(asked("STAND_IN_FREE", 8000)); }

static void capability(int *major, int *minor) {
    const char *value = getenv("STAND_IN_CAPABILITY");
    *major = 8, *minor = 6;
    if (value) sscanf(value, "%d.%d", major, minor);
}

static const struct { int code; const char *name, *words; } RESULTS[] = {
    {0, "CUDA_SUCCESS", "no error"},
    {2, "CUDA_ERROR_OUT_OF_MEMORY", "out of memory"},
    {209, "CUDA_ERROR_NO_BINARY_FOR_GPU", "no kernel image is available for execution on the device"},
    {500, "CUDA_ERROR_NOT_FOUND", "named symbol not found"},
    {802, "CUDA_ERROR_SYSTEM_NOT_READY", "as the stand-in was told"},
    {803, "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH", "as the stand-in was told"},
    {804, "CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE", "as the stand-in was told"},
};

static int tell(int code, const char **told, int in_words) {
    for (size_t i = 0; i < sizeof RESULTS / sizeof *RESULTS; i++)
        if (RESULTS[i].code == code) {
            *told = in_words ? RESULTS[i].words : RESULTS[i].name;
            return 0;
        }
    *told = NULL;
    return 1;
}

int cuGetErrorName(int code, const char **told) { return tell(code, told, 0); }
int cuGetErrorString(int code, const char **told) { return tell(code, told, 1); }
int cuGetExportTable(const void **table, const void *id) { *table = NULL; return 500; }
int cuGetProcAddress(const char *symbol, void **found, int version, address flags) { *found = NULL; return 500; }

int cuInit(unsigned flags) { return asked("STAND_IN_CUINIT", 0); }
int cuDriverGetVersion(int *version) { *version = 12080; return 0; }

int cuDeviceGetCount(int *count) { *count = 1; return 0; }
int cuDeviceGet(int *device, int index) { *device = index; return 0; }
int cuDeviceGetName(char *name, int size, int device) { snprintf(name, size, "stand-in for a GPU"); return 0; }
int cuDeviceGetUuid(void *uuid, int device) { memset(uuid, 1, 16); return 0; }
int cuDeviceGetUuid_v2(void *uuid, int device) { return cuDeviceGetUuid(uuid, device); }
int cuDeviceTotalMem_v2(size_t *bytes, int device) { *bytes = all(); return 0; }
int cuDeviceGetPCIBusId(char *id, int size, int device) { snprintf(id, size, "0000:01:00.0"); return 0; }
int cuDeviceComputeCapability(int *major, int *minor, int device) { capability(major, minor); return 0; }

int cuDeviceGetAttribute(int *value, int attribute, int device) {
    int major, minor;
    capability(&major, &minor);
    switch (attribute) {
        case 1: case 2: case 3: case 4: *value = 1024; break;                    /* the largest block */
        case 5: case 6: case 7: *value = 65535; break;                           /* the largest grid */
        case 8: case 12: case 81: case 82: case 97: *value = 49152; break;       /* shared memory, registers */
        case 10: *value = 32; break;                                             /* threads of a warp */
        case 13: case 36: *value = 1500000; break;                               /* clocks, kHz */
        case 16: *value = 46; break;                                             /* multiprocessors */
        case 37: *value = 256; break;                                            /* bits of the memory bus */
        case 38: *value = 4 << 20; break;                                        /* bytes of cache */
        case 39: *value = 1536; break;                                           /* threads of a multiprocessor */
        case 75: *value = major; break;
        case 76: *value = minor; break;
        default: *value = 0;
    }
    return 0;
}

int cuDevicePrimaryCtxRetain(void **it, int device) { *it = thing; return 0; }
int cuDevicePrimaryCtxGetState(int device, unsigned *flags, int *active) { *flags = 0, *active = 1; return 0; }
int cuDevicePrimaryCtxRelease_v2(int device) { return 0; }
int cuDevicePrimaryCtxSetFlags_v2(int device, unsigned flags) { return 0; }
int cuCtxSetCurrent(void *it) { context = it; return 0; }
int cuCtxGetCurrent(void **it) { *it = context; return 0; }
int cuCtxGetDevice(int *device) { *device = 0; return 0; }
int cuCtxSynchronize(void) { return 0; }
int cuCtxGetStreamPriorityRange(int *least, int *greatest) { *least = 0, *greatest = -5; return 0; }

int cuStreamCreate(void **stream, unsigned flags) { *stream = thing; return 0; }
int cuStreamCreateWithPriority(void **stream, unsigned flags, int priority) { *stream = thing; return 0; }
int cuStreamDestroy_v2(void *stream) { return 0; }
int cuStreamSynchronize(void *stream) { return 0; }
int cuStreamWaitEvent(void *stream, void *event, unsigned flags) { return 0; }
int cuEventCreate(void **event, unsigned flags) { *event = thing; return 0; }
int cuEventDestroy_v2(void *event) { return 0; }
int cuEventRecord(void *event, void *stream) { return 0; }
int cuEventQuery(void *event) { return 0; }
int cuLaunchHostFunc(void *stream, void (*work)(void *), void *with) { work(with); return 0; }

int cuMemGetInfo_v2(size_t *left, size_t *of) { *left = unused(), *of = all(); return 0; }
int cuMemAlloc_v2(address *found, size_t bytes) {
    static address next = 0x700000000000;
    static size_t taken;
    if (taken + bytes > unused()) return 2;
    taken += bytes;
    *found = next;
    next += (bytes + 0x1fffff) & ~0x1fffffull;
    return 0;
}
int cuMemFree_v2(address it) { return 0; }
int cuMemHostAlloc(void **found, size_t bytes, unsigned flags) { return posix_memalign(found, 4096, bytes) ? 2 : 0; }
int cuMemFreeHost(void *it) { free(it); return 0; }
int cuMemHostRegister_v2(void *it, size_t bytes, unsigned flags) { return 0; }
int cuMemHostUnregister(void *it) { return 0; }
int cuMemsetD8Async(address to, unsigned char value, size_t count, void *stream) { return 0; }
int cuMemsetD32Async(address to, unsigned value, size_t count, void *stream) { return 0; }
int cuMemcpyHtoDAsync_v2(address to, const void *from, size_t bytes, void *stream) { return 0; }
int cuMemcpyDtoDAsync_v2(address to, address from, size_t bytes, void *stream) { return 0; }
int cuMemcpyDtoHAsync_v2(void *to, address from, size_t bytes, void *stream) { memset(to, 0, bytes); return 0; }
int cuPointerGetAttribute(void *value, int attribute, address it) { *(int *)value = 2; return 0; }

/* It has no code for this card, whatever it is given. */
int cuModuleLoadData(void **module, const void *image) { return 209; }
int cuModuleGetFunction(void **function, void *module, const char *name) { return 209; }
int cuLaunchKernel(void) { return 209; }
