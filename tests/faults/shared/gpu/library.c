/* Stands in for cuDNN, cuBLAS and the libraries beside them: they start, and compute nothing. */
#ifndef CUDNN
#define CUDNN 91000 /* the version that cuDNN answers */
#endif

static int handle;

static int start(void **it) { *it = &handle; return 0; }

unsigned long cudnnGetVersion(void) { return CUDNN; }
int cudnnGetProperty(int which, int *value) { *value = (int[]){CUDNN / 10000, CUDNN / 100 % 100, CUDNN % 100}[which]; return 0; }
int cudnnCreate(void **it) { return start(it); }
int cudnnSetStream(void *it, void *stream) { return 0; }
int cudnnDestroy(void *it) { return 0; }
int cublasCreate_v2(void **it) { return start(it); }
int cublasSetStream_v2(void *it, void *stream) { return 0; }
int cublasDestroy_v2(void *it) { return 0; }
int cublasLtCreate(void **it) { return start(it); }
int cublasLtDestroy(void *it) { return 0; }
