/* What Swift has no word for: asking for memory before it is needed. */

#ifndef OFFPORT_PREFETCH_H
#define OFFPORT_PREFETCH_H

/*
 * Asks for the cache line at an address, and waits for nothing.
 *
 * Any address will do, also one that nothing lies at: it is a hint, and never faults.
 */
static inline __attribute__((always_inline)) void prefetch_line(const void *address) {
    __builtin_prefetch(address);
}

/* The same for a line that will be written: another processor may have it. */
static inline __attribute__((always_inline)) void prefetch_line_for_writing(const void *address) {
    __builtin_prefetch(address, 1);
}

#endif
