/* The library "table" of plugin files: every loop charges what it does. */
#include "op.h"

static int tab_concat(lua_State *L) {
    size_t gap;
    luaL_checktype(L, 1, LUA_TTABLE);
    const char *between = luaL_optlstring(L, 2, "", &gap);
    lua_Integer first = luaL_optinteger(L, 3, 1), last = luaL_optinteger(L, 4, (lua_Integer)lua_rawlen(L, 1));
    luaL_Buffer made;
    luaL_buffinit(L, &made);
    for (lua_Integer i = first; i <= last; i++) {
        lua_rawgeti(L, 1, i);
        if (!lua_isstring(L, -1)) return luaL_error(L, "concat: item %d is a %s", (int)i, luaL_typename(L, -1));
        op_charge(L, lua_rawlen(L, -1) + gap + 16);
        luaL_addvalue(&made);
        if (i < last) luaL_addlstring(&made, between, gap);
        else break; /* so that the largest integer ends the loop too */
    }
    luaL_pushresult(&made);
    return 1;
}

static int tab_insert(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_Integer end = (lua_Integer)lua_rawlen(L, 1) + 1, place = end;
    if (lua_gettop(L) == 3) {
        place = luaL_checkinteger(L, 2);
        luaL_argcheck(L, place >= 1 && place <= end, 2, "position out of bounds");
    } else if (lua_gettop(L) != 2) {
        return luaL_error(L, "insert takes a table, perhaps a position, and a value");
    }
    for (lua_Integer i = end; i > place; i--) {
        op_charge(L, 16);
        lua_rawgeti(L, 1, i - 1);
        lua_rawseti(L, 1, i);
    }
    lua_rawseti(L, 1, place);
    return 0;
}

static int tab_unpack(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_Integer first = luaL_optinteger(L, 2, 1), last = luaL_optinteger(L, 3, (lua_Integer)lua_rawlen(L, 1));
    if (first > last) return 0;
    lua_Unsigned count = (lua_Unsigned)last - (lua_Unsigned)first + 1;
    if (count == 0 || count > 250) return luaL_error(L, "unpack gives 250 values at most");
    op_charge(L, (size_t)count * 16);
    luaL_checkstack(L, (int)count, "too many values");
    for (lua_Unsigned i = 0; i < count; i++) lua_rawgeti(L, 1, (lua_Integer)((lua_Unsigned)first + i));
    return (int)count;
}

const luaL_Reg op_tables[] = {
    {"concat", tab_concat}, {"insert", tab_insert}, {"unpack", tab_unpack}, {NULL, NULL},
};
