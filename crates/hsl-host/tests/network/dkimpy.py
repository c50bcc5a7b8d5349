"""The other side of the DKIM tests: signs and verifies with dkimpy.

Reads one JSON object from standard input. With `verify`, a list of messages in base64, it prints `pass` or
`fail` for each; with `sign`, a list of ways to sign `message`, it prints each signed message in base64.
`records` are the texts that DNS has.
"""

import base64
import json
import sys

import dkim

task = json.load(sys.stdin)


def record(name, timeout=5):
    return task["records"].get(name.decode().rstrip("."), "").encode()


for text in task.get("verify", []):
    verified = dkim.verify(base64.b64decode(text), dnsfunc=record)
    print("pass" if verified else "fail")

for way in task.get("sign", []):
    message = base64.b64decode(task["message"])
    forms = (way["header"].encode(), way["body"].encode())
    signature = dkim.sign(
        message,
        way["selector"].encode(),
        task["domain"].encode(),
        way["key"].encode(),
        canonicalize=forms,
        signature_algorithm=way["algorithm"].encode(),
        include_headers=[name.encode() for name in way["headers"]] or None,
        length=way["length"],
    )
    print(base64.b64encode(signature + message).decode())
