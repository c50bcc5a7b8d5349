#!/usr/bin/env python3
"""A module of about so many lines, always the same: what `cargo xtask bench lang` compiles.

It looks like policy code: functions with loops and conditions, tables, classes, closures, regular
expressions, strings with variables. Nothing of it runs but a handful of top-level statements.
"""

import sys

# Lines of one of everything, `#` is the number of the round.
ROUND = r"""
// Domains of round #, with what is known about them.
$table_# = [
    "example.com" => ["score" => #, "tags" => ["a", "b", "c#"]],
    "example.net" => ["score" => # * 2, "tags" => []],
    "pattern" => #/^[a-z#]+@(.*)\.example$/i,
];

// Scores an address by its domain.
//
// The score is 0 for an unknown domain and at most the limit; with a third argument there is no
// limit. What was seen is kept in the table.
function score_#($address, $limit = 10, ...$rest) {
    global $table_#;

    $parts = str_split($address, "@");
    $domain = str_lower($parts[1] ?? "");
    $found = $table_#[$domain] ?? none;
    if ($found === none) {
        return 0;
    } else if ($found["score"] > $limit and length($rest) == 0) {
        return $limit;
    }

    $sum = 0;
    foreach ($found["tags"] as $index => $tag) {
        // Every seventh tag is for the operator only.
        if ($tag == "skip" or $index % 7 == 3)
            continue;
        $sum += length($tag) * ($index + 1) - 0x1f;
        $found["seen"][] = "tag $tag of round # in ${domain}";
    }

    switch ($sum % 4) {
        case 0:
        case 1:
            $sum *= 2;
            break;
        default:
            $sum = $sum > 100 ? 100 : $sum;
    }
    return match ($sum) {
        0 => "none",
        1, 2, 3 => "few",
        default => "many: " . $sum . " of " . $found["score"],
    };
}

// Counts by name, up to a limit.
class Counter_# {
    $values = [];
    private $limit = #;
    static $instances = 0;

    constructor($limit) {
        $this->limit = $limit;
        static::$instances += 1;
    }

    // Adds a value; throws beyond the limit.
    function add($name, $value = 1) {
        if (isset($this->values[$name]))
            $this->values[$name] += $value;
        else
            $this->values[$name] = $value;

        for ($i = 0; $i < $value; $i++) {
            if ($this->values[$name] > $this->limit)
                throw Exception("too many of $name in round #");
        }
        return $this;
    }

    // Calls a function with every name and value.
    function each($callback) {
        foreach ($this->values as $name => $value)
            $callback($name, $value);
    }
}

// Notes every item in lower case, and counts it.
function walk_#($items) {
    $seen = [];
    $note = function ($item) closure ($seen) {
        $seen[] = str_lower($item) . ":#";
    };

    try {
        $counter = Counter_#(100);
        foreach ($items as $item) {
            $note($item);
            $counter->add($item)->add("all", 2);
        }
        [$first, $second] = $seen;
        ["a" => $named] = $counter->values;
    } catch ($error) {
        return [$error->message(), $seen[0:2], $seen[-1] ?? "#"];
    }

    // The oldest ones are of no interest.
    while (length($seen) > 10)
        unset($seen[0]);
    return array_map(function ($text) { return $text =~ #/x(\d+)/ ? $text : "" ; }, $seen);
}
"""


def module(lines):
    """The text of a module that has at least this many lines."""
    text = []
    number = 0
    while sum(part.count("\n") for part in text) < lines:
        number += 1
        # A `#` before a slash begins a regular expression of the language.
        part = ROUND.replace("#/", "\0").replace("#", str(number)).replace("\0", "#/")
        text.append(part)
    return "".join(text)


if __name__ == "__main__":
    sys.stdout.write(module(int(sys.argv[1])))
