__thread char block[3000000] __attribute__((tls_model("initial-exec")));

char *own(void) { return block; }
