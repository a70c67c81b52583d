/* Where the objects of a state lie: a slab of its own, so that making and dropping a state costs no malloc a piece. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "op.h"

/* Under AddressSanitizer every object is malloc's, so that it sees each of them. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SLAB 0
#endif
#endif
#ifndef SLAB
#define SLAB (64 << 10)
#endif

/* --- Slabs: those of dropped states are used again while they are in the processor's cache --- */

enum { KEPT_SLABS = 4 };
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static uint8_t *kept[KEPT_SLABS];
static int kept_count;

static uint8_t *take_slab(void) {
    uint8_t *slab = NULL;
    if (SLAB == 0) return NULL;
    pthread_mutex_lock(&gate);
    if (kept_count > 0) slab = kept[--kept_count];
    pthread_mutex_unlock(&gate);
    return slab != NULL ? slab : malloc(SLAB);
}

static void give_slab(uint8_t *slab) {
    if (slab == NULL) return;
    pthread_mutex_lock(&gate);
    if (kept_count < KEPT_SLABS) {
        kept[kept_count++] = slab;
        slab = NULL;
    }
    pthread_mutex_unlock(&gate);
    free(slab);
}

/* --- Sizes: multiples of 16 up to SMALL, powers of two up to LARGEST, the rest is malloc's --- */

enum { STEP = 16, SMALL = 1024, SMALL_CLASSES = SMALL / STEP, LARGEST = SMALL << (OP_ARENA_CLASSES - SMALL_CLASSES) };

static int class_of(size_t size) {
    if (size <= SMALL) return size == 0 ? 0 : (int)((size - 1) / STEP);
    return SMALL_CLASSES - 1 + (64 - __builtin_clzll((unsigned long long)(size - 1) / SMALL));
}

static size_t size_of(int class) {
    return class < SMALL_CLASSES ? (size_t)(class + 1) * STEP : (size_t)SMALL << (class - SMALL_CLASSES + 1);
}

static int is_in_slab(const op_arena *arena, const void *block) {
    return (const uint8_t *)block >= arena->slab && (const uint8_t *)block < arena->end;
}

/* A block that is malloc's: it stands behind this, so that all of them can be freed with the state. */
struct op_block {
    op_block *next, **link;
};

static void join(op_arena *arena, op_block *block) {
    block->next = arena->blocks;
    block->link = &arena->blocks;
    if (block->next != NULL) block->next->link = &block->next;
    arena->blocks = block;
}

static void leave(op_block *block) {
    *block->link = block->next;
    if (block->next != NULL) block->next->link = block->link;
}

void op_arena_open(op_arena *arena) {
    memset(arena, 0, sizeof *arena);
    arena->slab = arena->free = take_slab();
    arena->end = arena->slab != NULL ? arena->slab + SLAB : NULL;
}

void op_arena_close(op_arena *arena) {
    while (arena->blocks != NULL) {
        op_block *block = arena->blocks;
        arena->blocks = block->next;
        free(block);
    }
    give_slab(arena->slab);
}

void *op_arena_take(op_arena *arena, size_t size) {
    if (size <= LARGEST) {
        int class = class_of(size);
        void *block = arena->unused[class];
        if (block != NULL) {
            memcpy(&arena->unused[class], block, sizeof block); /* the next one of its size */
            return block;
        }
        size_t rounded = size_of(class);
        if ((size_t)(arena->end - arena->free) >= rounded) {
            block = arena->free;
            arena->free += rounded;
            return block;
        }
    }
    op_block *block = malloc(sizeof *block + size);
    if (block == NULL) return NULL;
    join(arena, block);
    return block + 1;
}

void op_arena_give(op_arena *arena, void *block, size_t size) {
    if (is_in_slab(arena, block)) {
        int class = class_of(size);
        memcpy(block, &arena->unused[class], sizeof block);
        arena->unused[class] = block;
    } else if (block != NULL) {
        op_block *whole = (op_block *)block - 1;
        leave(whole);
        free(whole);
    }
}

void *op_arena_resize(op_arena *arena, void *old, size_t old_size, size_t size) {
    if (old == NULL) return op_arena_take(arena, size);
    if (is_in_slab(arena, old)) {
        if (size <= size_of(class_of(old_size))) return old;
        void *block = op_arena_take(arena, size);
        if (block == NULL) return NULL;
        memcpy(block, old, old_size);
        op_arena_give(arena, old, old_size);
        return block;
    }
    op_block *whole = (op_block *)old - 1;
    leave(whole);
    op_block *resized = realloc(whole, sizeof *whole + size);
    join(arena, resized != NULL ? resized : whole);
    if (resized != NULL) return resized + 1;
    return size <= old_size ? old : NULL; /* Lua assumes that shrinking cannot fail */
}
