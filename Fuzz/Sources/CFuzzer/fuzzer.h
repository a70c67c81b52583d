#include <stddef.h>
#include <stdint.h>

// libFuzzer's own loop: tries inputs on `target` until its flags, in `argc` and `argv`, say that it is enough.
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*target)(const uint8_t *data, size_t size));

// A file without a name, in memory (linux: sys/mman.h).
int memfd_create(const char *name, unsigned int flags);
