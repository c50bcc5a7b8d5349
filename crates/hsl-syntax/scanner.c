/*
 * External scanner of the HSL grammar: what a regular expression cannot lex.
 *
 * - Raw strings: 'delim'...'delim', closed by the first repetition of their opening.
 * - The ';' that may be left out before '}': a token without width behind the statement.
 * - The operand that is missing behind an operator: a token without width before the mark that ends
 *   the expression.
 * - Strings and raw strings without end: closed without width at the end of the file, regular
 *   expressions at the end of their line, so that one tree node shows what is unclosed.
 * - The rest of a text with too many errors: one token, which fits nowhere.
 *
 * Invariants: every scan is linear in what it reads and reads each byte at most twice; the state
 * is the delimiter of the raw string being read and what tells too many errors.
 */

#include <string.h>

#include "tree_sitter/alloc.h"
#include "tree_sitter/parser.h"

enum Token {
    OMITTED_SEMICOLON,
    UNCLOSED_STRING,
    UNCLOSED_REGEX,
    RAW_START,
    RAW_CONTENT,
    RAW_END,
    ERROR_SENTINEL,
    NEVER,
    MISSING_OPERAND,
    UNREAD,
};

/*
 * So often the parser may look for a token while it does not know where it is; what stands behind
 * that is not looked at. Each such look may cost as much as the operators that wait for their
 * operand there, so that without a bound broken text takes quadratic time.
 */
#define MAX_RECOVERIES 4000

/* So many operators in one statement make a look for a token cost one more. */
#define DEAR_OPERATORS 16

/* One byte of the serialized state says whether a raw string is open. */
#define MAX_DELIMITER (TREE_SITTER_SERIALIZATION_BUFFER_SIZE - 1)

typedef struct {
    bool open;
    unsigned length;
    char delimiter[MAX_DELIMITER];
    /*
     * Of this parse as a whole, in whatever order it looks at the text, and so no part of what is
     * saved: what its recoveries cost, the operators of this statement, and the most there were of
     * them in one.
     */
    unsigned recoveries;
    unsigned operators;
    unsigned most_operators;
} Scanner;

static bool is_space(int32_t c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_delimiter(int32_t c) {
    return c > 0x20 && c < 0x7f && c != '\'';
}

static void advance(TSLexer *lexer) {
    lexer->advance(lexer, false);
}

static void skip_space(TSLexer *lexer) {
    while (!lexer->eof(lexer) && is_space(lexer->lookahead)) lexer->advance(lexer, true);
}

/* Whether one comment was read; behind it the lexer may stand anywhere if it is none. */
static bool skip_comment(TSLexer *lexer) {
    lexer->advance(lexer, true);
    if (lexer->lookahead == '/') {
        while (!lexer->eof(lexer) && lexer->lookahead != '\n') lexer->advance(lexer, true);
        return true;
    }
    if (lexer->lookahead != '*') return false;
    lexer->advance(lexer, true);
    for (bool star = false; !lexer->eof(lexer);) {
        int32_t c = lexer->lookahead;
        lexer->advance(lexer, true);
        if (star && c == '/') return true;
        star = c == '*';
    }
    return false;
}

/* Reads 'delim' and opens the raw string. */
static bool scan_start(Scanner *scanner, TSLexer *lexer) {
    unsigned length = 0;
    advance(lexer);
    while (is_delimiter(lexer->lookahead)) {
        if (length == MAX_DELIMITER) return false;
        scanner->delimiter[length++] = (char)lexer->lookahead;
        advance(lexer);
    }
    if (lexer->lookahead != '\'') return false;
    advance(lexer);
    lexer->mark_end(lexer);
    scanner->open = true;
    scanner->length = length;
    lexer->result_symbol = RAW_START;
    return true;
}

/*
 * Reads 'delim'. A delimiter holds no quote, so a mismatch never hides a later match: it ends at the
 * quote that begins the next try, or at a byte that begins none.
 */
static bool match_end(const Scanner *scanner, TSLexer *lexer) {
    advance(lexer);
    for (unsigned at = 0; at < scanner->length; at++) {
        if (lexer->eof(lexer) || lexer->lookahead != (int32_t)scanner->delimiter[at]) return false;
        advance(lexer);
    }
    if (lexer->eof(lexer) || lexer->lookahead != '\'') return false;
    advance(lexer);
    return true;
}

/* Reads the text of an open raw string, or its end when there is no text left. */
static bool scan_raw(Scanner *scanner, TSLexer *lexer) {
    for (bool text = false;; text = true) {
        lexer->mark_end(lexer);
        bool ended = lexer->eof(lexer);
        if (!ended) {
            if (lexer->lookahead != '\'') {
                advance(lexer);
                continue;
            }
            /* A failed try leaves the quote and what matched behind it in the text. */
            bool matched;
            while (!(matched = match_end(scanner, lexer)) && lexer->lookahead == '\'' &&
                   !lexer->eof(lexer)) {
                lexer->mark_end(lexer);
                text = true;
            }
            if (!matched) continue;
        }
        if (text) {
            lexer->result_symbol = RAW_CONTENT;
            return true;
        }
        if (!ended) lexer->mark_end(lexer);
        scanner->open = false;
        scanner->length = 0;
        lexer->result_symbol = RAW_END;
        return true;
    }
}

static bool emit(TSLexer *lexer, enum Token token) {
    lexer->result_symbol = token;
    return true;
}

/* The end of a statement before '}', looking past at most one comment; a token without width. */
static bool scan_omitted(TSLexer *lexer) {
    if (lexer->lookahead == '/') {
        if (!skip_comment(lexer)) return false;
        skip_space(lexer);
    }
    return lexer->lookahead == '}' && emit(lexer, OMITTED_SEMICOLON);
}

/*
 * A missing operand, looking past at most one comment: behind it the scanner is asked again. Never
 * before a token that may begin an operand.
 */
static bool scan_missing(TSLexer *lexer) {
    if (lexer->lookahead == '/') {
        if (!skip_comment(lexer)) return false;
        skip_space(lexer);
    }
    if (lexer->eof(lexer)) return emit(lexer, MISSING_OPERAND);
    switch (lexer->lookahead) {
        case ';': case ')': case ']': case '}': case ',': return emit(lexer, MISSING_OPERAND);
        default: return false;
    }
}

/* Counts the operators of a statement, of which each may wait for its operand. */
static void count_operator(Scanner *scanner, int32_t lookahead, bool is_behind_operator) {
    if (lookahead == ';' || lookahead == '}') {
        scanner->operators = 0;
    } else if (is_behind_operator && ++scanner->operators > scanner->most_operators) {
        scanner->most_operators = scanner->operators;
    }
}

/* Takes all that is left. */
static bool scan_rest(TSLexer *lexer) {
    skip_space(lexer);
    if (lexer->eof(lexer)) return false;
    while (!lexer->eof(lexer)) advance(lexer);
    lexer->mark_end(lexer);
    return emit(lexer, UNREAD);
}

bool tree_sitter_hsl_external_scanner_scan(void *payload, TSLexer *lexer, const bool *valid) {
    Scanner *scanner = payload;
    bool recovering = valid[ERROR_SENTINEL];
    if (scanner->recoveries >= MAX_RECOVERIES) return scan_rest(lexer);
    if (recovering) scanner->recoveries += 1 + scanner->most_operators / DEAR_OPERATORS;
    if (scanner->open) {
        if (valid[RAW_CONTENT] || valid[RAW_END]) return scan_raw(scanner, lexer);
        scanner->open = false;
        scanner->length = 0;
    }
    if (!recovering) {
        bool at_end = lexer->eof(lexer);
        if (valid[UNCLOSED_STRING]) {
            lexer->mark_end(lexer);
            return at_end && emit(lexer, UNCLOSED_STRING);
        }
        if (valid[UNCLOSED_REGEX]) {
            lexer->mark_end(lexer);
            return (at_end || lexer->lookahead == '\n') && emit(lexer, UNCLOSED_REGEX);
        }
    }
    lexer->mark_end(lexer);
    skip_space(lexer);
    if (!recovering) count_operator(scanner, lexer->lookahead, valid[MISSING_OPERAND]);
    if (valid[RAW_START] && lexer->lookahead == '\'') return scan_start(scanner, lexer);
    if (recovering) return false;
    if (valid[MISSING_OPERAND]) return scan_missing(lexer);
    return valid[OMITTED_SEMICOLON] && scan_omitted(lexer);
}

void *tree_sitter_hsl_external_scanner_create(void) {
    return ts_calloc(1, sizeof(Scanner));
}

void tree_sitter_hsl_external_scanner_destroy(void *payload) {
    ts_free(payload);
}

unsigned tree_sitter_hsl_external_scanner_serialize(void *payload, char *buffer) {
    const Scanner *scanner = payload;
    if (!scanner->open) return 0;
    buffer[0] = 1;
    memcpy(buffer + 1, scanner->delimiter, scanner->length);
    return scanner->length + 1;
}

void tree_sitter_hsl_external_scanner_deserialize(void *payload, const char *buffer,
                                                  unsigned length) {
    Scanner *scanner = payload;
    scanner->open = length > 0;
    scanner->length = length > 0 ? length - 1 : 0;
    if (scanner->length > 0) memcpy(scanner->delimiter, buffer + 1, scanner->length);
}
