/* A state's life: memory, limits, protected calls, failures. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "op.h"

/* --- Memory --- */

static void hook(lua_State *L, lua_Debug *ar);

/* Makes the next instruction raise, with the line that a failed allocation could not tell. */
static void raise_soon(op_state *S, int kind) {
    if (S->over != OP_FAILED_NOT) return;
    S->over = kind;
    lua_sethook(S->L, hook, LUA_MASKCOUNT, 1); /* may be called at any time, as from a signal */
}

/* Whether the state may grow by `growth` bytes to hold an object of `size` bytes. */
static int may_grow(op_state *S, size_t growth, size_t size, int is_string) {
    if (S->L == NULL) return 1; /* the state is being made */
    S->turnover += growth;
    if (S->turnover > S->limits.turnover) {
        raise_soon(S, OP_FAILED_MEMORY);
        if (S->turnover - S->limits.turnover > OP_MEMORY_SLACK) return 0;
    }
    if (is_string && size > S->limits.string_length + 64) {
        raise_soon(S, OP_FAILED_STRING);
        if (size - S->limits.string_length > OP_MEMORY_SLACK) return 0;
    }
    size_t soft = S->base + S->limits.memory;
    if (S->used + growth <= soft) {
        S->refused = 0;
        return 1;
    }
    if (!S->refused && S->collections < OP_MAX_COLLECTIONS) {
        S->refused = 1; /* Lua now collects everything it can and asks again */
        S->collections++;
        return 0;
    }
    S->refused = 0;
    raise_soon(S, OP_FAILED_MEMORY);
    return S->used + growth <= soft + OP_MEMORY_SLACK;
}

static void *allocate(void *ud, void *old, size_t old_size, size_t size) {
    op_state *S = ud;
    size_t held = old != NULL ? old_size : 0; /* without a block, old_size is the kind of object */
    if (size == 0) {
        S->used -= held;
        op_arena_give(&S->arena, old, held);
        return NULL;
    }
    if (size > held && !may_grow(S, size - held, size, old == NULL && old_size == LUA_TSTRING)) return NULL;
    void *block = op_arena_resize(&S->arena, old, held, size);
    if (block != NULL) S->used += size - held;
    return block;
}

/* --- Limits --- */

static int64_t processor_ms(void) {
    struct timespec now;
    if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) != 0) return 1;
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000 + 1;
}

/* The innermost line; with `own`, of the file itself. Whose a line is costs more to ask than the line. */
static int current_line(lua_State *L, int own, int *library) {
    const char *what = op_of(L)->has_libraries ? "Sl" : "l";
    lua_Debug ar;
    ar.source = "";
    for (int level = 0; lua_getstack(L, level, &ar); level++) {
        if (!lua_getinfo(L, what, &ar) || ar.currentline <= 0) continue;
        *library = op_library_of(&ar);
        if (!own || *library == 0) return ar.currentline;
    }
    *library = 0;
    return 0;
}

int op_current_place(lua_State *L, int *library) { return current_line(L, 0, library); }

int op_current_line(lua_State *L) {
    int library;
    return current_line(L, 1, &library);
}

static void hook(lua_State *L, lua_Debug *ar) {
    (void)ar;
    op_state *S = op_of(L);
    S->last_line = op_current_place(L, &S->last_library);
    if (S->over != OP_FAILED_NOT) op_fail(L, S->over, 0, "");
    S->left -= OP_HOOK_STEP;
    int64_t now = processor_ms();
    if (S->started == 0) S->started = now;
    if (S->left <= 0 || now - S->started > S->limits.milliseconds) op_fail(L, OP_FAILED_INSTRUCTIONS, 0, "");
}

void op_charge(lua_State *L, size_t work) {
    op_state *S = op_of(L);
    S->left -= (int64_t)(work / 16 + 1);
    if (S->left <= 0) op_fail(L, OP_FAILED_INSTRUCTIONS, 0, "");
}

/* --- Failures --- */

int op_fail(lua_State *L, int kind, int line, const char *text) {
    int library = 0;
    if (line <= 0) line = op_current_place(L, &library);
    return op_fail_at(L, kind, line, library, text);
}

int op_fail_at(lua_State *L, int kind, int line, int library, const char *text) {
    op_state *S = op_of(L);
    S->failure = kind;
    S->failure_line = line;
    S->failure_library = library;
    snprintf(S->failure_text, sizeof S->failure_text, "%s", text);
    lua_pushnil(L);
    return lua_error(L);
}

/* Keeps Lua's message without the "?:12: " or, in a library, "?3:12: " that it begins with; the place is kept apart. */
static void keep_message(op_state *S, const char *text) {
    int line = 0, library = 0, length = 0;
    if ((sscanf(text, "?:%d: %n", &line, &length) == 1 && length > 0)
        || (library = 0, sscanf(text, "?%d:%d: %n", &library, &line, &length) == 2 && length > 0)) {
        S->failure_line = line;
        S->failure_library = library;
        text += length;
    }
    snprintf(S->failure_text, sizeof S->failure_text, "%s", text);
}

/* The message handler: runs where the error was raised, before the stack unwinds. */
static int on_error(lua_State *L) {
    op_state *S = op_of(L);
    if (S->failure != OP_FAILED_NOT && S->failure != OP_FAILED_SYNTAX) return 0; /* op_fail has told all */
    if (S->failure == OP_FAILED_NOT) S->failure = OP_FAILED_RUNTIME;
    S->failure_line = 0;
    if (lua_type(L, 1) == LUA_TSTRING) {
        keep_message(S, lua_tostring(L, 1));
    } else {
        snprintf(S->failure_text, sizeof S->failure_text, "error was called with a %s instead of a text",
                 luaL_typename(L, 1));
    }
    if (S->failure_line == 0) S->failure_line = op_current_place(L, &S->failure_library);
    return 0;
}

static void keep_status(op_state *S, int status) {
    if (status == LUA_ERRMEM || S->over == OP_FAILED_MEMORY) S->failure = OP_FAILED_MEMORY;
    if (S->over == OP_FAILED_STRING) S->failure = OP_FAILED_STRING;
    if (S->failure == OP_FAILED_NOT) {
        S->failure = OP_FAILED_RUNTIME;
        snprintf(S->failure_text, sizeof S->failure_text, "an error inside an error");
    }
    if (S->failure_line == 0) {
        S->failure_line = S->last_line;
        S->failure_library = S->last_library;
    }
}

int op_protected(op_state *S, lua_CFunction body, void *argument, op_limits limits, size_t base) {
    lua_State *L = S->L;
    S->limits = limits;
    S->base = base;
    S->turnover = 0;
    S->refused = S->collections = S->over = 0;
    S->left = limits.instructions;
    S->started = 0;
    S->failure = OP_FAILED_NOT;
    S->failure_line = S->last_line = S->failure_library = S->last_library = 0;
    S->failure_text[0] = 0;
    lua_sethook(L, hook, LUA_MASKCOUNT, OP_HOOK_STEP); /* the count does not start anew by itself */
    lua_settop(L, 0);
    lua_pushcfunction(L, on_error);
    lua_pushcfunction(L, body);
    lua_pushlightuserdata(L, argument);
    int status = lua_pcall(L, 1, 0, 1);
    if (status != LUA_OK) keep_status(S, status);
    lua_settop(L, 0);
    return status == LUA_OK;
}

int op_failure_kind(const op_state *state) { return state->failure; }
int op_failure_line(const op_state *state) { return state->failure_line; }
int op_failure_library(const op_state *state) { return state->failure_library; }
const char *op_failure_text(const op_state *state) { return state->failure_text; }
const char *op_stray_word(const op_state *state, int number, int *line) {
    if (number < 0 || number >= state->stray_count) return NULL;
    *line = state->strays[number].line;
    return state->strays[number].text;
}
int op_loose_part(const op_state *state, int number, int *line) {
    if (number < 0 || number >= state->part_count) return -1;
    *line = state->parts[number].line;
    return state->parts[number].word;
}
size_t op_memory(const op_state *state) { return state->used; }
uint32_t op_function_count(const op_state *state) { return state->functions; }

/* --- The closed world --- */

/* A word that was not used before: most files use few of them, so each is made when it is first read. */
static int on_new_word(lua_State *L) {
    op_state *S = op_of(L);
    const char *word = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "?";
    if (!op_push_word(L, word, S->file_kind)
        && !(S->file_kind == OP_FILE_PLUGIN && op_push_library(L, word))) {
        if (S->file_kind == OP_FILE_POLICY && S->is_loading) {
            op_push_stray(L, word);
            return 1;
        }
        return op_fail(L, OP_FAILED_UNKNOWN_WORD, 0, word);
    }
    lua_pushvalue(L, 2);
    lua_pushvalue(L, -2);
    lua_rawset(L, 1);
    return 1;
}

static int on_global(lua_State *L) {
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "?";
    return op_fail(L, OP_FAILED_GLOBAL, 0, name);
}

int op_write_refused(lua_State *L) { return luaL_error(L, "this table belongs to the language and cannot be changed"); }

void op_seal(lua_State *L, lua_CFunction on_write) {
    lua_newtable(L);          /* the empty table in front */
    lua_createtable(L, 0, 2); /* its metatable, which no plugin can reach */
    lua_pushvalue(L, -3);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, on_write);
    lua_setfield(L, -2, "__newindex");
    lua_setmetatable(L, -2);
    lua_remove(L, -2);
}

/* The globals: an empty table that reads the words, which ask on_new_word for what is not among them yet. */
static int set_up(lua_State *L) {
    op_state *S = op_of(L);
    lua_createtable(L, 0, 16);
    op_prepare_words(L, S->file_kind);
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, on_new_word);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    op_seal(L, on_global);
    lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    return 0;
}

/* How much may be allocated until the first collection: most files are done before one would pay. */
enum { QUIET_KB = 512 };

op_state *op_new(int file_kind, op_limits loading) {
    op_state *S = calloc(1, sizeof *S);
    if (S == NULL) return NULL;
    S->file_kind = file_kind;
    op_arena_open(&S->arena);
    lua_State *L = lua_newstate(allocate, S);
    if (L == NULL) {
        op_arena_close(&S->arena);
        free(S);
        return NULL;
    }
    lua_gc(L, LUA_GCSTEP, -QUIET_KB);
    S->L = L;
    *(op_state **)lua_getextraspace(L) = S;
    if (!op_protected(S, set_up, NULL, loading, S->used)) {
        op_free(S);
        return NULL;
    }
    return S;
}

void op_free(op_state *state) {
    if (state == NULL) return;
    op_arena_close(&state->arena); /* without lua_close: no object here has a finaliser */
    op_drop_patterns(state);
    free(state->strays);
    free(state->parts);
    free(state->output);
    free(state);
}

/* --- Loading --- */

static int run_source(lua_State *L) {
    op_state *S = op_of(L);
    const op_bytes *file = lua_touserdata(L, 1);
    lua_gc(L, LUA_GCINC, 1000, 0, 0); /* collect seldom: most files are done before it would pay */
    int status = luaL_loadbufferx(L, (const char *)file->bytes, file->length, "=?", "t"); /* text only, no bytecode */
    if (status != LUA_OK) {
        /* An error other than of syntax (nesting too deep) has been to the handler already. */
        if (status == LUA_ERRMEM) S->failure = OP_FAILED_MEMORY;
        else if (S->failure == OP_FAILED_NOT) S->failure = OP_FAILED_SYNTAX;
        return lua_error(L);
    }
    lua_call(L, 0, 0);
    if (S->pending_line > 0) {
        lua_pushfstring(L, "%s has no { ... } after its name", S->pending);
        return op_fail(L, OP_FAILED_RUNTIME, S->pending_line, lua_tostring(L, -1));
    }
    if (S->strays_open > 0) return op_fail(L, OP_FAILED_UNKNOWN_WORD, S->last_stray.line, S->last_stray.text);
    return 0;
}

/* Keeps of the parts only those that no declaration has. */
static void keep_loose_parts(op_state *S) {
    int kept = 0;
    for (int i = 0; i < S->part_count; i++) {
        if (!S->parts[i].is_placed) S->parts[kept++] = S->parts[i];
    }
    S->part_count = kept;
    if (kept > 0) return;
    free(S->parts);
    S->parts = NULL;
}

int op_load(op_state *state, op_bytes text, op_bytes libraries) {
    if (text.length >= 3 && memcmp(text.bytes, "\xEF\xBB\xBF", 3) == 0) { /* a byte order mark that editors add */
        text.bytes += 3;
        text.length -= 3;
    }
    op_drop_output(state);
    state->takes_functions = state->file_kind == OP_FILE_PLUGIN;
    state->libraries = libraries.bytes;
    state->libraries_length = libraries.length;
    state->is_loading = 1;
    state->library_depth = 0;
    state->stray_count = state->strays_open = state->part_count = 0;
    op_limits limits = state->limits;
    int done = op_protected(state, run_source, &text, limits, 0);
    keep_loose_parts(state);
    state->takes_functions = state->is_loading = 0;
    state->libraries = NULL;
    state->libraries_length = 0;
    /* What goes wrong with a word that is none goes wrong because it is none. */
    if (!done && state->failure == OP_FAILED_RUNTIME && state->strays_open > 0) {
        state->failure = OP_FAILED_UNKNOWN_WORD;
        state->failure_line = state->last_stray.line;
        memcpy(state->failure_text, state->last_stray.text, sizeof state->last_stray.text);
    }
    return done;
}
