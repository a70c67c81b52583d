/* What a check sees of a conversation: m.client and m.server, read-only, valid only during the call. */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>

#include "op.h"

static const char match_key = 0; /* registry: the `m` of every call */
static const char more_mark = 0; /* the constant `more` */

int op_is_more(lua_State *L, int index) {
    return lua_type(L, index) == LUA_TLIGHTUSERDATA && lua_touserdata(L, index) == &more_mark;
}

/* The view a method was called on; raises when it is none, or no longer one. */
static const op_view *view_of(lua_State *L) {
    op_state *S = op_of(L);
    const op_view *view = lua_touserdata(L, 1); /* NULL for what is no userdata */
    if (view == NULL || (view != S->client && view != S->server)) {
        luaL_error(L, "write it with a colon, like m.client:u8(0)");
        return S->client; /* not reached: luaL_error does not return */
    }
    if (!view->live) luaL_error(L, "what was said can only be read during the call");
    return view;
}

/* The `count` bytes at the offset in argument 2; NULL when they are not all there or the offset is nil. */
static const uint8_t *range(lua_State *L, const op_view *view, size_t count) {
    int is_number;
    lua_Integer offset = lua_tointegerx(L, 2, &is_number);
    if (!is_number) {
        if (lua_isnoneornil(L, 2)) return NULL;
        luaL_checkinteger(L, 2); /* raises */
    }
    if (offset < 0 || (size_t)offset > view->size || count > view->size - (size_t)offset) return NULL;
    return view->bytes + offset;
}

/* Inline: with the count known, the loop is a load or two. */
static inline __attribute__((always_inline)) int read_integer(lua_State *L, size_t count, int little) {
    const op_view *view = view_of(L);
    const uint8_t *at = range(L, view, count);
    if (at == NULL) {
        lua_pushnil(L);
        return 1;
    }
    lua_Integer number = 0;
    for (size_t i = 0; i < count; i++) number = number << 8 | at[little ? count - 1 - i : i];
    lua_pushinteger(L, number);
    return 1;
}

static int view_u8(lua_State *L) { return read_integer(L, 1, 0); }
static int view_u16(lua_State *L) { return read_integer(L, 2, 0); }
static int view_u24(lua_State *L) { return read_integer(L, 3, 0); }
static int view_u32(lua_State *L) { return read_integer(L, 4, 0); }
static int view_u16le(lua_State *L) { return read_integer(L, 2, 1); }
static int view_u32le(lua_State *L) { return read_integer(L, 4, 1); }

static int view_size(lua_State *L) {
    lua_pushinteger(L, (lua_Integer)view_of(L)->size);
    return 1;
}

static int view_bytes(lua_State *L) {
    const op_view *view = view_of(L);
    lua_Integer count = lua_isnoneornil(L, 3) ? -1 : luaL_checkinteger(L, 3);
    const uint8_t *at = count < 0 ? NULL : range(L, view, (size_t)count);
    if (at == NULL) {
        lua_pushnil(L);
        return 1;
    }
    op_charge(L, (size_t)count);
    lua_pushlstring(L, (const char *)at, (size_t)count);
    return 1;
}

/* nil when too few bytes are there to tell, so that a check can answer `more`. */
static int view_starts(lua_State *L) {
    const op_view *view = view_of(L);
    size_t length;
    const char *text = luaL_checklstring(L, 3, &length);
    const uint8_t *at = range(L, view, length);
    op_charge(L, length);
    if (at == NULL) lua_pushnil(L);
    else lua_pushboolean(L, memcmp(at, text, length) == 0);
    return 1;
}

/* A literal search in linear time; the offset of the first find, or nil. */
static int view_find(lua_State *L) {
    const op_view *view = view_of(L);
    size_t length;
    const char *text = luaL_checklstring(L, 3, &length);
    const uint8_t *from = range(L, view, 0);
    op_charge(L, view->size + length);
    const uint8_t *found = NULL;
    if (from != NULL) found = memmem(from, view->size - (size_t)(from - view->bytes), text, length);
    if (found == NULL) lua_pushnil(L);
    else lua_pushinteger(L, found - view->bytes);
    return 1;
}

static int unknown_method(lua_State *L) {
    return luaL_error(L, "what was said has no '%s'; it has size u8 u16 u24 u32 u16le u32le bytes starts find",
                      lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "?");
}

/* m.client and m.server; nil for a speaker that was not seen. Upvalues: the two views. */
static int match_index(lua_State *L) {
    op_state *S = op_of(L);
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "?";
    int side = name[0] == 'c' ? 1 : 2;
    if (strcmp(name, side == 1 ? "client" : "server") != 0) side = 0;
    if (side == 0) return luaL_error(L, "m has no '%s'; it has client and server", name);
    const op_view *view = side == 1 ? S->client : S->server;
    if (view->live) lua_pushvalue(L, lua_upvalueindex(side));
    else lua_pushnil(L);
    return 1;
}

static const luaL_Reg methods[] = {
    {"size", view_size}, {"u8", view_u8}, {"u16", view_u16}, {"u24", view_u24}, {"u32", view_u32},
    {"u16le", view_u16le}, {"u32le", view_u32le}, {"bytes", view_bytes}, {"starts", view_starts},
    {"find", view_find}, {NULL, NULL},
};

static void push_metatable(lua_State *L, const char *name) {
    lua_createtable(L, 0, 3);
    lua_pushstring(L, name);
    lua_setfield(L, -2, "__name");
    lua_pushcfunction(L, op_write_refused);
    lua_setfield(L, -2, "__newindex");
}

static op_view *push_view(lua_State *L, int metatable) {
    op_view *view = lua_newuserdatauv(L, sizeof *view, 0);
    memset(view, 0, sizeof *view);
    lua_pushvalue(L, metatable);
    lua_setmetatable(L, -2);
    return view;
}

/* What every call of the file sees; made when its first function is asked, which most files have none of. */
static int make_views(lua_State *L) {
    op_state *S = op_of(L);
    lua_settop(L, 0);
    push_metatable(L, "view");
    luaL_newlib(L, methods);
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, unknown_method);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    lua_setfield(L, -2, "__index");

    lua_newuserdatauv(L, 1, 0); /* m itself holds nothing: its metatable knows the views */
    push_metatable(L, "match");
    op_view *client = push_view(L, 1), *server = push_view(L, 1);
    lua_pushcclosure(L, match_index, 2);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &match_key);
    S->client = client; /* when nothing more can go wrong */
    S->server = server;
    return 0;
}

int op_push_more(lua_State *L) {
    lua_pushlightuserdata(L, (void *)&more_mark);
    return 1;
}

/* --- Calls --- */

typedef struct { uint32_t number; int wants_table, takes_text; } call;

/* Reports what the called function returned, at the line where the function begins. */
static int wrong_result(lua_State *L, uint32_t number, const char *text) {
    lua_Debug ar;
    lua_rawgetp(L, LUA_REGISTRYINDEX, (void *)(uintptr_t)(number + 1));
    lua_getinfo(L, ">S", &ar);
    return op_fail_at(L, OP_FAILED_RUNTIME, ar.linedefined, op_library_of(&ar), text);
}

static int wrong_answer(lua_State *L, uint32_t number, const char *wanted) {
    return wrong_result(L, number, lua_pushfstring(L, "%s, not a %s", wanted, luaL_typename(L, -1)));
}

/* Fields have names, and values that a record can have; what is told does not depend on the order of the table. */
static void check_fields(lua_State *L, uint32_t number) {
    const char *wrong = NULL, *got = NULL;
    int is_named = 1;
    lua_pushnil(L);
    while (lua_next(L, -2)) {
        int type = lua_type(L, -1);
        lua_pop(L, 1);
        if (lua_type(L, -1) != LUA_TSTRING) {
            is_named = 0;
            continue;
        }
        if (type == LUA_TSTRING || type == LUA_TNUMBER || type == LUA_TBOOLEAN) continue;
        const char *name = lua_tostring(L, -1);
        if (wrong != NULL && strcmp(name, wrong) >= 0) continue;
        wrong = name;
        got = lua_typename(L, type);
    }
    if (!is_named) wrong_result(L, number, "fields must have names: { product = ... }");
    if (wrong == NULL) return;
    wrong_result(L, number, lua_pushfstring(L, "%s must be a string, number or true/false, not a %s", wrong, got));
}

static int run_call(lua_State *L) {
    op_state *S = op_of(L);
    const call *wanted = lua_touserdata(L, 1);
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, (void *)(uintptr_t)(wanted->number + 1)) != LUA_TFUNCTION) {
        return luaL_error(L, "the file has no such function");
    }
    if (wanted->takes_text) lua_pushlstring(L, (const char *)S->server->bytes, S->server->size);
    else lua_rawgetp(L, LUA_REGISTRYINDEX, &match_key);
    lua_call(L, 1, 1);
    if (wanted->wants_table) {
        int type = lua_type(L, -1);
        if (type != LUA_TTABLE && type != LUA_TNIL) {
            return wrong_answer(L, wanted->number, "fields must return a table");
        }
        if (type == LUA_TTABLE) check_fields(L, wanted->number);
        op_put_value(L, lua_gettop(L), OP_MAX_DEPTH - 1); /* a flat table */
    } else if (op_is_more(L, -1)) {
        S->answer = OP_ANSWER_MORE;
    } else if (lua_isboolean(L, -1) || lua_isnil(L, -1)) {
        S->answer = lua_toboolean(L, -1) ? OP_ANSWER_YES : OP_ANSWER_NO;
    } else {
        return wrong_answer(L, wanted->number, "check must return true, false or more");
    }
    return 0;
}

static void show(op_view *view, op_said said) {
    view->bytes = said.bytes != NULL ? said.bytes : (const uint8_t *)"";
    view->size = said.bytes != NULL ? said.size : 0;
    view->live = said.seen;
}

static void hide(op_view *view) {
    view->bytes = NULL;
    view->size = 0;
    view->live = 0;
}

int op_begin_call(op_state *S, uint32_t number) {
    if (number >= S->functions) {
        S->failure = OP_FAILED_RUNTIME;
        S->failure_line = 0;
        snprintf(S->failure_text, sizeof S->failure_text, "the file has no such function");
        return 0;
    }
    if (S->base == 0) {
        if (S->client == NULL && !op_protected(S, make_views, NULL, S->limits, 0)) return 0;
        lua_gc(S->L, LUA_GCINC, 200, 0, 0);
        lua_gc(S->L, LUA_GCCOLLECT); /* raises nothing: no object here has a finaliser */
        S->base = S->used;           /* what the loaded file holds */
    }
    return 1;
}

static int run(op_state *S, call wanted, op_said client, op_said server, op_limits limits) {
    if (!op_begin_call(S, wanted.number)) return 0;
    show(S->client, client);
    show(S->server, server);
    int done = op_protected(S, run_call, &wanted, limits, S->base);
    hide(S->client);
    hide(S->server);
    return done;
}

int op_check(op_state *state, uint32_t number, op_said client, op_said server, op_limits limits) {
    state->answer = OP_ANSWER_NO;
    return run(state, (call){number, 0, 0}, client, server, limits) ? state->answer : OP_ANSWER_FAILED;
}

int op_fields(op_state *state, uint32_t number, op_said client, op_said server, op_limits limits) {
    state->output_length = 0; /* the buffer is used again */
    return run(state, (call){number, 1, 0}, client, server, limits);
}

int op_describe(op_state *state, uint32_t number, op_said text, op_limits limits) {
    state->output_length = 0;
    return run(state, (call){number, 1, 1}, (op_said){NULL, 0, 0}, text, limits);
}
