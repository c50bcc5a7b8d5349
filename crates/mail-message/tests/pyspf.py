"""Decides the scenarios of `spf.txt` with pyspf: one line for each check, as in the file.

    python spf.py crates/mail-message/tests/data/spf.txt
"""

import sys

# The folder of this file has the name of the package.
sys.path = [entry for entry in sys.path if not __file__.startswith(entry + "/")]

import spf

NO_EXPLANATION = "SPF fail - not authorized"
zone = {}


def look_up(name, kind, *_, **__):
    """What pyspf asks of DNS, answered by the zone of the scenario."""
    values = zone.get((name.lower().rstrip("."), kind), [])
    if values == ["!"]:
        raise spf.TempError("DNS did not answer")
    shapes = {"TXT": lambda v: (v.encode(),), "MX": lambda v: (10, v)}
    return [((name, kind), shapes.get(kind, str)(value)) for value in values]


def reverse(address):
    """The name that stands for an address."""
    import ipaddress

    return ipaddress.ip_address(address).reverse_pointer


def decide(line):
    address, helo, sender = line.split(" = ")[0].split(" ")
    query = spf.query(
        i=address, s="" if sender == "<>" else sender, h=helo, receiver="mx.receiver.example", strict=True
    )
    outcome, _, explanation = query.check()
    explained = outcome == "fail" and explanation != NO_EXPLANATION
    return f'{outcome} "{explanation}"' if explained else outcome


spf.DNSLookup = look_up
for line in open(sys.argv[1]).read().split("\n"):
    if line.startswith("["):
        zone.clear()
        continue
    if line.startswith("? "):
        try:
            decided = decide(line[2:])
        except Exception as failure:
            decided = f"{type(failure).__name__}: {failure}"
        print(f"{line.split(' = ')[0]} = {decided}")
    elif line and not line.startswith("#"):
        name, kind, value = line.split(" ", 2)
        name = reverse(name) if kind == "PTR" else name
        zone.setdefault((name.lower(), kind), []).append(value)
