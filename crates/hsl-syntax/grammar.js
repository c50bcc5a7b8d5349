/**
 * The grammar of HSL: the one place where keywords, operators and their precedence stand. Compiler,
 * language server and editors parse with it.
 *
 * Invariants.
 * - A file that breaks no lexical rule and no rule of this grammar has no ERROR and no MISSING node;
 *   three tokens are wider than the language so that broken text keeps its shape (`number`, a block
 *   comment or string that runs to the end of the file, a regular expression that ends with its
 *   line), and the operand behind an operator may be missing before a mark that ends an expression:
 *   a statement that breaks there would otherwise swallow the next. `src/validate.rs` refuses those.
 * - Assignment, `isset` and `unset` take any operand here; which of them are variables, elements or
 *   properties is decided by the analyser, which can say it better than a parser.
 *
 * Not here: raw strings, the `;` before `}`, missing operands, unclosed literals and the rest of a
 * text with too many errors (`scanner.c`); messages (`src/errors`).
 */

const PREC = {
  ASSIGN: 1,
  TERNARY: 2,
  COALESCE: 3,
  OR: 4,
  AND: 5,
  EQUALITY: 6,
  RELATION: 7,
  BIT_OR: 8,
  BIT_XOR: 9,
  BIT_AND: 10,
  SHIFT: 11,
  CONCAT: 12,
  SUM: 13,
  PRODUCT: 14,
  UNARY: 15,
  POWER: 16,
  POSTFIX: 17,
};

/** Binary operators that associate to the left, by level. */
const LEFT_OPERATORS = [
  [PREC.OR, ['or']],
  [PREC.AND, ['and']],
  [PREC.EQUALITY, ['==', '!=', '===', '!==', '=~', '!~']],
  [PREC.RELATION, ['<', '>', '<=', '>=']],
  [PREC.BIT_OR, ['|']],
  [PREC.BIT_XOR, ['^']],
  [PREC.BIT_AND, ['&']],
  [PREC.SHIFT, ['<<', '>>', '>>>']],
  [PREC.CONCAT, ['.']],
  [PREC.SUM, ['+', '-']],
  [PREC.PRODUCT, ['*', '/', '%']],
];

const ASSIGN_OPERATORS = ['=', '+=', '-=', '*=', '/=', '%=', '**=', '.=', '??='];

const KEYWORDS = [
  'and', 'array', 'as', 'barrier', 'break', 'builtin', 'cache', 'case', 'catch', 'class', 'closure',
  'constructor', 'continue', 'default', 'echo', 'else', 'false', 'for', 'foreach', 'forever', 'from',
  'function', 'global', 'if', 'import', 'include', 'include_once', 'isset', 'match', 'none', 'not',
  'or', 'private', 'readonly', 'return', 'static', 'switch', 'throw', 'true', 'try', 'unset',
  'while', 'with', 'yield',
];

/** Words kept free for later; refused as names like keywords. */
const FUTURE = [
  'this', 'self', 'public', 'protected', 'struct', 'clone', 'final', 'const', 'goto', 'namespace',
  'new', 'interface', 'in', 'extends', 'print', 'trait', 'finally', 'lambda', 'pass',
  'destroy', 'export', 'use', 'object',
];

/** The operand behind an operator, or the mark that stands where it is missing. */
const operand = ($, name) => choice(field(name, $.expression), $.missing_operand);

const list1 = (rule) => seq(rule, repeat(seq(',', rule)));
const list = (rule) => optional(list1(rule));
const trailing1 = (rule) => seq(list1(rule), optional(','));
const trailing = (rule) => optional(trailing1(rule));

module.exports = grammar({
  name: 'hsl',

  word: ($) => $.identifier,

  extras: ($) => [/[ \t\r\n\f\v]/, $.comment],

  externals: ($) => [
    $._omitted_semicolon,
    $._unclosed_string,
    $._unclosed_regex,
    $.raw_string_start,
    $.raw_string_content,
    $.raw_string_end,
    $._error_sentinel,
    $._never,
    $.missing_operand,
    $.unread,
  ],

  supertypes: ($) => [$.statement, $.expression, $.member, $.pattern],

  reserved: {
    global: () => [...KEYWORDS, ...FUTURE],
    member: () => [],
  },

  // `[$a, $b]` is a literal or a destructuring target; the `=` behind it decides.
  conflicts: ($) => [
    [$.expression, $._lvalue],
    [$.expression, $.rest_pattern],
    [$.assignment_expression, $.pattern_element],
  ],

  rules: {
    source_file: ($) =>
      seq(
        field('shebang', optional($.shebang)),
        repeat($.statement),
        optional($._future_words),
      ),

    // Makes the words tokens, as `reserved` demands; the scanner never gives the first part.
    _future_words: ($) => seq($._never, choice(...FUTURE)),

    shebang: () => token(/#![^\n]*/),

    comment: () =>
      token(choice(/\/\/[^\n]*/, /\/\*([^*]|\*+[^*\/])*(\*+\/?)?/)),

    // Statements.

    statement: ($) =>
      choice(
        $.empty_statement,
        $.block,
        $.echo_statement,
        $.if_statement,
        $.while_statement,
        $.forever_statement,
        $.for_statement,
        $.foreach_statement,
        $.switch_statement,
        $.break_statement,
        $.continue_statement,
        $.return_statement,
        $.throw_statement,
        $.try_statement,
        $.global_statement,
        $.function_definition,
        $.class_definition,
        $.include_statement,
        $.symbol_import,
        $.namespace_import,
        $.data_import,
        $.barrier_statement,
        $.expression_statement,
      ),

    _end: ($) => choice(';', $._omitted_semicolon),

    empty_statement: () => ';',

    block: ($) => seq('{', repeat($.statement), '}'),

    echo_statement: ($) => seq('echo', field('value', $.expression), $._end),

    if_statement: ($) =>
      prec.right(
        seq(
          'if',
          '(',
          field('condition', $.expression),
          ')',
          field('consequence', $.statement),
          optional(seq('else', field('alternative', $.statement))),
        ),
      ),

    while_statement: ($) =>
      seq('while', '(', field('condition', $.expression), ')', field('body', $.statement)),

    forever_statement: ($) => seq('forever', field('body', $.statement)),

    for_statement: ($) =>
      seq(
        'for',
        '(',
        field('initializer', optional($.expression)),
        ';',
        field('condition', optional($.expression)),
        ';',
        field('update', optional($.expression)),
        ')',
        field('body', $.statement),
      ),

    foreach_statement: ($) =>
      seq(
        'foreach',
        '(',
        field('iterable', $.expression),
        'as',
        optional(seq(field('key', $.variable), '=>')),
        field('value', $.variable),
        ')',
        field('body', $.statement),
      ),

    switch_statement: ($) =>
      seq('switch', '(', field('subject', $.expression), ')', field('body', $.switch_body)),

    switch_body: ($) =>
      seq('{', repeat(choice($.case_label, $.default_label, $.statement)), '}'),

    case_label: ($) => seq('case', field('value', $.expression), ':'),

    default_label: () => seq('default', ':'),

    break_statement: ($) => seq('break', $._end),

    continue_statement: ($) => seq('continue', $._end),

    return_statement: ($) => seq('return', optional(field('value', $.expression)), $._end),

    throw_statement: ($) => seq('throw', field('value', $.expression), $._end),

    try_statement: ($) =>
      seq(
        'try',
        field('body', $.block),
        'catch',
        '(',
        field('variable', $.variable),
        ')',
        field('handler', $.block),
      ),

    global_statement: ($) => seq('global', list1(field('variable', $.variable)), $._end),

    function_definition: ($) =>
      seq('function', field('name', $.identifier), $._function_tail),

    _function_tail: ($) =>
      seq(
        field('parameters', $.parameters),
        optional(field('captures', $.captures)),
        field('body', $.block),
      ),

    parameters: ($) => seq('(', list(choice($.parameter, $.rest_parameter)), ')'),

    parameter: ($) =>
      seq(field('name', $.variable), optional(seq('=', field('default', $.expression)))),

    rest_parameter: ($) => seq('...', field('name', $.variable)),

    captures: ($) => seq('closure', '(', list(field('variable', $.variable)), ')'),

    class_definition: ($) =>
      seq(
        'class',
        field('name', $.identifier),
        '{',
        repeat(field('member', $.member)),
        '}',
      ),

    member: ($) => choice($.constructor_definition, $.method_definition, $.property_definition),

    constructor_definition: ($) => seq('constructor', $._function_tail, optional(';')),

    method_definition: ($) =>
      seq(
        repeat(field('modifier', $.modifier)),
        'function',
        field('name', $._word),
        $._function_tail,
        optional(';'),
      ),

    property_definition: ($) =>
      seq(
        repeat(field('modifier', $.modifier)),
        field('name', $.variable),
        optional(seq('=', field('value', $.expression))),
        ';',
      ),

    modifier: () => choice('private', 'readonly', 'static'),

    include_statement: ($) =>
      seq(choice('include', 'include_once'), field('path', $._path), $._end),

    symbol_import: ($) =>
      seq(
        'import',
        '{',
        trailing1(field('item', $.import_item)),
        '}',
        'from',
        field('path', $._path),
        $._end,
      ),

    import_item: ($) =>
      seq(field('name', $._import_name), optional(seq('as', field('alias', $._import_name)))),

    _import_name: ($) => choice($.identifier, $.variable),

    namespace_import: ($) =>
      seq('import', '*', 'as', field('alias', $.identifier), 'from', field('path', $._path), $._end),

    data_import: ($) =>
      seq(
        'import',
        field('variable', $.variable),
        'from',
        field('path', $._path),
        optional(seq('with', field('options', $.expression))),
        $._end,
      ),

    _path: ($) => choice($.string, $.raw_string),

    barrier_statement: ($) =>
      seq(
        'barrier',
        field('key', $.expression),
        optional(seq('=>', field('variable', $.variable))),
        field('body', $.block),
      ),

    expression_statement: ($) => seq(field('expression', $.expression), $._end),

    // Expressions.

    expression: ($) =>
      choice(
        $.ternary_expression,
        $.binary_expression,
        $.unary_expression,
        $.prefix_update_expression,
        $.postfix_update_expression,
        $.assignment_expression,
        $.destructuring_assignment,
        $.call_expression,
        $.subscript_expression,
        $.append_expression,
        $.slice_expression,
        $.member_expression,
        $.scoped_expression,
        $.isset_expression,
        $.unset_expression,
        $.builtin_expression,
        $.cache_expression,
        $.function_expression,
        $.match_expression,
        $.yield_expression,
        $.parenthesized_expression,
        $.array_literal,
        $.variable,
        $.identifier,
        $.number,
        $.string,
        $.raw_string,
        $.regex,
        $.true,
        $.false,
        $.none,
      ),

    ternary_expression: ($) =>
      prec.right(
        PREC.TERNARY,
        seq(
          field('condition', $.expression),
          '?',
          optional(field('consequence', $.expression)),
          ':',
          operand($, 'alternative'),
        ),
      ),

    binary_expression: ($) => {
      const rule = (make, level, operators) =>
        make(
          level,
          seq(
            field('left', $.expression),
            field('operator', operators.length > 1 ? choice(...operators) : operators[0]),
            operand($, 'right'),
          ),
        );
      return choice(
        ...LEFT_OPERATORS.map(([level, operators]) => rule(prec.left, level, operators)),
        rule(prec.right, PREC.COALESCE, ['??']),
        rule(prec.right, PREC.POWER, ['**']),
      );
    },

    unary_expression: ($) =>
      prec.right(
        PREC.UNARY,
        seq(
          field('operator', choice('!', 'not', '-', '+', '~')),
          operand($, 'operand'),
        ),
      ),

    prefix_update_expression: ($) =>
      prec.right(
        PREC.UNARY,
        seq(field('operator', choice('++', '--')), operand($, 'operand')),
      ),

    postfix_update_expression: ($) =>
      prec.left(
        PREC.POSTFIX,
        seq(field('operand', $.expression), field('operator', choice('++', '--'))),
      ),

    assignment_expression: ($) =>
      prec.right(
        PREC.ASSIGN,
        seq(
          field('left', choice($._lvalue, $._no_lvalue)),
          field('operator', choice(...ASSIGN_OPERATORS)),
          operand($, 'right'),
        ),
      ),

    // What stands left of an assignment operator as a whole and is refused later.
    _no_lvalue: ($) =>
      choice(
        $.call_expression,
        $.postfix_update_expression,
        $.isset_expression,
        $.unset_expression,
        $.builtin_expression,
        $.cache_expression,
        $.match_expression,
        $.parenthesized_expression,
        $.identifier,
        $.number,
        $.string,
        $.raw_string,
        $.regex,
        $.true,
        $.false,
        $.none,
      ),

    _lvalue: ($) =>
      choice(
        $.variable,
        $.subscript_expression,
        $.append_expression,
        $.slice_expression,
        $.member_expression,
        $.scoped_expression,
      ),

    // Less than a match: `[$a] =~ "x"` also reads as `[$a] = ~"x"`, and the longer token wins.
    destructuring_assignment: ($) =>
      prec.dynamic(
        -1,
        prec.right(
          PREC.ASSIGN,
          seq(field('pattern', $.array_pattern), '=', operand($, 'right')),
        ),
      ),

    array_pattern: ($) => seq('[', trailing1($.pattern), ']'),

    pattern: ($) => choice($.pattern_element, $.rest_pattern),

    pattern_element: ($) =>
      prec.right(
        PREC.ASSIGN,
        seq(
          optional(seq(field('key', $.expression), '=>')),
          field('target', $._lvalue),
          optional(seq('=', field('default', $.expression))),
        ),
      ),

    rest_pattern: ($) => seq('...', field('target', $.variable)),

    call_expression: ($) =>
      prec.left(
        PREC.POSTFIX,
        seq(field('function', $.expression), field('arguments', $.arguments)),
      ),

    arguments: ($) => seq('(', trailing(choice($.expression, $.spread_argument)), ')'),

    spread_argument: ($) => seq('...', field('value', $.expression)),

    subscript_expression: ($) =>
      prec.left(
        PREC.POSTFIX,
        seq(field('object', $.expression), '[', field('index', $.expression), ']'),
      ),

    append_expression: ($) =>
      prec.left(PREC.POSTFIX, seq(field('object', $.expression), '[', ']')),

    slice_expression: ($) =>
      prec.left(
        PREC.POSTFIX,
        seq(
          field('object', $.expression),
          '[',
          optional(field('first', $.expression)),
          choice(
            seq(
              ':',
              optional(field('last', $.expression)),
              optional(seq(':', optional(field('step', $.expression)))),
            ),
            seq('::', optional(field('step', $.expression))),
          ),
          ']',
        ),
      ),

    member_expression: ($) =>
      prec.left(
        PREC.POSTFIX,
        seq(field('object', $.expression), '->', field('name', $._word)),
      ),

    scoped_expression: ($) =>
      prec(
        PREC.POSTFIX,
        seq(
          field('scope', choice($.identifier, 'static')),
          '::',
          field('name', choice($._word, $.variable)),
        ),
      ),

    isset_expression: ($) => seq('isset', '(', field('operand', $.expression), ')'),

    unset_expression: ($) => seq('unset', '(', field('operand', $.expression), ')'),

    builtin_expression: ($) => seq('builtin', field('name', $.identifier)),

    cache_expression: ($) =>
      seq(
        'cache',
        field('options', alias($._bracket_array, $.array_literal)),
        field('call', alias($._cached_call, $.call_expression)),
      ),

    _cached_call: ($) =>
      seq(
        field(
          'function',
          choice($.identifier, $.scoped_expression, $.builtin_expression, $.variable),
        ),
        field('arguments', $.arguments),
      ),

    function_expression: ($) => seq('function', $._function_tail),

    match_expression: ($) =>
      seq(
        'match',
        '(',
        field('subject', $.expression),
        ')',
        '{',
        trailing1(field('arm', $.match_arm)),
        '}',
      ),

    match_arm: ($) =>
      seq(
        choice(list1(field('pattern', $.expression)), 'default'),
        '=>',
        field('value', $.expression),
      ),

    yield_expression: ($) =>
      prec.right(PREC.ASSIGN, seq('yield', optional(field('value', $.expression)))),

    parenthesized_expression: ($) => seq('(', field('expression', $.expression), ')'),

    array_literal: ($) => choice($._bracket_array, $._word_array),

    _bracket_array: ($) => seq('[', trailing($._element), ']'),

    _word_array: ($) => seq('array', '(', trailing($._element), ')'),

    _element: ($) => choice($.array_element, $.spread_element),

    array_element: ($) =>
      seq(optional(seq(field('key', $.expression), '=>')), field('value', $.expression)),

    spread_element: ($) => seq('...', field('value', $.expression)),

    // Tokens.

    identifier: () => /[A-Za-z_][A-Za-z0-9_]*/,

    /** A name behind `->`, `::` or a method's `function`: any word, keywords too. */
    _word: ($) => reserved('member', $.identifier),

    variable: () => /\$[A-Za-z_][A-Za-z0-9_]*/,

    number: () => /[0-9][0-9A-Za-z_]*(\.[0-9][0-9A-Za-z_]*)*/,

    string: ($) =>
      seq(
        '"',
        repeat(choice($.string_content, $.escape_sequence, $.interpolation)),
        choice(alias(token.immediate('"'), '"'), $._unclosed_string),
      ),

    // A `$` or `\` that begins nothing is text.
    string_content: () => token.immediate(prec(1, /[^"\\$]+|\$|\\/)),

    escape_sequence: () => token.immediate(prec(1, /\\([\\"$nrt]|x[0-9A-Fa-f][0-9A-Fa-f])/)),

    interpolation: ($) => field('variable', alias($._interpolated, $.variable)),

    _interpolated: () =>
      token.immediate(prec(1, /\$([A-Za-z_][A-Za-z0-9_]*|\{[A-Za-z_][A-Za-z0-9_]*\})/)),

    raw_string: ($) =>
      seq(
        field('open', $.raw_string_start),
        optional(field('content', $.raw_string_content)),
        field('close', $.raw_string_end),
      ),

    regex: ($) =>
      seq(
        '#/',
        optional(field('pattern', $.regex_pattern)),
        choice(
          seq(alias(token.immediate(prec(2, '/')), '/'), optional(field('flags', $.regex_flags))),
          $._unclosed_regex,
        ),
      ),

    regex_pattern: () => token.immediate(prec(1, /([^\\\/\n]|\\[\x00-\u{10FFFF}])+/)),

    regex_flags: () => token.immediate(/[imusxUX]+/),

    true: () => 'true',
    false: () => 'false',
    none: () => 'none',
  },
});
