/* What the files of this target share. */
#ifndef OFFPORT_OP_H
#define OFFPORT_OP_H

#include <lauxlib.h>
#include <lua.h>

#include "include/CLuaShim.h"

enum { OP_MAX_DEPTH = 32, OP_MAX_ARGUMENTS = 4, OP_TEXT = 400, OP_NAME = 80, OP_HOOK_STEP = 1000 };

/* The largest buffer a file may declare. */
#define OP_MAX_OUTPUT ((size_t)64 << 20)

/* How far past the soft memory limit a state may go until its next instruction raises with a line. */
#define OP_MEMORY_SLACK ((size_t)256 << 10)

/* How often in one call the soft limit may force a full collection. */
#define OP_MAX_COLLECTIONS 64

typedef struct {
    const uint8_t *bytes;
    size_t size;
    int live; /* only while the function runs that was given the view */
} op_view;

/* A pattern of a detection, compiled. */
typedef struct {
    struct pcre2_real_code_8 *code;
    struct pcre2_real_match_data_8 *found;
    size_t length;
    char text[2048];
} op_pattern;

enum { OP_PATTERNS = 16 };

/* A word of a policy that is none, where it is called like a declaration. */
typedef struct {
    int line;
    char text[OP_NAME];
} op_stray;

enum { OP_STRAYS = 32 };

/* A part of a declaration, such as `tcp { ... }`, and whether a declaration has it. */
typedef struct {
    int line;
    short word, is_placed;
} op_part;

enum { OP_PARTS = 65536 };

enum { OP_ARENA_CLASSES = 68 };

/* Where the objects of a state lie. */
typedef struct op_block op_block;
typedef struct {
    uint8_t *slab, *free, *end;
    op_block *blocks;               /* what did not fit into the slab */
    void *unused[OP_ARENA_CLASSES]; /* by size: what was given back */
} op_arena;

struct op_state {
    lua_State *L;
    op_arena arena;
    int file_kind;
    op_limits limits;

    size_t used;           /* bytes held by Lua */
    size_t base;           /* bytes that do not count against limits.memory */
    size_t turnover;       /* bytes allocated in this call */
    int refused;           /* the last growth was refused, to make Lua collect; the next is its retry */
    int collections;       /* refusals in this call */
    int over;              /* an op_failure_kind that the next instruction raises */
    int64_t left;          /* instructions left in this call */
    int64_t started;       /* processor time at the first hook, in ms; 0 before */

    int failure;           /* op_failure_kind */
    int failure_line;
    int failure_library;   /* which of the libraries the line is in; 0 for the file itself */
    int last_line;         /* the line of the last hook or word, for failures without one */
    int last_library;
    char failure_text[OP_TEXT];

    op_stray *strays;      /* OP_STRAYS of them, from the first on */
    int stray_count;
    int strays_open;       /* words that are none and were read, but not called so far */
    op_stray last_stray;   /* the last such word that was read */

    op_part *parts;        /* all that the file makes; after loading those that stand in no declaration */
    int part_count;

    int pending_line;      /* a `protocol "x"` whose table has not come yet; 0 when none */
    char pending[OP_NAME];

    const uint8_t *libraries; /* the bundle of the pack's libraries, while the file is loaded */
    size_t libraries_length;
    int has_libraries;        /* whether any was required */
    int is_loading;
    int library_depth;        /* how many libraries are being run: they declare nothing */

    uint8_t *output;
    size_t output_length, output_capacity;
    uint32_t functions;
    int takes_functions;   /* whether a function may be declared now */

    op_view *client, *server; /* the reusable views, owned by Lua */
    int answer;

    op_pattern *patterns;     /* OP_PATTERNS of them, from the first that is asked for on */
    int next_pattern;
    struct pcre2_real_match_context_8 *match_bounds;
};

/* The op_state of a Lua state: kept in the extra space of its main thread; there is no other thread. */
static inline op_state *op_of(lua_State *L) { return *(op_state **)lua_getextraspace(L); }

/* state.c */
void op_charge(lua_State *L, size_t work);                      /* raises when the call's limit is used up */
int op_current_line(lua_State *L);                              /* the innermost line of the file itself */
int op_current_place(lua_State *L, int *library);               /* the innermost line of any file, and which */
int op_fail(lua_State *L, int kind, int line, const char *text); /* raises; line 0: where it is now */
int op_fail_at(lua_State *L, int kind, int line, int library, const char *text);
int op_protected(op_state *S, lua_CFunction body, void *argument, op_limits limits, size_t base);

/* arena.c */
void op_arena_open(op_arena *arena);
void op_arena_close(op_arena *arena);                           /* frees everything that was taken */
void *op_arena_take(op_arena *arena, size_t size);              /* NULL when memory is short */
void op_arena_give(op_arena *arena, void *block, size_t size);
void *op_arena_resize(op_arena *arena, void *old, size_t old_size, size_t size);

/* serialise.c */
void op_put_value(lua_State *L, int index, int depth);
void op_put_node(lua_State *L, int word, int count, int line);
typedef struct { const char *text; size_t length; } op_key;
int op_compare_keys(const void *left, const void *right);

/* words.c, library.c: each pushes what a name stands for; 0 when it knows none */
int op_push_word(lua_State *L, const char *name, int file_kind);
int op_push_library(lua_State *L, const char *name);
void op_prepare_words(lua_State *L, int file_kind);
void op_push_stray(lua_State *L, const char *name);             /* what stands for a word that is none */
int op_push_more(lua_State *L);                                 /* view.c: the constant `more` */
int op_put_node_value(lua_State *L, int index, int depth);      /* 0 when it is no node */
void op_refuse_unfinished(lua_State *L, int index);             /* raises for a word whose table has not come */
int op_is_more(lua_State *L, int index);
int op_begin_call(op_state *S, uint32_t number);                /* 0 when the file has no such function */

extern const luaL_Reg op_tables[];                              /* table.c: the functions of "table" */

void op_push_string_functions(lua_State *L);                    /* a new table of them */

/* require.c */
int op_require(lua_State *L);
int op_library_of(const lua_Debug *ar);                         /* which library a function is of; 0: the file itself */

/* detect.c */
void op_drop_patterns(op_state *S);

/* Replaces the table on top of the stack by an empty one that reads from it and cannot be written. */
void op_seal(lua_State *L, lua_CFunction on_write);
int op_write_refused(lua_State *L);

#endif
