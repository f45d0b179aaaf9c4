/* Stands in for the NVIDIA driver's libnvidia-ml: it starts. */
#include <stdio.h>

int nvmlInit(void) { return 0; }
int nvmlInit_v2(void) { return 0; }
int nvmlShutdown(void) { return 0; }
int nvmlSystemGetDriverVersion(char *version, unsigned size) { snprintf(version, size, "570.86.15"); return 0; }
