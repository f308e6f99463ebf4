"""Whether a text holds certain words, in either case: one condition for both databases."""

from typing import Any

from sqlalchemy import Boolean, ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class _Like(FunctionElement[bool]):
    type = Boolean()
    inherit_cache = True


@compiles(_Like)
def _with_ilike(element: _Like, compiler: SQLCompiler, **given: Any) -> str:
    return "({} ILIKE {} ESCAPE '/')".format(*(compiler.process(each, **given) for each in element.clauses))


@compiles(_Like, "sqlite")
def _with_like(element: _Like, compiler: SQLCompiler, **given: Any) -> str:
    # Its LIKE already takes both cases of what its lower() takes. Calling that for every row doubles the time.
    return "({} LIKE {} ESCAPE '/')".format(*(compiler.process(each, **given) for each in element.clauses))


def holds(text: Any, words: str) -> ColumnElement[bool]:
    """The words stand in the text as they are: signs that mean something in a pattern mean themselves."""
    escaped = words.replace("/", "//").replace("%", "/%").replace("_", "/_")
    return _Like(text, f"%{escaped}%")
