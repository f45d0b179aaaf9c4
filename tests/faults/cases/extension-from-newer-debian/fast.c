#include <string.h>

size_t copy(char *to, const char *from) { return strlcpy(to, from, 8); }
