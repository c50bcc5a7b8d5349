#!/usr/bin/env python3
"""A project of mail policies, always the same for the same numbers.

policies.py FOLDER SCRIPTS BYTES

Writes so many scripts with so many bytes altogether: five of six are scripts of hooks, which the
configuration names and which import from the sixth, the libraries. It looks like what operators
write: lookups, tables, conditions on the envelope, keys of `$context`, classes, closures, regular
expressions, ids of the configuration. Every hook calls `known` of `shared.hsl`, and every hundredth
`rare`.
"""

import pathlib
import random
import sys

HOOKS = ["connect", "helo", "mailfrom", "rcptto", "eod"]

# What scripts are made of, with a use: `_@` ends in a number that no other name has.
PARTS = [
    ("listed_@($id)", """
// Whether a name is on the list of {word}s.
function listed_@($name) {{
    $answer = dns_query("$name.{word}.example", ["type" => "A"]);
    if (isset($answer["error"]))
        return false;
    foreach ($answer["result"] ?? [] as $address) {{
        if ($address == "127.0.0.{small}" or $address =~ #/^127\\.0\\.1\\.\\d+$/)
            return true;
    }}
    return false;
}}
"""),
    ("points_@($id)", """
// Points of a domain for {word} and {other}, at most {large}.
function points_@($domain, $limit = {large}) {{
    $table = [
        "{word}.example" => ["points" => {small}, "tags" => ["{word}", "{other}"]],
        "{other}.example" => ["points" => {small} * 2, "tags" => []],
    ];
    $found = $table[str_lower($domain)] ?? none;
    if ($found === none)
        return 0;
    $points = $found["points"];
    foreach ($found["tags"] as $index => $tag)
        $points += length($tag) * ($index + 1);
    return $points > $limit ? $limit : $points;
}}
"""),
    ("reason_@({small}, $id)", """
// What is said about {word} mail.
function reason_@($points, $client) {{
    switch ($points % 3) {{
        case 0:
            return "{word}: nothing is known about $client";
        case 1:
            return "{word}: $client has $points points";
        default:
            $text = "{other}: ${{client}} is watched";
    }}
    return match ($text) {{
        "" => "none",
        default => $text . " (" . $points . ")",
    }};
}}
"""),
    ("Counter_@({large})->add($id)->values", """
// Counts {word}s by name.
class Counter_@ {{
    $values = [];
    private $limit = {large};

    constructor($limit) {{
        $this->limit = $limit;
    }}

    // Adds a value; throws beyond the limit.
    function add($name, $value = 1) {{
        $this->values[$name] = ($this->values[$name] ?? 0) + $value;
        if ($this->values[$name] > $this->limit)
            throw Exception("too many {word}s of $name");
        return $this;
    }}
}}
"""),
    ("cleaned_@([$id])", """
// Addresses of a {word} list in lower case, those of {other}s left out.
function cleaned_@($addresses) {{
    $kept = array_filter(function ($address) {{
        return !(str_lower($address) =~ #/@{other}\\d*\\.example$/);
    }}, $addresses);
    return array_map(function ($address) {{ return str_lower($address); }}, $kept);
}}
"""),
    ("settings_@($id)", """
// The settings of {word}, which an operator writes as JSON.
function settings_@($text) {{
    $read = json_decode($text);
    if (!is_array($read))
        return ["{word}" => {small}, "{other}" => false];
    $read["{word}"] = $read["{word}"] ?? {small};
    return $read;
}}
"""),
]

# What a hook does with what it imported; every other one says why.
ENDS = {
    "connect": """
$context = ["seen_{key}" => 1];
if (known($arguments["remoteip"]) > {large})
    Reject("Your address is known for {word}");
Accept();
""",
    "helo": """
$name = $arguments["host"];
if (known($name) > {large} or level_{library}($name) > {small})
    Reject("$name is no {word}");
Accept();
""",
    "mailfrom": """
$domain = $arguments["address"]["domain"];
$context["points_{key}"] = known($domain) + level_{library}($domain);
if ($context["points_{key}"] > {large})
    Reject("Mail from $domain is not accepted", ["reply_codes" => ["code" => 550, "enhanced" => [5, 7, 1]]]);
Accept();
""",
    "rcptto": """
$domain = $arguments["address"]["domain"];
if (known($domain) + level_{library}($domain) > {large}) {{
    $context["refused_{key}"] += 1;
    Reject("We do not take mail for $domain", ["disconnect" => $context["refused_{key}"] >= 5]);
}}
Accept(["transportid" => "out{transport}"]);
""",
    "eod": """
$mail = $arguments["mail"];
$mail->addHeader("X-{title}", "points=" . known($transaction["id"]));
foreach ($transaction["recipients"] as $recipient)
    $mail->queue($transaction["senderaddress"], $recipient["address"], "out{transport}");
Accept();
""",
}

WORDS = ["greylist", "blocklist", "tenant", "relay", "quota", "campaign", "bounce", "archive", "partner", "mailbox", "alias", "forward"]
TRANSPORTS = 20


class Project:
    """Where what stands, for those who ask about it."""

    def __init__(self, folder, scripts, size):
        self.folder = folder
        self.random = random.Random(1)
        self.count = 0
        self.each = size // scripts
        self.libraries = [self.library(number) for number in range(1, max(scripts // 6, 1))]
        self.shared = self.write("files/shared.hsl", self.filled(
            "function known($name) {\n    return length($name) % 7;\n}\n\n"
            "function rare($name) {\n    return length($name) % 11;\n}\n", ""))
        self.hooks = [self.hook(number) for number in range(scripts - len(self.libraries) - 1)]
        self.configuration()

    def words(self):
        word, other = self.random.sample(WORDS, 2)
        return {"word": word, "other": other, "title": word.title(), "small": self.random.randint(2, 9), "large": self.random.randint(20, 90)}

    def filled(self, head, end):
        """A text of the wanted size: functions between a head and an end, which uses them."""
        parts, uses, left = [head], [], self.each - len(head) - len(end)
        while left > 300 or (len(parts) == 1 and left > 0):
            self.count += 1
            use, part = (text.format(**self.words()).replace("_@", f"_{self.count}") for text in self.random.choice(PARTS))
            parts.append(part)
            uses.append(f"    {use},\n" if end else "")
            left -= len(part) + len(uses[-1])
        used = ["\n$id = $connection[\"id\"];\necho [\n", *uses, "];\n"] if end else []
        return "".join(parts + used) + end

    def write(self, name, text):
        path = self.folder / "src" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def library(self, number):
        name = f"function level_{number}($name) {{\n    return length($name) + {number % 13};\n}}\n"
        return self.write(f"files/lib/m{number}.hsl", self.filled(name, ""))

    def hook(self, number):
        hook = HOOKS[number % len(HOOKS)]
        library = number % max(len(self.libraries), 1) + 1
        rare = number % 100 == 0
        head = f'import {{ known{", rare" if rare else ""} }} from "shared.hsl";\n'
        if hook in ("helo", "mailfrom", "rcptto"):
            head += f'import {{ level_{library} }} from "lib/m{library}.hsl";\n'
        if rare:
            head += 'echo rare("x");\n'
        end = ENDS[hook].format(library=library, key=number // len(HOOKS) % 40, transport=number % TRANSPORTS, **self.words())
        return self.write(f"hooks/{hook}/h{number}.hsl", self.filled(head, end))

    def configuration(self):
        """Servers that name every hook, with the transports that scripts name."""
        servers, listeners = [], []
        for at in range(0, len(self.hooks), len(HOOKS)):
            name = f"server{at // len(HOOKS)}"
            phases = "".join(f"      {path.parent.name}: {{hook: {path.stem}}}\n" for path in self.hooks[at : at + len(HOOKS)])
            servers.append(f"  - id: {name}\n    transport: out0\n    phases:\n{phases}")
            listeners.append(f"  - id: {name}\n    listeners: [{{port: {2000 + at // len(HOOKS)}}}]\n")
        transports = "".join(f"      - {{id: out{n}, connection: {{server: relay{n}.example, port: 25}}}}\n" for n in range(TRANSPORTS))
        groups = f"transportgroups:\n  - id: out\n    transports:\n{transports}"
        self.write("config/smtpd-app.yaml", 'version: "6.10"\nservers:\n' + "".join(servers) + groups)
        self.write("config/smtpd.yaml", 'version: "6.10"\nservers:\n' + "".join(listeners))


def rates(size):
    """A file of rates for many destinations with an error at its end: so many bytes of YAML."""
    text = 'version: "6.10"\npolicies:\n  - fields: [recipientdomain, transportid]\n    conditions:\n'
    number = 0
    while len(text) < size:
        number += 1
        text += (
            f"      - if: {{recipientdomain: d{number}.example, transportid: out{number % TRANSPORTS}}}\n"
            f'        then: {{concurrency: {number % 20 + 1}, rate: "{number % 90 + 10}/60", tag: "t{number}", stop: true}}\n'
        )
    return text + "    default:\n      concurrency: none\n"


if __name__ == "__main__":
    Project(pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
