"""Prints cases of strftime and strptime as lines of JSON. The zone is that of TZ; the seed is fixed."""

import datetime
import json
import random
import time

chance = random.Random(4)
LETTERS = "aAbBcCdDeFgGhHIjklmMnpPrRsStTuUVwWxXyYzZ%"
PARSED = [
    "%Y-%m-%d %H:%M:%S",
    "%a, %d %b %Y %H:%M:%S %z",
    "%A %B %d %H:%M:%S %Y",
    "%c",
    "%d/%m/%y %I:%M:%S %p",
    "%Y %j %H:%M:%S",
    "%Y %U %w %H:%M:%S",
    "%Y %W %a %H:%M:%S",
    "%G-W%V-%u %H:%M:%S",
    "%x %X",
    "%Y-%m-%dT%H:%M:%S%z",
]


def moment():
    return chance.choice([
        chance.randint(0, 4_102_444_800),
        chance.randint(1_600_000_000, 1_900_000_000),
        chance.randint(0, 250_000_000_000),
    ])


def directive():
    # The GNU library pads offsets in a way of its own.
    if chance.random() < 0.05:
        return "%z"
    flag = chance.choice(["", "", "", "-", "_", "0", "^"])
    width = chance.choice(["", "", "", str(chance.randint(1, 12))])
    return "%" + flag + width + chance.choice(LETTERS.replace("z", ""))


def written():
    local = chance.random() < 0.7
    # Before 1970 the GNU library does not apply the rules of TZ, and it writes the years before 1000 with
    # fewer digits than POSIX wants.
    stamp = moment() if local else chance.choice([moment(), chance.randint(-30_000_000_000, 0)])
    form = " ".join(directive() for _ in range(chance.randint(1, 6)))
    shown = time.localtime(stamp) if local else time.gmtime(stamp)
    text = time.strftime(form, shown)
    # Python's struct_time of UTC is called GMT, and %s reads every text as local time.
    if local or not any(letter in form for letter in "sZ"):
        if text.isascii() and len(text) <= 100:
            print(json.dumps({"call": "strftime", "time": stamp, "format": form, "local": local, "text": text}))


def read():
    form = chance.choice(PARSED)
    stamp = chance.randint(0, 3_000_000_000)
    if "%y" in form or "%x" in form:
        stamp = chance.randint(100_000, 3_000_000_000)
    local = chance.random() < 0.7
    shown = datetime.datetime.fromtimestamp(stamp, None if local else datetime.timezone.utc)
    if shown.fold:
        return
    if "%z" in form:
        shown = shown.astimezone()
    text = shown.strftime(form)
    time.strptime(text, form)
    print(json.dumps({"call": "strptime", "text": text, "format": form, "local": local, "time": stamp}))


for _ in range(3000):
    written()
    read()
