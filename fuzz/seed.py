#!/usr/bin/env python3
"""Fills corpus/ with the definitions of the examples and tests, and with the paths and so on that are in them."""

import hashlib
import json
import pathlib
import re

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent
KINDS = {
    "path": re.compile(r"\$"),
    "intrinsic": re.compile(r"States\.\w+\("),
    "timestamp": re.compile(r"\d{4}-\d\d-\d\d"),
}


def seed(target, text):
    """Adds a text to a target's corpus; the same text twice is one file."""
    folder = HERE / "corpus" / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / hashlib.sha1(text.encode()).hexdigest()).write_text(text)


def values(json_value):
    """The value and all values in it."""
    yield json_value
    if isinstance(json_value, dict):
        json_value = list(json_value.values())
    if isinstance(json_value, list):
        for inner in json_value:
            yield from values(inner)


for file in sorted([*ROOT.glob("examples/*/*.json"), *ROOT.glob("tests/*/machines/*.asl.json")]):
    text = file.read_text()
    if file.name.endswith(".asl.json"):
        seed("definition", text)
    seed("value", text)
    for value in values(json.loads(text)):
        seed("value", json.dumps(value))
        if isinstance(value, str):
            for target, beginning in KINDS.items():
                if beginning.match(value):
                    seed(target, value)
# Expressions of machines, and those in the tests of their parser.
for file in sorted([*ROOT.glob("examples/*/*.json"), *ROOT.glob("tests/*/machines/*.asl.json")]):
    for expression in re.findall(r"\{%(.*?)%\}", file.read_text()):
        seed("jsonata", json.loads(f'"{expression}"'))
for file in sorted((ROOT / "asl-compiler/src/jsonata/tests").glob("*.rs")):
    for expression in re.findall(r'"((?:[^"\\\n]|\\.)+)"', file.read_text()):
        seed("jsonata", expression.replace('\\"', '"').replace("\\\\", "\\"))
for timestamp in ["2016-03-14T01:59:00Z", "2016-03-14T01:59:00.123456789+02:30", "2000-02-29T23:59:59-00:00"]:
    seed("timestamp", timestamp)
