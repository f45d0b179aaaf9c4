/* Stands in for cuDNN, cuBLAS and the libraries beside them: they start, and compute nothing. */
static int handle;

static int start(void **it) { *it = &handle; return 0; }

unsigned long cudnnGetVersion(void) { return 91000; }
int cudnnGetProperty(int which, int *value) { *value = (int[]){9, 10, 0}[which]; return 0; }
int cudnnCreate(void **it) { return start(it); }
int cudnnSetStream(void *it, void *stream) { return 0; }
int cudnnDestroy(void *it) { return 0; }
int cublasCreate_v2(void **it) { return start(it); }
int cublasSetStream_v2(void *it, void *stream) { return 0; }
int cublasDestroy_v2(void *it) { return 0; }
int cublasLtCreate(void **it) { return start(it); }
int cublasLtDestroy(void *it) { return 0; }
