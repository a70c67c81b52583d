/* What a detection sees: a record as a table that cannot be changed, texts with methods, bounded patterns. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "op.h"

/* --- The record: a value in the flat format, made into Lua's --- */

typedef struct {
    const uint8_t *bytes;
    size_t left;
} input;

static int take(input *from, void *to, size_t count) {
    if (from->left < count) return 0;
    memcpy(to, from->bytes, count);
    from->bytes += count;
    from->left -= count;
    return 1;
}

static int push_text(lua_State *L, input *from) {
    uint32_t length;
    if (!take(from, &length, sizeof length) || from->left < length) return 0;
    lua_pushlstring(L, (const char *)from->bytes, length);
    from->bytes += length;
    from->left -= length;
    return 1;
}

static int push_value(lua_State *L, input *from, int depth);

static int record_write_refused(lua_State *L) { return luaL_error(L, "the record of what was seen cannot be changed"); }

static int push_table(lua_State *L, input *from, int depth) {
    uint32_t items, keys;
    if (!take(from, &items, sizeof items) || !take(from, &keys, sizeof keys)) return 0;
    lua_newtable(L);
    for (uint32_t i = 1; i <= items; i++) {
        if (!push_value(L, from, depth + 1)) return 0;
        lua_rawseti(L, -2, (lua_Integer)i);
    }
    for (uint32_t i = 0; i < keys; i++) {
        if (!push_text(L, from) || !push_value(L, from, depth + 1)) return 0;
        lua_rawset(L, -3);
    }
    op_seal(L, record_write_refused);
    return 1;
}

static int push_value(lua_State *L, input *from, int depth) {
    uint8_t tag;
    int64_t integer;
    double number;
    luaL_checkstack(L, 8, "nested too deeply");
    if (depth > OP_MAX_DEPTH || !take(from, &tag, 1)) return 0;
    switch (tag) {
    case OP_TAG_NIL: lua_pushnil(L); return 1;
    case OP_TAG_FALSE: lua_pushboolean(L, 0); return 1;
    case OP_TAG_TRUE: lua_pushboolean(L, 1); return 1;
    case OP_TAG_INTEGER:
        if (!take(from, &integer, sizeof integer)) return 0;
        lua_pushinteger(L, integer);
        return 1;
    case OP_TAG_FLOAT:
        if (!take(from, &number, sizeof number)) return 0;
        lua_pushnumber(L, number);
        return 1;
    case OP_TAG_STRING: return push_text(L, from);
    case OP_TAG_TABLE: return push_table(L, from, depth);
    default: return 0;
    }
}

/* --- matches: PCRE2 with the bounds of the plugins' other patterns --- */

enum { MATCH_LIMIT = 20000, DEPTH_LIMIT = 2000, HEAP_LIMIT_KB = 1024, MAX_PATTERN = 2048 };

void op_drop_patterns(op_state *S) {
    if (S->patterns == NULL) return;
    for (int i = 0; i < OP_PATTERNS; i++) {
        pcre2_code_free(S->patterns[i].code);
        pcre2_match_data_free(S->patterns[i].found);
    }
    free(S->patterns);
    pcre2_match_context_free(S->match_bounds);
}

static op_pattern *compiled(lua_State *L, const char *text, size_t length) {
    op_state *S = op_of(L);
    if (S->patterns == NULL) S->patterns = calloc(OP_PATTERNS, sizeof(op_pattern));
    if (S->patterns == NULL) luaL_error(L, "not enough memory");
    for (int i = 0; i < OP_PATTERNS; i++) {
        op_pattern *known = &S->patterns[i];
        if (known->code != NULL && known->length == length && memcmp(known->text, text, length) == 0) return known;
    }
    if (length > sizeof S->patterns[0].text) luaL_error(L, "a pattern is at most %d bytes long", MAX_PATTERN);
    op_charge(L, length * 64);
    int error;
    PCRE2_SIZE offset;
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)text, length, PCRE2_NEVER_UTF, &error, &offset, NULL);
    if (code == NULL) {
        PCRE2_UCHAR message[120];
        pcre2_get_error_message(error, message, sizeof message);
        luaL_error(L, "not a pattern: %s at byte %d", (const char *)message, (int)offset);
    }
    op_pattern *place = &S->patterns[S->next_pattern]; /* the oldest makes room */
    S->next_pattern = (S->next_pattern + 1) % OP_PATTERNS;
    pcre2_code_free(place->code);
    pcre2_match_data_free(place->found);
    *place = (op_pattern){0};
    place->found = pcre2_match_data_create_from_pattern(code, NULL);
    if (S->match_bounds == NULL) {
        S->match_bounds = pcre2_match_context_create(NULL);
        if (S->match_bounds != NULL) {
            pcre2_set_match_limit(S->match_bounds, MATCH_LIMIT);
            pcre2_set_depth_limit(S->match_bounds, DEPTH_LIMIT);
            pcre2_set_heap_limit(S->match_bounds, HEAP_LIMIT_KB);
        }
    }
    if (place->found == NULL || S->match_bounds == NULL) {
        pcre2_match_data_free(place->found);
        pcre2_code_free(code);
        *place = (op_pattern){0};
        luaL_error(L, "not enough memory");
    }
    place->code = code;
    place->length = length;
    memcpy(place->text, text, length);
    return place;
}

/* text:matches(pattern): whether the pattern is found in the text; in a detection only. */
static int str_matches(lua_State *L) {
    size_t length, pattern_length;
    const char *text = luaL_checklstring(L, 1, &length);
    const char *pattern = luaL_checklstring(L, 2, &pattern_length);
    if (length > MAX_PATTERN * 8) length = MAX_PATTERN * 8;
    op_charge(L, 256 + length * 16);
    op_pattern *known = compiled(L, pattern, pattern_length);
    int found = pcre2_match(known->code, (PCRE2_SPTR)text, length, 0, 0, known->found, op_of(L)->match_bounds);
    if (found < 0 && found != PCRE2_ERROR_NOMATCH) {
        return luaL_error(L, "this pattern takes more than %d steps", MATCH_LIMIT);
    }
    lua_pushboolean(L, found >= 0);
    return 1;
}

static int unknown_text_method(lua_State *L) {
    return luaL_error(L, "a text has no '%s'; it has sub lower upper len rep format byte char find "
                      "matches",
                      lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "?");
}

static const char methods_key = 0; /* registry: the metatable of texts while a detection runs */

/* Pushes the metatable of texts; made when a detection of the file is first asked. */
static void push_methods(lua_State *L) {
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &methods_key) == LUA_TTABLE) return;
    lua_pop(L, 1);
    lua_createtable(L, 0, 1);
    op_push_string_functions(L);
    lua_pushcfunction(L, str_matches);
    lua_setfield(L, -2, "matches");
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, unknown_text_method);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    lua_setfield(L, -2, "__index");
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &methods_key);
}

/* --- The call --- */

typedef struct {
    uint32_t number;
    input record;
} call;

static int run_detection(lua_State *L) {
    op_state *S = op_of(L);
    call *wanted = lua_touserdata(L, 1);
    lua_pushliteral(L, "");
    push_methods(L);
    lua_setmetatable(L, -2); /* of all texts; checks of packets find it gone */
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, (void *)(uintptr_t)(wanted->number + 1)) != LUA_TFUNCTION) {
        return luaL_error(L, "the file has no such function");
    }
    if (!push_value(L, &wanted->record, 0)) return luaL_error(L, "the record is cut off");
    lua_call(L, 1, 1);
    S->answer = lua_toboolean(L, -1) ? OP_ANSWER_YES : OP_ANSWER_NO;
    return 0;
}

static int close_methods(lua_State *L) {
    lua_pushliteral(L, "");
    lua_pushnil(L);
    lua_setmetatable(L, -2);
    return 0;
}

int op_detect(op_state *S, uint32_t number, const uint8_t *record, size_t length, op_limits limits) {
    S->answer = OP_ANSWER_NO;
    if (!op_begin_call(S, number)) return OP_ANSWER_FAILED;
    call wanted = {number, {record, length}};
    int done = op_protected(S, run_detection, &wanted, limits, S->base);
    /* Its own failure text must outlive the tidying, which needs no memory: the empty text is known. */
    int kind = S->failure, line = S->failure_line, library = S->failure_library;
    char text[OP_TEXT];
    memcpy(text, S->failure_text, sizeof text);
    op_protected(S, close_methods, NULL, limits, S->base);
    S->failure = kind;
    S->failure_line = line;
    S->failure_library = library;
    memcpy(S->failure_text, text, sizeof text);
    return done ? S->answer : OP_ANSWER_FAILED;
}
