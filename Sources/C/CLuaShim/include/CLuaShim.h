/*
 * CLuaShim: one sandboxed Lua state per plugin file.
 *
 * Comes in: the text of one file, later the first bytes of a conversation.
 * Goes out: what the file declares, as one flat buffer (format below), and the answers of its functions.
 *
 * Every Lua function that can raise runs inside lua_pcall in this target. Nothing here calls back into Swift,
 * so longjmp never crosses a Swift frame. A state is used by one thread at a time.
 *
 * May use: the Lua C API, libc. Must never: open a Lua library as it comes, load bytecode, run without limits.
 *
 * The flat buffer, in the machine's byte order, unaligned: a sequence of values, each a tag byte and
 *   OP_TAG_NIL, OP_TAG_FALSE, OP_TAG_TRUE   nothing
 *   OP_TAG_INTEGER  int64       OP_TAG_FLOAT  double       OP_TAG_STRING  uint32 length, bytes
 *   OP_TAG_TABLE    uint32 items, uint32 keys, the items 1 to n, then (uint32 length, key bytes, value) for
 *                   each key, ascending by bytes
 *   OP_TAG_NODE     uint8 word, uint8 arguments, uint32 line, the arguments
 *   OP_TAG_FUNCTION uint32 number (in the order of the buffer), uint32 line
 */
#ifndef OFFPORT_CLUASHIM_H
#define OFFPORT_CLUASHIM_H

#include <stddef.h>
#include <stdint.h>

typedef struct op_state op_state;

enum op_tag {
    OP_TAG_NIL, OP_TAG_FALSE, OP_TAG_TRUE, OP_TAG_INTEGER, OP_TAG_FLOAT, OP_TAG_STRING, OP_TAG_TABLE,
    OP_TAG_NODE, OP_TAG_FUNCTION
};

/* Which words a file may use. */
enum op_file_kind { OP_FILE_PLUGIN = 1, OP_FILE_POLICY = 2, OP_FILE_PACK = 4 };

/* What one call may use; a state keeps nothing of it between calls except the memory it holds. */
typedef struct {
    size_t memory;        /* bytes held at any time; for checks: above what the loaded state holds */
    size_t turnover;      /* bytes allocated during the call, whether freed again or not */
    size_t string_length; /* the longest string that may be made */
    int64_t instructions; /* virtual machine instructions, plus what library functions charge */
    int64_t milliseconds; /* processor time; only a net below the other limits */
} op_limits;

enum op_failure_kind {
    OP_FAILED_NOT,
    OP_FAILED_SYNTAX,       /* message: the parser's */
    OP_FAILED_RUNTIME,      /* message: the error's */
    OP_FAILED_UNKNOWN_WORD, /* message: the word */
    OP_FAILED_GLOBAL,       /* message: the name that was assigned to */
    OP_FAILED_INSTRUCTIONS, /* the instruction limit */
    OP_FAILED_MEMORY,       /* the memory or turnover limit */
    OP_FAILED_STRING,       /* the string length limit */
    OP_FAILED_UNKNOWN_LIBRARY /* message: the name */
};

enum op_answer { OP_ANSWER_NO, OP_ANSWER_YES, OP_ANSWER_MORE, OP_ANSWER_FAILED = -1 };

/* One speaker's first bytes; `seen` is 0 when the speaker said nothing that was captured. */
typedef struct {
    const uint8_t *bytes;
    size_t size;
    int seen;
} op_said;

/* A state with the words of `file_kind`, or NULL when memory is short. */
op_state *op_new(int file_kind, op_limits loading);
void op_free(op_state *state);

/* Several bytes that lie somewhere else. */
typedef struct {
    const uint8_t *bytes;
    size_t length;
} op_bytes;

/*
 * Loads text and runs it. 1 when it ran to its end; then op_output holds the declarations.
 * libraries: what it may require, a sequence of uint32 length, name, uint32 length, text.
 */
int op_load(op_state *state, op_bytes text, op_bytes libraries);

/* Calls function `number` as a check. */
int op_check(op_state *state, uint32_t number, op_said client, op_said server, op_limits limits);

/* Calls function `number` for fields: 1 and op_output holds one table or nil; 0 when it failed. */
int op_fields(op_state *state, uint32_t number, op_said client, op_said server, op_limits limits);

/* Calls function `number` with a text, for what it says of it: as op_fields. */
int op_describe(op_state *state, uint32_t number, op_said text, op_limits limits);

/* Calls function `number` as a detection with a record, one value of the flat buffer: an op_answer, never MORE. */
int op_detect(op_state *state, uint32_t number, const uint8_t *record, size_t length, op_limits limits);

/* The output of the last op_load, op_fields or op_describe; valid until the next call. */
const uint8_t *op_output(const op_state *state, size_t *length);
void op_drop_output(op_state *state);

/* The number of functions that op_load found. */
uint32_t op_function_count(const op_state *state);

/* Why the last call failed: an op_failure_kind, the line (0 when unknown), the file and the text. */
int op_failure_kind(const op_state *state);
int op_failure_line(const op_state *state);
int op_failure_library(const op_state *state); /* which of the libraries, from 1; 0 for the file itself */
const char *op_failure_text(const op_state *state);

/*
 * The number-th unknown word that the last op_load of a policy passed over with what it was given, and its line; NULL past
 * the last.
 */
const char *op_stray_word(const op_state *state, int number, int *line);

/*
 * The number-th part, such as `tcp { ... }`, that the last op_load of a plugin made and that stands in no declaration: its
 * word and its line; -1 past the last.
 */
int op_loose_part(const op_state *state, int number, int *line);

/* Bytes the state holds now. */
size_t op_memory(const op_state *state);

/* The name of word `number` and the files that may use it (op_file_kind bits); NULL past the last. */
const char *op_word_name(int number);
int op_word_files(int number);

/* The name of global `number` that is no word (type, math, ...); NULL past the last. */
const char *op_library_name(int number);

#endif
