/*
 * The small library of plugin files, written anew rather than opened from Lua's: no patterns, no metatables,
 * no protected calls, no loading, no addresses in texts, and every loop charges what it does.
 */
#define _GNU_SOURCE
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "op.h"

/* --- Basics --- */

static int lib_type(lua_State *L) {
    luaL_checkany(L, 1);
    lua_pushstring(L, op_is_more(L, 1) ? "more" : luaL_typename(L, 1));
    return 1;
}

/* Never an address: the same text on every run. */
static int lib_tostring(lua_State *L) {
    switch (lua_type(L, 1)) {
    case LUA_TNUMBER:
        lua_pushvalue(L, 1);
        lua_tostring(L, -1);
        return 1;
    case LUA_TSTRING: lua_settop(L, 1); return 1;
    case LUA_TBOOLEAN: lua_pushstring(L, lua_toboolean(L, 1) ? "true" : "false"); return 1;
    case LUA_TNIL: lua_pushliteral(L, "nil"); return 1;
    default: return lib_type(L);
    }
}

static int digit_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if ((c | 32) >= 'a' && (c | 32) <= 'z') return (c | 32) - 'a' + 10;
    return 99;
}

static int number_in_base(lua_State *L, lua_Integer base) {
    size_t length;
    const char *text = luaL_checklstring(L, 1, &length);
    luaL_argcheck(L, base >= 2 && base <= 36, 2, "base out of range");
    int negative = length > 0 && text[0] == '-';
    lua_Unsigned number = 0;
    for (size_t i = (size_t)negative; i < length; i++) {
        if (digit_value(text[i]) >= base) return 0;
        number = number * (lua_Unsigned)base + (lua_Unsigned)digit_value(text[i]);
    }
    if (length == (size_t)negative) return 0;
    lua_pushinteger(L, (lua_Integer)(negative ? 0u - number : number));
    return 1;
}

static int lib_tonumber(lua_State *L) {
    op_charge(L, lua_type(L, 1) == LUA_TSTRING ? lua_rawlen(L, 1) : 0);
    if (!lua_isnoneornil(L, 2)) {
        if (number_in_base(L, luaL_checkinteger(L, 2))) return 1;
    } else if (lua_type(L, 1) == LUA_TNUMBER) {
        lua_settop(L, 1);
        return 1;
    } else if (lua_type(L, 1) == LUA_TSTRING && lua_stringtonumber(L, lua_tostring(L, 1)) == lua_rawlen(L, 1) + 1) {
        return 1;
    }
    lua_pushnil(L);
    return 1;
}

static int lib_select(lua_State *L) {
    int count = lua_gettop(L);
    if (lua_type(L, 1) == LUA_TSTRING && strcmp(lua_tostring(L, 1), "#") == 0) {
        lua_pushinteger(L, count - 1);
        return 1;
    }
    lua_Integer first = luaL_checkinteger(L, 1);
    if (first < 0) first = count + first;
    luaL_argcheck(L, first >= 1, 1, "index out of range");
    op_charge(L, (size_t)count * 16);
    return first >= count ? 0 : count - (int)first;
}

static int lib_error(lua_State *L) {
    lua_settop(L, 1);
    if (lua_type(L, 1) == LUA_TSTRING) {
        luaL_where(L, 1);
        lua_insert(L, 1);
        lua_concat(L, 2);
    }
    return lua_error(L);
}

static int lib_assert(lua_State *L) {
    luaL_checkany(L, 1);
    if (lua_toboolean(L, 1)) return lua_gettop(L);
    if (lua_type(L, 2) != LUA_TSTRING) return luaL_error(L, "assertion failed");
    lua_remove(L, 1);
    return lib_error(L);
}

static int step_list(lua_State *L) {
    lua_Integer next = luaL_checkinteger(L, 2) + 1;
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_pushinteger(L, next);
    return lua_rawgeti(L, 1, next) == LUA_TNIL ? 1 : 2;
}

static int lib_ipairs(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_pushcfunction(L, step_list);
    lua_pushvalue(L, 1);
    lua_pushinteger(L, 0);
    return 3;
}

/* Upvalues: the keys in order, how many came already. */
static int step_pairs(lua_State *L) {
    lua_Integer next = lua_tointeger(L, lua_upvalueindex(2)) + 1;
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_pushinteger(L, next);
    lua_replace(L, lua_upvalueindex(2));
    if (lua_rawgeti(L, lua_upvalueindex(1), next) == LUA_TNIL) return 1;
    lua_pushvalue(L, -1);
    lua_rawget(L, 1);
    return 2;
}

/* Numbers before texts, each ascending: Lua's own order differs from run to run. */
static int compare_mixed(lua_State *L, int left, int right) {
    int is_text = lua_type(L, left) == LUA_TSTRING, other = lua_type(L, right) == LUA_TSTRING;
    if (is_text != other) return is_text - other;
    if (!is_text) return lua_compare(L, right, left, LUA_OPLT) - lua_compare(L, left, right, LUA_OPLT);
    op_key a, b;
    a.text = lua_tolstring(L, left, &a.length);
    b.text = lua_tolstring(L, right, &b.length);
    return op_compare_keys(&a, &b);
}

/* Whether item i stands before item j of the list on top of the stack. */
static int item_before(lua_State *L, lua_Integer i, lua_Integer j) {
    lua_rawgeti(L, -1, i);
    lua_rawgeti(L, -2, j);
    int order = compare_mixed(L, lua_gettop(L) - 1, lua_gettop(L));
    lua_pop(L, 2);
    op_charge(L, 64);
    return order < 0;
}

static void swap_items(lua_State *L, lua_Integer i, lua_Integer j) {
    lua_rawgeti(L, -1, i);
    lua_rawgeti(L, -2, j);
    lua_rawseti(L, -3, i);
    lua_rawseti(L, -2, j);
}

static void sift(lua_State *L, lua_Integer root, lua_Integer count) {
    for (lua_Integer child; (child = root * 2) <= count; root = child) {
        if (child < count && item_before(L, child, child + 1)) child++;
        if (!item_before(L, root, child)) return;
        swap_items(L, root, child);
    }
}

/* Heap sort of the list on top of the stack: n log n whatever the keys, and no memory beside the list. */
static void sort_list(lua_State *L, lua_Integer count) {
    for (lua_Integer root = count / 2; root >= 1; root--) sift(L, root, count);
    for (lua_Integer last = count; last > 1; last--) {
        swap_items(L, 1, last);
        sift(L, 1, last - 1);
    }
}

static int lib_pairs(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    lua_newtable(L);
    lua_Integer count = 0;
    lua_pushnil(L);
    while (lua_next(L, 1)) {
        lua_pop(L, 1);
        int type = lua_type(L, -1);
        if (type != LUA_TSTRING && type != LUA_TNUMBER) {
            return luaL_error(L, "pairs needs keys that are names or numbers, not a %s", lua_typename(L, type));
        }
        op_charge(L, 16);
        lua_pushvalue(L, -1);
        lua_rawseti(L, 2, ++count);
    }
    sort_list(L, count);
    lua_pushinteger(L, 0);
    lua_pushcclosure(L, step_pairs, 2);
    lua_pushvalue(L, 1);
    return 2;
}

static const luaL_Reg basics[] = {
    {"type", lib_type}, {"tostring", lib_tostring}, {"tonumber", lib_tonumber}, {"select", lib_select},
    {"error", lib_error}, {"assert", lib_assert}, {"ipairs", lib_ipairs}, {"pairs", lib_pairs},
    {NULL, NULL},
};

/* --- math --- */

static int round_to(lua_State *L, double (*rounded)(double)) {
    if (lua_isinteger(L, 1)) {
        lua_settop(L, 1);
        return 1;
    }
    lua_Number number = rounded(luaL_checknumber(L, 1));
    lua_Integer integer;
    if (lua_numbertointeger(number, &integer)) lua_pushinteger(L, integer);
    else lua_pushnumber(L, number);
    return 1;
}

static int math_floor(lua_State *L) { return round_to(L, floor); }
static int math_ceil(lua_State *L) { return round_to(L, ceil); }

static int math_abs(lua_State *L) {
    if (lua_isinteger(L, 1)) {
        lua_Integer number = lua_tointeger(L, 1);
        lua_pushinteger(L, number < 0 ? (lua_Integer)(0u - (lua_Unsigned)number) : number);
    } else {
        lua_pushnumber(L, fabs(luaL_checknumber(L, 1)));
    }
    return 1;
}

static int extreme(lua_State *L, int want_less) {
    int count = lua_gettop(L), best = 1;
    luaL_checknumber(L, 1);
    op_charge(L, (size_t)count * 16);
    for (int i = 2; i <= count; i++) {
        luaL_checknumber(L, i);
        if (want_less ? lua_compare(L, i, best, LUA_OPLT) : lua_compare(L, best, i, LUA_OPLT)) best = i;
    }
    lua_pushvalue(L, best);
    return 1;
}

static int math_min(lua_State *L) { return extreme(L, 1); }
static int math_max(lua_State *L) { return extreme(L, 0); }

static const luaL_Reg maths[] = {
    {"floor", math_floor}, {"ceil", math_ceil}, {"abs", math_abs}, {"min", math_min}, {"max", math_max},
    {NULL, NULL},
};

/* --- string --- */

/* The bytes first to last of Lua's string.sub, both clipped; 0 when the range is empty. */
static size_t clip(lua_State *L, size_t length, lua_Integer last_default, size_t *first) {
    lua_Integer from = luaL_optinteger(L, 2, 1), size = (lua_Integer)length;
    lua_Integer to = luaL_optinteger(L, 3, last_default == 0 ? from : last_default);
    if (from < 0) from = from < -size ? 1 : size + from + 1;
    if (from == 0) from = 1;
    if (to < 0) to = to < -size ? 0 : size + to + 1;
    if (to > size) to = size;
    if (from > to) return 0;
    *first = (size_t)from - 1;
    return (size_t)(to - from + 1);
}

static int str_sub(lua_State *L) {
    size_t length, first = 0;
    const char *text = luaL_checklstring(L, 1, &length);
    size_t count = clip(L, length, -1, &first);
    op_charge(L, count);
    lua_pushlstring(L, text + first, count);
    return 1;
}

static int str_byte(lua_State *L) {
    size_t length, first = 0;
    const char *text = luaL_checklstring(L, 1, &length);
    size_t count = clip(L, length, 0, &first);
    op_charge(L, count * 16);
    luaL_checkstack(L, (int)count, "too many values");
    for (size_t i = 0; i < count; i++) lua_pushinteger(L, (unsigned char)text[first + i]);
    return (int)count;
}

/* Where a text stands in another, and where it ends, as Lua's find with `plain`: in linear time. */
static int str_find(lua_State *L) {
    size_t length, wanted;
    const char *text = luaL_checklstring(L, 1, &length), *word = luaL_checklstring(L, 2, &wanted);
    lua_Integer from = luaL_optinteger(L, 3, 1);
    if (!lua_toboolean(L, 4) && memchr(word, '%', wanted) != NULL) {
        return luaL_error(L, "find takes a text as it is: there are no Lua patterns (for a %% write find(s, \"%%\", 1, true))");
    }
    op_charge(L, length + wanted);
    if (from < 0) from = from < -(lua_Integer)length ? 1 : (lua_Integer)length + from + 1;
    if (from == 0) from = 1;
    const char *found = NULL;
    if (from <= (lua_Integer)length + 1) found = memmem(text + from - 1, length - (size_t)from + 1, word, wanted);
    if (found == NULL) {
        lua_pushnil(L);
        return 1;
    }
    lua_pushinteger(L, found - text + 1);
    lua_pushinteger(L, found - text + (lua_Integer)wanted);
    return 2;
}

static int change_case(lua_State *L, char low, char high) {
    size_t length;
    const char *text = luaL_checklstring(L, 1, &length);
    op_charge(L, length);
    luaL_Buffer made;
    char *to = luaL_buffinitsize(L, &made, length);
    for (size_t i = 0; i < length; i++) to[i] = text[i] >= low && text[i] <= high ? (char)(text[i] ^ 32) : text[i];
    luaL_pushresultsize(&made, length);
    return 1;
}

static int str_lower(lua_State *L) { return change_case(L, 'A', 'Z'); }
static int str_upper(lua_State *L) { return change_case(L, 'a', 'z'); }

static int str_len(lua_State *L) {
    luaL_checkstring(L, 1);
    lua_pushinteger(L, (lua_Integer)lua_rawlen(L, 1));
    return 1;
}

static int str_rep(lua_State *L) {
    size_t length, gap;
    const char *text = luaL_checklstring(L, 1, &length);
    lua_Integer count = luaL_checkinteger(L, 2);
    const char *between = luaL_optlstring(L, 3, "", &gap);
    if (count <= 0 || length + gap == 0) {
        lua_pushliteral(L, "");
        return 1;
    }
    size_t limit = op_of(L)->limits.string_length;
    if ((lua_Unsigned)count > limit || length + gap > limit / (size_t)count) return op_fail(L, OP_FAILED_STRING, 0, "");
    op_charge(L, (length + gap) * (size_t)count);
    luaL_Buffer made;
    luaL_buffinit(L, &made);
    for (lua_Integer i = 1; i <= count; i++) {
        luaL_addlstring(&made, text, length);
        if (i < count) luaL_addlstring(&made, between, gap);
    }
    luaL_pushresult(&made);
    return 1;
}

static int str_char(lua_State *L) {
    int count = lua_gettop(L);
    op_charge(L, (size_t)count * 16);
    luaL_Buffer made;
    char *to = luaL_buffinitsize(L, &made, (size_t)count);
    for (int i = 1; i <= count; i++) {
        lua_Integer value = luaL_checkinteger(L, i);
        luaL_argcheck(L, value >= 0 && value <= 255, i, "a byte is 0 to 255");
        to[i - 1] = (char)value;
    }
    luaL_pushresultsize(&made, (size_t)count);
    return 1;
}

/* One directive such as %5d or %-3s, copied to `form`; returns what follows it, NULL when it is none. */
static const char *directive(const char *at, const char *end, char form[16]) {
    size_t length = 0;
    form[length++] = '%';
    while (at < end && strchr("-0 +#", *at) != NULL && length < 4) form[length++] = *at++;
    for (int digits = 0; at < end && *at >= '0' && *at <= '9' && digits < 2; digits++) form[length++] = *at++;
    if (at < end && *at == '.') {
        form[length++] = *at++;
        for (int digits = 0; at < end && *at >= '0' && *at <= '9' && digits < 2; digits++) form[length++] = *at++;
    }
    if (at >= end || strchr("dixXcsfg", *at) == NULL) return NULL;
    form[length] = *at;
    form[length + 1] = 0;
    return at + 1;
}

static void add_formatted(lua_State *L, luaL_Buffer *made, const char *given, int argument) {
    char form[24], text[512];
    size_t last = strlen(given) - 1;
    int length = 0;
    memcpy(form, given, last + 2);
    if (form[last] == 's' && last == 1) { /* plain %s: of any length */
        size_t size;
        const char *whole = luaL_checklstring(L, argument, &size);
        op_charge(L, size);
        luaL_addlstring(made, whole, size);
        return;
    }
    switch (form[last]) {
    case 's': length = snprintf(text, sizeof text, form, luaL_checkstring(L, argument)); break;
    case 'c': length = snprintf(text, sizeof text, form, (int)luaL_checkinteger(L, argument)); break;
    case 'f':
    case 'g': length = snprintf(text, sizeof text, form, luaL_checknumber(L, argument)); break;
    default: {
        long long number = luaL_checkinteger(L, argument);
        char kind = form[last];
        memcpy(form + last, "ll", 2);
        form[last + 2] = kind;
        form[last + 3] = 0;
        length = snprintf(text, sizeof text, form, number);
    }
    }
    if (length > 0) luaL_addlstring(made, text, (size_t)length < sizeof text ? (size_t)length : sizeof text - 1);
}

static int str_format(lua_State *L) {
    size_t length;
    const char *at = luaL_checklstring(L, 1, &length), *end = at + length;
    int argument = 1, count = lua_gettop(L); /* the buffer may take places after them */
    op_charge(L, length * 4);
    luaL_Buffer made;
    luaL_buffinit(L, &made);
    while (at < end) {
        if (*at != '%') {
            luaL_addchar(&made, *at++);
        } else if (++at < end && *at == '%') {
            luaL_addchar(&made, *at++);
        } else {
            char form[16];
            at = directive(at, end, form);
            if (at == NULL) return luaL_error(L, "format knows %%d %%x %%c %%s %%f %%g and %%%%");
            if (++argument > count) return luaL_argerror(L, argument, "no value");
            add_formatted(L, &made, form, argument);
        }
    }
    luaL_pushresult(&made);
    return 1;
}

static const luaL_Reg strings[] = {
    {"sub", str_sub}, {"byte", str_byte}, {"lower", str_lower}, {"upper", str_upper}, {"len", str_len},
    {"rep", str_rep}, {"char", str_char}, {"format", str_format}, {"find", str_find}, {NULL, NULL},
};

void op_push_string_functions(lua_State *L) { luaL_newlib(L, strings); }

/* What a library has not, such as Lua's patterns. Upvalues: the library's name, its functions. */
static int unknown_function(lua_State *L) {
    const char *library = lua_tostring(L, lua_upvalueindex(1));
    const luaL_Reg *functions = lua_touserdata(L, lua_upvalueindex(2));
    char names[128] = "";
    for (const luaL_Reg *one = functions; one->name != NULL; one++) {
        size_t length = strlen(names);
        snprintf(names + length, sizeof names - length, " %s", one->name);
    }
    return luaL_error(L, "'%s.%s' is not part of this language; %s has%s%s", library,
                      lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "?", library, names,
                      functions == maths ? " huge" : "");
}

/* A library as a table that cannot be written, so that nothing outlives a call in it. */
static int push_sealed(lua_State *L, const char *name, const luaL_Reg *functions, int count) {
    lua_createtable(L, 0, count);
    luaL_setfuncs(L, functions, 0);
    if (functions == maths) {
        lua_pushnumber(L, HUGE_VAL);
        lua_setfield(L, -2, "huge");
    }
    lua_createtable(L, 0, 1);
    lua_pushstring(L, name);
    lua_pushlightuserdata(L, (void *)functions);
    lua_pushcclosure(L, unknown_function, 2);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    op_seal(L, op_write_refused);
    return 1;
}

int op_push_library(lua_State *L, const char *name) {
    for (const luaL_Reg *basic = basics; basic->name != NULL; basic++) {
        if (strcmp(basic->name, name) != 0) continue;
        lua_pushcfunction(L, basic->func);
        return 1;
    }
    if (strcmp(name, "require") == 0) {
        lua_pushcfunction(L, op_require);
        return 1;
    }
    if (strcmp(name, "more") == 0) return op_push_more(L);
    if (strcmp(name, "math") == 0) return push_sealed(L, name, maths, 6);
    if (strcmp(name, "string") == 0) return push_sealed(L, name, strings, 9);
    if (strcmp(name, "table") == 0) return push_sealed(L, name, op_tables, 3);
    return 0;
}

const char *op_library_name(int number) {
    static const char *const others[] = {"math", "string", "table", "more", "hex", "require"};
    int named = sizeof basics / sizeof basics[0] - 1;
    if (number < 0) return NULL;
    if (number < named) return basics[number].name;
    number -= named;
    return number < (int)(sizeof others / sizeof others[0]) ? others[number] : NULL;
}
