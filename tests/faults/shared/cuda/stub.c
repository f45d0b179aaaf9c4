/* Stands in for NVIDIA's libraries: loads, and answers which version it is. */
#include <stddef.h>

#ifndef CUDNN
#define CUDNN 91000
#endif

size_t cudnnGetVersion(void) { return CUDNN; }
int cudaRuntimeGetVersion(int *version) { *version = 12050; return 0; }
