/* Stands in for the CUDA runtime: one card, for which it has no kernels. */
#include <string.h>

typedef struct { unsigned x, y, z; } dimensions;

#define NO_KERNEL 209 /* cudaErrorNoKernelImageForDevice */

int cudaRuntimeGetVersion(int *version) { *version = 12050; return 0; }
int cudaGetDeviceCount(int *count) { *count = 1; return 0; }
int cudaGetDevice(int *device) { *device = 0; return 0; }
int cudaSetDevice(int device) { return 0; }
int cudaGetDeviceProperties_v2(void *properties, int device) {
    memset(properties, 1, 1032); /* the size of cudaDeviceProp; no zeros, some are divided by */
    return 0;
}
int cudaGetLastError(void) { return 0; }
int cudaPeekAtLastError(void) { return 0; }
const char *cudaGetErrorName(int code) { return code ? "cudaErrorNoKernelImageForDevice" : "cudaSuccess"; }
const char *cudaGetErrorString(int code) {
    return code ? "no kernel image is available for execution on the device" : "no error";
}
int cudaLaunchKernel(void) { return NO_KERNEL; }

/* What compiled kernels call on being loaded and launched. */
static void *module[8];
void **__cudaRegisterFatBinary(void *binary) { return module; }
void __cudaRegisterFatBinaryEnd(void **it) {}
void __cudaUnregisterFatBinary(void **it) {}
void __cudaRegisterFunction(void) {}
void __cudaRegisterVar(void) {}
void __cudaRegisterManagedVar(void) {}
int __cudaPushCallConfiguration(dimensions grid, dimensions block, size_t shared, void *stream) { return 0; }
int __cudaPopCallConfiguration(dimensions *grid, dimensions *block, size_t *shared, void **stream) {
    *grid = *block = (dimensions){1, 1, 1};
    *shared = 0;
    *stream = NULL;
    return 0;
}
