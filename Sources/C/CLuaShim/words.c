/* The words of the language as Lua functions: a declaration is written out at once, a node waits in its table. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "op.h"

/* How a word is called. */
enum shape {
    NAMED,  /* protocol "ssh" { ... }: recorded */
    ALONE,  /* site { ... }: recorded */
    NODE,   /* starts "x": a value for the table around it */
    PART,   /* tcp { ... }: such a value, which does nothing outside a declaration */
    PAIR,   /* upgrade "tls" { ... }: such a part, in two calls */
    EVENT,  /* service "ssh", or service alone: such a value, whether it is called or not */
    SINGLE, /* use "offport/audit": recorded */
    LIST    /* assets "ftp" { ... }: recorded; assets "ftp", or assets alone: an event */
};

/* The order is the number in the flat buffer; Plugins/Word.swift has the same. */
static const struct { const char *name; uint8_t shape, files; } words[] = {
    {"protocol", NAMED, OP_FILE_PLUGIN},
    {"allow", NAMED, OP_FILE_POLICY},
    {"forbid", NAMED, OP_FILE_POLICY},
    {"expected", NAMED, OP_FILE_POLICY},
    {"site", ALONE, OP_FILE_POLICY},
    {"receiver", NAMED, OP_FILE_POLICY},
    {"alert", ALONE, OP_FILE_POLICY},
    {"finding", EVENT, OP_FILE_POLICY | OP_FILE_PLUGIN},
    {"service", EVENT, OP_FILE_POLICY | OP_FILE_PLUGIN},
    {"client", EVENT, OP_FILE_POLICY | OP_FILE_PLUGIN},
    {"host", EVENT, OP_FILE_POLICY | OP_FILE_PLUGIN},
    {"flow", EVENT, OP_FILE_POLICY | OP_FILE_PLUGIN},
    {"assets", LIST, OP_FILE_POLICY},
    {"baseline", ALONE, OP_FILE_POLICY},
    {"keep", ALONE, OP_FILE_POLICY},
    {"pack", ALONE, OP_FILE_PACK},
    {"tcp", PART, OP_FILE_PLUGIN},
    {"udp", PART, OP_FILE_PLUGIN},
    {"sctp", PART, OP_FILE_PLUGIN},
    {"fields", PART, OP_FILE_PLUGIN},
    {"expect_flow", PART, OP_FILE_PLUGIN},
    {"example", PART, OP_FILE_PLUGIN},
    {"counterexample", PART, OP_FILE_PLUGIN},
    {"upgrade", PAIR, OP_FILE_PLUGIN},
    {"handshake", NODE, OP_FILE_PLUGIN},
    {"probe", PART, OP_FILE_PLUGIN},
    {"detect", NAMED, OP_FILE_PLUGIN},
    {"count", PART, OP_FILE_PLUGIN},
    {"use", SINGLE, OP_FILE_POLICY},
    {"accept", SINGLE, OP_FILE_POLICY},
    {"disable", SINGLE, OP_FILE_POLICY},
    {"prefer", NAMED, OP_FILE_POLICY},
    {"severity", NAMED, OP_FILE_POLICY},
    {"servers", NAMED, OP_FILE_POLICY},
    {"extend", NAMED, OP_FILE_PLUGIN},
    {"identify", PART, OP_FILE_PLUGIN},
    {"log", NAMED, OP_FILE_PLUGIN},
    {"starts", NODE, OP_FILE_PLUGIN},
    {"starts_nocase", NODE, OP_FILE_PLUGIN},
    {"line", NODE, OP_FILE_PLUGIN},
    {"line_nocase", NODE, OP_FILE_PLUGIN},
    {"command", NODE, OP_FILE_PLUGIN},
    {"reply", NODE, OP_FILE_PLUGIN},
    {"bytes", NODE, OP_FILE_PLUGIN},
    {"at", NODE, OP_FILE_PLUGIN},
    {"contains", NODE, OP_FILE_PLUGIN},
    {"matches", NODE, OP_FILE_PLUGIN},
    {"length", NODE, OP_FILE_PLUGIN},
    {"any", NODE, OP_FILE_PLUGIN},
    {"all", NODE, OP_FILE_PLUGIN},
    {"none", NODE, OP_FILE_PLUGIN},
    {"header", NODE, OP_FILE_PLUGIN},
    {"sized", NODE, OP_FILE_PLUGIN},
    {"sized_le", NODE, OP_FILE_PLUGIN},
    {"seq", NODE, OP_FILE_PLUGIN},
    {"labels", NODE, OP_FILE_PLUGIN},
    {"counted", NODE, OP_FILE_PLUGIN},
    {"counted_le", NODE, OP_FILE_PLUGIN},
    {"enter", NODE, OP_FILE_PLUGIN},
    {"skip", NODE, OP_FILE_PLUGIN},
    {"ends", NODE, OP_FILE_PLUGIN},
};

enum { WORDS = sizeof words / sizeof words[0] };

const char *op_word_name(int number) { return number >= 0 && number < WORDS ? words[number].name : NULL; }
int op_word_files(int number) { return number >= 0 && number < WORDS ? words[number].files : 0; }

/* --- Nodes: userdata whose user values are the arguments --- */

typedef struct {
    int word, count, line;
    int part; /* its place among the parts, from 1; 0 for none of them */
} node;

static const char node_key = 0;

/*
 * Notes a part that the file makes, and returns its place. Of what libraries make a plugin takes what it needs; and past
 * the bound, or without memory, nobody asks where it went.
 */
static int note_part(op_state *S, int word, int line) {
    if (!S->is_loading || S->library_depth > 0 || S->part_count == OP_PARTS) return 0;
    if ((S->part_count & (S->part_count - 1)) == 0) { /* full: room is a power of two */
        size_t room = S->part_count == 0 ? 1 : (size_t)S->part_count * 2;
        op_part *grown = realloc(S->parts, room * sizeof *grown);
        if (grown == NULL) return 0;
        S->parts = grown;
    }
    S->parts[S->part_count++] = (op_part){.line = line, .word = word};
    return S->part_count;
}

/* A node of everything on the stack. */
static int make_node(lua_State *L, int word, int line) {
    int count = lua_gettop(L);
    if (count > OP_MAX_ARGUMENTS) return luaL_error(L, "%s takes fewer values", words[word].name);
    node *made = lua_newuserdatauv(L, sizeof *made, count);
    made->word = word;
    made->count = count;
    made->line = line;
    made->part = words[word].shape == PART || words[word].shape == PAIR ? note_part(op_of(L), word, line) : 0;
    for (int i = 1; i <= count; i++) {
        lua_pushvalue(L, i);
        lua_setiuservalue(L, -2, i);
    }
    lua_rawgetp(L, LUA_REGISTRYINDEX, &node_key);
    lua_setmetatable(L, -2);
    return 1;
}

static int node_word(lua_State *L) {
    return make_node(L, (int)lua_tointeger(L, lua_upvalueindex(1)), op_of(L)->last_line = op_current_line(L));
}

static int list_table(lua_State *L, const node *named);

/* The call of an event, `service "ssh"`: a node with what it was given. Any node comes here when it is called. */
static int event_call(lua_State *L) {
    const node *called = lua_touserdata(L, 1);
    int word = called->word;
    if (words[word].shape == LIST && called->count == 1) return list_table(L, called);
    if ((words[word].shape != EVENT && words[word].shape != LIST) || called->count > 0) {
        return luaL_error(L, "attempt to call a matcher value");
    }
    int is_list = lua_type(L, 2) == LUA_TTABLE && op_of(L)->file_kind == OP_FILE_PLUGIN;
    if ((lua_type(L, 2) != LUA_TSTRING && !is_list) || lua_gettop(L) != 2) {
        return luaL_error(L, "%s takes a name, or nothing: %s \"...\"", words[word].name, words[word].name);
    }
    lua_remove(L, 1);
    return make_node(L, word, op_of(L)->last_line = op_current_line(L));
}

/* The second call of `upgrade "tls" { ... }`. Upvalues: word, name, line. */
static int pair_table(lua_State *L) {
    lua_pushvalue(L, lua_upvalueindex(2));
    lua_insert(L, 1);
    return make_node(L, (int)lua_tointeger(L, lua_upvalueindex(1)), (int)lua_tointeger(L, lua_upvalueindex(3)));
}

/* Of `upgrade "tls"` nothing is left to see but the function that waits for its table. */
void op_refuse_unfinished(lua_State *L, int index) {
    if (lua_tocfunction(L, index) != pair_table) return;
    lua_getupvalue(L, index, 1);
    lua_getupvalue(L, index, 2);
    lua_getupvalue(L, index, 3);
    const char *name = words[lua_tointeger(L, -3)].name, *given = lua_tostring(L, -2);
    int line = (int)lua_tointeger(L, -1);
    op_fail(L, OP_FAILED_RUNTIME, line,
            lua_pushfstring(L, "%s '%s' has no { ... } after its name; write %s \"%s\" {}", name, given, name, given));
}

static int pair_word(lua_State *L) {
    int word = (int)lua_tointeger(L, lua_upvalueindex(1));
    const char *name = words[word].name;
    if (lua_type(L, 1) != LUA_TSTRING || lua_gettop(L) != 1) {
        return luaL_error(L, "%s needs a name first: %s \"...\" { ... }", name, name);
    }
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_pushvalue(L, 1);
    lua_pushinteger(L, op_of(L)->last_line = op_current_line(L));
    lua_pushcclosure(L, pair_table, 3);
    return 1;
}

/*
 * --- Words that are none ---
 *
 * A mistyped declaration of a policy must not take the rest of the file with it: `alow "ftp" { ... }` is noted and passed
 * over. What stands for the word can be called with a text or a table and nothing else; read and not called so, or given
 * to a declaration, it ends the file. It holds its name and leads nowhere.
 */

typedef struct {
    op_stray word;
    int is_called;
} stray;

static const char stray_key = 0;

static int stray_call(lua_State *L) {
    op_state *S = op_of(L);
    stray *called = lua_touserdata(L, 1);
    int type = lua_type(L, 2);
    if (lua_gettop(L) != 2 || (type != LUA_TSTRING && type != LUA_TTABLE)) {
        return op_fail(L, OP_FAILED_UNKNOWN_WORD, called->word.line, called->word.text);
    }
    if (!called->is_called) {
        if (S->strays == NULL) S->strays = calloc(OP_STRAYS, sizeof *S->strays);
        if (S->strays == NULL || S->stray_count == OP_STRAYS) {
            return op_fail(L, OP_FAILED_UNKNOWN_WORD, called->word.line, called->word.text);
        }
        S->strays[S->stray_count++] = called->word;
        S->strays_open--;
        called->is_called = 1;
    }
    if (type == LUA_TTABLE) return 0;
    lua_settop(L, 1); /* its table may follow */
    return 1;
}

void op_push_stray(lua_State *L, const char *name) {
    op_state *S = op_of(L);
    stray *made = lua_newuserdatauv(L, sizeof *made, 0);
    made->is_called = 0;
    made->word.line = op_current_line(L);
    snprintf(made->word.text, sizeof made->word.text, "%s", name);
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &stray_key) != LUA_TTABLE) {
        lua_pop(L, 1);
        lua_createtable(L, 0, 2);
        lua_pushliteral(L, "unknown word");
        lua_setfield(L, -2, "__name");
        lua_pushcfunction(L, stray_call);
        lua_setfield(L, -2, "__call");
        lua_pushvalue(L, -1);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &stray_key);
    }
    lua_setmetatable(L, -2);
    S->strays_open++;
    S->last_stray = made->word;
}

/* Whether the value's metatable is the one that is kept under the key. */
static int is_kind(lua_State *L, int index, const char *key) {
    if (lua_type(L, index) != LUA_TUSERDATA || !lua_getmetatable(L, index)) return 0;
    lua_rawgetp(L, LUA_REGISTRYINDEX, key);
    int is_it = lua_rawequal(L, -1, -2);
    lua_pop(L, 2);
    return is_it;
}

int op_put_node_value(lua_State *L, int index, int depth) {
    if (!is_kind(L, index, &node_key)) {
        if (!is_kind(L, index, &stray_key)) return 0;
        const stray *unknown = lua_touserdata(L, index);
        return op_fail(L, OP_FAILED_UNKNOWN_WORD, unknown->word.line, unknown->word.text);
    }
    const node *made = lua_touserdata(L, index);
    op_state *S = op_of(L);
    if (made->part > 0 && made->part <= S->part_count) S->parts[made->part - 1].is_placed = 1;
    op_put_node(L, made->word, made->count, made->line);
    for (int i = 1; i <= made->count; i++) {
        lua_getiuservalue(L, index, i);
        op_put_value(L, lua_gettop(L), depth + 1);
        lua_pop(L, 1);
    }
    return 1;
}

/* --- Declarations --- */

/* The second call of `protocol "ssh" { ... }`. Upvalues: word, name, line. */
static int named_table(lua_State *L) {
    op_state *S = op_of(L);
    int word = (int)lua_tointeger(L, lua_upvalueindex(1));
    int line = (int)lua_tointeger(L, lua_upvalueindex(3));
    if (lua_type(L, 1) != LUA_TTABLE || lua_gettop(L) != 1) {
        return luaL_error(L, "%s needs { ... } after its name", S->pending);
    }
    if (S->pending_line == 0) return luaL_error(L, "%s has its { ... } already", words[word].name);
    S->pending_line = 0;
    op_put_node(L, word, 2, line);
    op_put_value(L, lua_upvalueindex(2), 0);
    op_put_value(L, 1, 0);
    return 0;
}

/* What a library declared would be told as its requirer's. */
static void refuse_in_library(lua_State *L) {
    if (op_of(L)->library_depth > 0) luaL_error(L, "a library declares nothing: it returns what plugins share");
}

/* The second call of `assets "ftp" { where = function(s) ... end }`: the one place in a policy for a function. */
static int list_table(lua_State *L, const node *named) {
    op_state *S = op_of(L);
    refuse_in_library(L);
    if (lua_type(L, 2) != LUA_TTABLE || lua_gettop(L) != 2) {
        return luaL_error(L, "%s needs { ... } after its name", words[named->word].name);
    }
    op_put_node(L, named->word, 2, named->line);
    lua_getiuservalue(L, 1, 1);
    op_put_value(L, 3, 0);
    S->takes_functions = 1;
    op_put_value(L, 2, 0);
    S->takes_functions = 0;
    return 0;
}

static int named_word(lua_State *L) {
    op_state *S = op_of(L);
    refuse_in_library(L);
    int word = (int)lua_tointeger(L, lua_upvalueindex(1));
    const char *name = words[word].name;
    if (lua_type(L, 1) != LUA_TSTRING || lua_gettop(L) != 1) {
        return luaL_error(L, "%s needs a name first: %s \"...\" { ... }", name, name);
    }
    if (S->pending_line > 0) {
        lua_pushfstring(L, "%s has no { ... } after its name", S->pending);
        return op_fail(L, OP_FAILED_RUNTIME, S->pending_line, lua_tostring(L, -1));
    }
    S->pending_line = S->last_line = op_current_line(L);
    snprintf(S->pending, sizeof S->pending, "%s '%s'", name, lua_tostring(L, 1));
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_pushvalue(L, 1);
    lua_pushinteger(L, S->pending_line);
    lua_pushcclosure(L, named_table, 3);
    return 1;
}

static int alone_word(lua_State *L) {
    refuse_in_library(L);
    int word = (int)lua_tointeger(L, lua_upvalueindex(1));
    if (lua_type(L, 1) != LUA_TTABLE || lua_gettop(L) != 1) {
        return luaL_error(L, "%s needs a table: %s { ... }", words[word].name, words[word].name);
    }
    op_put_node(L, word, 1, op_of(L)->last_line = op_current_line(L));
    op_put_value(L, 1, 0);
    return 0;
}

static int single_word(lua_State *L) {
    refuse_in_library(L);
    int word = (int)lua_tointeger(L, lua_upvalueindex(1));
    if (lua_type(L, 1) != LUA_TSTRING || lua_gettop(L) != 1) {
        return luaL_error(L, "%s needs a name: %s \"...\"", words[word].name, words[word].name);
    }
    op_put_node(L, word, 1, op_of(L)->last_line = op_current_line(L));
    op_put_value(L, 1, 0);
    return 0;
}

/* --- hex "16 03 01": a string from its bytes --- */

static int digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

static int hex_word(lua_State *L) {
    size_t length;
    const char *text = luaL_checklstring(L, 1, &length);
    op_charge(L, length);
    luaL_Buffer made;
    luaL_buffinit(L, &made);
    for (size_t i = 0; i < length;) {
        if (text[i] == ' ' || text[i] == '\n' || text[i] == '\r' || text[i] == '\t') {
            i++;
            continue;
        }
        int high = digit(text[i]), low = i + 1 < length ? digit(text[i + 1]) : -1;
        if (high < 0 || low < 0) {
            return luaL_error(L, "hex takes pairs of hexadecimal digits; '%s' is no such pair",
                              lua_pushlstring(L, text + i, i + 1 < length ? 2 : 1));
        }
        luaL_addchar(&made, (char)(high << 4 | low));
        i += 2;
    }
    luaL_pushresult(&made);
    return 1;
}

/* An event that was not called; it has no line of its own. */
static void push_event(lua_State *L, int word) {
    node *made = lua_newuserdatauv(L, sizeof *made, 0);
    made->word = word;
    made->count = made->line = made->part = 0;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &node_key);
    lua_setmetatable(L, -2);
}

int op_push_word(lua_State *L, const char *name, int file_kind) {
    static const lua_CFunction functions[] = {named_word, alone_word, node_word, node_word,
                                              pair_word, NULL, single_word, NULL};
    if (file_kind == OP_FILE_PLUGIN && strcmp(name, "hex") == 0) {
        lua_pushcfunction(L, hex_word);
        return 1;
    }
    for (int i = 0; i < WORDS; i++) {
        if (!(words[i].files & file_kind) || strcmp(words[i].name, name) != 0) continue;
        if (functions[words[i].shape] == NULL) {
            push_event(L, i);
        } else {
            lua_pushinteger(L, i);
            lua_pushcclosure(L, functions[words[i].shape], 1);
        }
        return 1;
    }
    return 0;
}

void op_prepare_words(lua_State *L, int file_kind) {
    lua_createtable(L, 0, 2);
    lua_pushliteral(L, "matcher");
    lua_setfield(L, -2, "__name");
    if (file_kind != OP_FILE_PACK) {
        lua_pushcfunction(L, event_call);
        lua_setfield(L, -2, "__call");
    }
    lua_rawsetp(L, LUA_REGISTRYINDEX, &node_key);
}
