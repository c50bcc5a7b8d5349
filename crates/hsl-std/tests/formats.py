"""JSON, CSV and YAML as Python's own modules and ruamel.yaml write and read them. The seed is fixed.

`formats.py write FORMAT` prints texts as lines of JSON, those of CSV with their delimiter. `formats.py compare
FORMAT` reads a line for each: what was read there, null for a text that is none, and what was written again, where
something can be written. It prints what differs.
"""

import csv
import io
import json
import math
import random
import sys

chance = random.Random(8)
PIECES = ["a", "Z", "7", " ", "  ", "\t", "\n", "\r\n", "\r", "\"", "'", "\\", "/", ",", ";", ":", ": ", "#", " #", "-",
          "- ", "?", "[", "]", "{", "}", "&a", "*a", "!x", "|", ">", "%", "@", "`", "---", "...", "null", "true", "yes",
          "~", "0", "1e3", "0x1f", ".5", "\0", "\x1f", "\x7f", "é", "ß", "\u2028", "\u3042", "\U0001f4ec", "=", "<<"]


def text(least=0):
    return "".join(chance.choice(PIECES) for _ in range(chance.randint(least, chance.choice([2, 6, 20]))))


def name():
    """A key that is no number, since those become integers."""
    return "k" + text()


def number():
    return chance.choice([
        chance.randint(-9, 9), chance.randint(-(2**53), 2**53), chance.uniform(-1, 1),
        chance.uniform(-1e9, 1e9), chance.uniform(1, 10) * 10.0 ** chance.randint(-300, 300),
    ])


def value(depth=0):
    """Lists are not empty, since an empty list and an empty object are the same in HSL."""
    kind = chance.random()
    if depth < 5 and kind < 0.3:
        return [value(depth + 1) for _ in range(chance.randint(1, 4))]
    if depth < 5 and (kind < 0.6 or depth == 0):
        return {name(): value(depth + 1) for _ in range(chance.randint(1, 4))}
    return chance.choice([None, True, False, number(), number(), text(), text(), text()])


def strict(document):
    """What a text is by RFC 8259, without lone halves of characters. No JSON can tell numbers that are too large."""
    def refuse(word):
        raise ValueError(word)

    def finite(word):
        if math.isinf(float(word)):
            raise OverflowError(word)
        return float(word)

    found = json.loads(document, parse_constant=refuse, parse_float=finite)
    json.dumps(found, ensure_ascii=False).encode()
    return found


def changed(document):
    """A text with a few characters taken out, put in or replaced."""
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(document) + 1)
        into = chance.choice(["", chance.choice(list("{}[]:,\"\\ 0123456789+-.eEtfnu\t\n\0x")), chance.choice(PIECES)])
        document = document[:at] + into + document[at + chance.randint(0, 1):]
    return document


def plain(found):
    """Whether HSL can tell the value: no empty objects, and keys that stay texts."""
    if isinstance(found, dict):
        return bool(found) and all(not key.strip("-").isdigit() and plain(each) for key, each in found.items())
    if isinstance(found, list):
        return bool(found) and all(map(plain, found))
    return not isinstance(found, int) or abs(found) <= 2**53


def json_cases():
    for _ in range(1500):
        it = value()
        yield json.dumps(it, ensure_ascii=chance.random() < 0.5, indent=chance.choice([None, None, 0, 2, "\t"]),
                         separators=chance.choice([None, (",", ":"), (" , ", " : ")])), it
    for _ in range(6000):
        document = changed(json.dumps(value(3), ensure_ascii=chance.random() < 0.3))
        try:
            found = strict(document)
        except (ValueError, RecursionError):
            yield document, None
            continue
        except OverflowError:
            continue
        if plain(found) and found is not None:
            yield document, found


def csv_cases():
    for _ in range(3000):
        width = chance.randint(2, 5)
        rows = [[text() for _ in range(width)] for _ in range(chance.randint(1, 5))]
        out = io.StringIO()
        delimiter = chance.choice([",", ",", ";", "\t", "|"])
        # The writer does not quote a CR at the end of a line that LF ends.
        ends = ["\r\n"] if any("\r" in field for row in rows for field in row) else ["\r\n", "\n"]
        csv.writer(out, delimiter=delimiter, lineterminator=chance.choice(ends),
                   quoting=chance.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC])).writerows(rows)
        yield [out.getvalue(), delimiter], rows


def yaml_cases():
    """Without a character that breaks lines in YAML 1.1 only."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError
    PIECES.remove("\u2028")

    def read(document):
        try:
            return YAML(typ="safe", pure=True).load(document)
        except YAMLError:
            return None

    for _ in range(500):
        shared = [text(), {"k": text()}]
        it = {"value": value(), **({"shared": [shared, {"again": shared}]} if chance.random() < 0.3 else {})}
        writer = YAML(typ="safe", pure=True)
        writer.default_flow_style = chance.choice([True, False, None])
        writer.default_style = chance.choice([None, None, '"', "'"])
        writer.allow_unicode = chance.random() < 0.7
        writer.width = chance.choice([20, 80, 4096])
        writer.explicit_start = chance.random() < 0.3
        out = io.StringIO()
        writer.dump(it, out)
        # Its lines are sometimes broken where its own reader sees another text.
        if same(read(out.getvalue()), it, False):
            yield out.getvalue(), it


def same(one, other, ordered):
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(same(*each, ordered) for each in zip(one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        keys = list(one) == list(other) if ordered else set(one) == set(other)
        return keys and all(same(one[key], other[key], ordered) for key in one)
    if type(one) in (int, float) and type(other) in (int, float):
        return float(one) == float(other)
    return type(one) is type(other) and one == other


def again(kind, case, written):
    """What a text means that was written there."""
    if kind == "json":
        return strict(written)
    return list(csv.reader(io.StringIO(written, newline=""), delimiter=case[1], strict=True))


def main():
    job, kind = sys.argv[1:]
    cases = {"json": json_cases, "csv": csv_cases, "yaml": yaml_cases}[kind]()
    if job == "write":
        for case, _ in cases:
            print(json.dumps(case))
        return
    for (case, expect), line in zip(cases, sys.stdin, strict=True):
        found, written = json.loads(line)
        right = same(found, expect, False)
        if right and expect is not None and written is not None:
            right = same(again(kind, case, written), expect, True)
        if not right:
            print(json.dumps([case, expect, found, written]))


main()
