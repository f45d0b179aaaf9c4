/* Stands in for the NVIDIA driver's libcuda: cuInit answers as told when it is compiled. */
#include <stddef.h>

#ifndef ANSWER
#define ANSWER 803
#endif

int cuInit(unsigned flags) { return ANSWER; }
int cuDriverGetVersion(int *version) { *version = 12040; return 0; }
int cuGetErrorName(int error, const char **name) { *name = NAME; return 0; }
int cuGetErrorString(int error, const char **text) { *text = "as the stand-in was told"; return 0; }
int cuGetProcAddress(const char *symbol, void **address, int version, unsigned long flags) { *address = NULL; return 500; }
