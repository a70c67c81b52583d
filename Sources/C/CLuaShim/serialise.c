/* Lua values to the flat buffer that Swift decodes; bounded in depth and size, the same bytes every time. */
#include <stdlib.h>
#include <string.h>

#include "op.h"

static void put(lua_State *L, const void *bytes, size_t length) {
    op_state *S = op_of(L);
    size_t needed = S->output_length + length;
    if (needed > OP_MAX_OUTPUT) luaL_error(L, "the file declares too much (a table that holds itself?)");
    if (needed > S->output_capacity) {
        size_t capacity = S->output_capacity == 0 ? 4096 : S->output_capacity * 2;
        while (capacity < needed) capacity *= 2;
        uint8_t *grown = realloc(S->output, capacity); /* owned by the state, so raising loses nothing */
        if (grown == NULL) luaL_error(L, "not enough memory");
        S->output = grown;
        S->output_capacity = capacity;
    }
    if (length > 0) memcpy(S->output + S->output_length, bytes, length);
    S->output_length = needed;
}

static void put_tag(lua_State *L, int tag) {
    uint8_t byte = (uint8_t)tag;
    put(L, &byte, 1);
}

static void put_u32(lua_State *L, uint32_t number) { put(L, &number, sizeof number); }

static void put_text(lua_State *L, const char *text, size_t length) {
    put_u32(L, (uint32_t)length);
    put(L, text, length);
}

static void put_number(lua_State *L, int index) {
    if (lua_isinteger(L, index)) {
        int64_t number = lua_tointeger(L, index);
        put_tag(L, OP_TAG_INTEGER);
        put(L, &number, sizeof number);
    } else {
        double number = lua_tonumber(L, index);
        put_tag(L, OP_TAG_FLOAT);
        put(L, &number, sizeof number);
    }
}

/* Functions are numbered in the order of the buffer, so that every state of a file numbers them alike. */
static void put_function(lua_State *L, int index) {
    op_state *S = op_of(L);
    op_refuse_unfinished(L, index);
    if (!S->takes_functions) luaL_error(L, "a function cannot stand here: this is data");
    lua_pushvalue(L, index);
    lua_rawsetp(L, LUA_REGISTRYINDEX, (void *)(uintptr_t)(S->functions + 1));
    lua_Debug ar;
    lua_pushvalue(L, index);
    lua_getinfo(L, ">S", &ar);
    put_tag(L, OP_TAG_FUNCTION);
    put_u32(L, S->functions++);
    int line = op_library_of(&ar) == 0 ? ar.linedefined : op_current_line(L);
    put_u32(L, line > 0 ? (uint32_t)line : 0);
}

int op_compare_keys(const void *left, const void *right) {
    const op_key *a = left, *b = right;
    size_t common = a->length < b->length ? a->length : b->length;
    int order = memcmp(a->text, b->text, common);
    if (order != 0) return order;
    return (a->length > b->length) - (a->length < b->length);
}

/* Counts the keys that are names; raises for any other key outside the list 1 to `items`. */
static uint32_t count_keys(lua_State *L, int index, lua_Integer items) {
    uint32_t count = 0;
    lua_pushnil(L);
    while (lua_next(L, index)) {
        if (lua_type(L, -2) == LUA_TSTRING) {
            count++;
        } else if (!lua_isinteger(L, -2)) {
            luaL_error(L, "a table key must be a name, not a %s", luaL_typename(L, -2));
        } else if (lua_tointeger(L, -2) < 1 || lua_tointeger(L, -2) > items) {
            luaL_error(L, "a list has a hole: item %d stands after nothing", (int)lua_tointeger(L, -2));
        }
        lua_pop(L, 1);
    }
    return count;
}

static void put_keys(lua_State *L, int index, uint32_t count, int depth) {
    op_key few[16];
    /* Without names this is at least one byte, so that the stack is the same either way. */
    op_key *keys = count <= 16 ? few : lua_newuserdatauv(L, count * sizeof(op_key), 0);
    uint32_t filled = 0;
    lua_pushnil(L);
    while (lua_next(L, index)) {
        lua_pop(L, 1);
        if (lua_type(L, -1) == LUA_TSTRING && filled < count) {
            keys[filled].text = lua_tolstring(L, -1, &keys[filled].length); /* the table holds it alive */
            filled++;
        }
    }
    qsort(keys, filled, sizeof(op_key), op_compare_keys);
    for (uint32_t i = 0; i < filled; i++) {
        put_text(L, keys[i].text, keys[i].length);
        lua_pushlstring(L, keys[i].text, keys[i].length);
        lua_rawget(L, index);
        op_put_value(L, lua_gettop(L), depth + 1);
        lua_pop(L, 1);
    }
    if (keys != few) lua_pop(L, 1);
}

static void put_table(lua_State *L, int index, int depth) {
    lua_Integer items = (lua_Integer)lua_rawlen(L, index);
    uint32_t keys = count_keys(L, index, items);
    op_charge(L, ((size_t)items + keys) * 16);
    put_tag(L, OP_TAG_TABLE);
    put_u32(L, (uint32_t)items);
    put_u32(L, keys);
    for (lua_Integer i = 1; i <= items; i++) {
        lua_rawgeti(L, index, i);
        op_put_value(L, lua_gettop(L), depth + 1);
        lua_pop(L, 1);
    }
    if (keys > 0) put_keys(L, index, keys, depth);
}

void op_put_node(lua_State *L, int word, int count, int line) {
    uint8_t header[3] = {OP_TAG_NODE, (uint8_t)word, (uint8_t)count};
    put(L, header, sizeof header);
    put_u32(L, (uint32_t)line);
}

void op_put_value(lua_State *L, int index, int depth) {
    if (depth > OP_MAX_DEPTH) luaL_error(L, "tables are nested too deeply (a table that holds itself?)");
    luaL_checkstack(L, 8, "nested too deeply");
    switch (lua_type(L, index)) {
    case LUA_TNIL: put_tag(L, OP_TAG_NIL); return;
    case LUA_TBOOLEAN: put_tag(L, lua_toboolean(L, index) ? OP_TAG_TRUE : OP_TAG_FALSE); return;
    case LUA_TNUMBER: put_number(L, index); return;
    case LUA_TSTRING: {
        size_t length;
        const char *text = lua_tolstring(L, index, &length);
        put_tag(L, OP_TAG_STRING);
        put_text(L, text, length);
        return;
    }
    case LUA_TTABLE: put_table(L, index, depth); return;
    case LUA_TFUNCTION: put_function(L, index); return;
    default:
        if (!op_put_node_value(L, index, depth)) luaL_error(L, "this value cannot be declared");
    }
}

const uint8_t *op_output(const op_state *state, size_t *length) {
    *length = state->output_length;
    return state->output;
}

void op_drop_output(op_state *state) {
    free(state->output);
    state->output = NULL;
    state->output_length = state->output_capacity = 0;
}
