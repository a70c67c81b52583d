/*
 * require "name": what the pack's lib/name.lua returns, run once in each state that asks for it.
 *
 * A library is of the same world as the file: the same words, limits and isolation. It declares nothing itself; it returns
 * what several plugins of a pack share.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "op.h"

static const char loaded_key = 0; /* registry: by name, what the libraries returned; false while one runs */

/* One library in the bundle: uint32 length, name, uint32 length, text. */
typedef struct {
    const char *name, *text;
    size_t name_length, text_length;
} library;

static int take_text(const uint8_t **at, const uint8_t *end, const char **text, size_t *length) {
    uint32_t count;
    if ((size_t)(end - *at) < sizeof count) return 0;
    memcpy(&count, *at, sizeof count);
    *at += sizeof count;
    if ((size_t)(end - *at) < count) return 0;
    *text = (const char *)*at;
    *length = count;
    *at += count;
    return 1;
}

/* The number of the library, from 1; 0 when the pack has none of that name. */
static int find(const op_state *S, const char *name, size_t length, library *found) {
    const uint8_t *at = S->libraries, *end = at + S->libraries_length;
    for (int number = 1; at < end; number++) {
        if (!take_text(&at, end, &found->name, &found->name_length)
            || !take_text(&at, end, &found->text, &found->text_length)) return 0;
        if (found->name_length == length && memcmp(found->name, name, length) == 0) return number;
    }
    return 0;
}

int op_library_of(const lua_Debug *ar) {
    return ar->source[0] == '=' && ar->source[1] == '?' ? atoi(ar->source + 2) : 0;
}

int op_require(lua_State *L) {
    op_state *S = op_of(L);
    size_t length;
    if (lua_type(L, 1) != LUA_TSTRING || lua_gettop(L) != 1) {
        return luaL_error(L, "require takes a name: local mail = require \"mail\"");
    }
    const char *name = lua_tolstring(L, 1, &length);
    if (!S->is_loading) return luaL_error(L, "require belongs at the top of the file, outside of functions that are called later");
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &loaded_key) != LUA_TTABLE) {
        lua_pop(L, 1);
        lua_newtable(L);
        lua_pushvalue(L, -1);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &loaded_key);
    }
    lua_pushvalue(L, 1);
    if (lua_rawget(L, 2) == LUA_TBOOLEAN) return luaL_error(L, "lib/%s.lua requires itself", name);
    if (!lua_isnil(L, -1)) return 1;
    library found;
    int number = find(S, name, length, &found);
    if (number == 0) return op_fail(L, OP_FAILED_UNKNOWN_LIBRARY, 0, name);
    char chunk[16];
    snprintf(chunk, sizeof chunk, "=?%d", number);
    lua_pushvalue(L, 1);
    lua_pushboolean(L, 0);
    lua_rawset(L, 2);
    S->has_libraries = 1;
    int status = luaL_loadbufferx(L, found.text, found.text_length, chunk, "t"); /* text only, no bytecode */
    if (status != LUA_OK) {
        if (status == LUA_ERRMEM) S->failure = OP_FAILED_MEMORY;
        else if (S->failure == OP_FAILED_NOT) S->failure = OP_FAILED_SYNTAX;
        return lua_error(L);
    }
    S->library_depth++;
    lua_call(L, 0, 1); /* when it raises, loading is over */
    S->library_depth--;
    if (lua_isnil(L, -1) || lua_isboolean(L, -1)) {
        return luaL_error(L, "lib/%s.lua returns nothing; end it with return { ... }", name);
    }
    lua_pushvalue(L, 1);
    lua_pushvalue(L, -2);
    lua_rawset(L, 2);
    return 1;
}
