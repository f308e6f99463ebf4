"""The published JSON schemas of OSCAL, and what a document breaks of them."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import regex
from jsonschema import Draft7Validator, ValidationError, validators

SCHEMAS = Path(__file__).parent / "schemas"


def by_unicode(_validator: object, pattern: str, said: object, _schema: object) -> Iterator[ValidationError]:
    r"""The schemas write patterns as ECMAScript does, with `\p{L}` for the letters of every script."""
    if isinstance(said, str) and not regex.search(pattern, said):
        yield ValidationError(f"{said!r} does not match {pattern!r}")


@cache
def validator(model: str) -> Any:
    schema = json.loads((SCHEMAS / f"oscal_{model}_schema.json").read_text(encoding="utf-8"))
    return validators.extend(Draft7Validator, {"pattern": by_unicode})(schema)


def broken(document: dict[str, Any]) -> list[str]:
    """Where and what a document breaks of the schema of its model."""
    [model] = document
    return [f"{error.json_path}: {error.message}" for error in validator(model).iter_errors(document)]
