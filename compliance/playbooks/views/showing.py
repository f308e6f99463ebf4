"""What the templates of playbooks are given: clauses in their sections, with sources, margins and addresses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any

from flask import url_for

from compliance.playbooks.effective import GLOBAL
from compliance.playbooks.effectiveness import ClauseOnPage
from compliance.playbooks.margins import Margin, layers_of, margin_of
from compliance.playbooks.models import ResolvedChain
from compliance.playbooks.sources import with_sources
from compliance.playbooks.telling import Told, told
from compliance.web import words


@dataclass(frozen=True, slots=True)
class Source:
    """A run of sentences with what its layer is called, where that text is, and the day it was approved."""

    told: Told
    name: str
    url: str
    approved_on: str


@dataclass(frozen=True, slots=True)
class ShownClause:
    """A clause with the HTML and the margin of this page; `local` is the most local layer that had a say.

    `sources` say who wrote each sentence, where the page was asked to tell.
    """

    clause: ClauseOnPage
    html: str
    margin: Margin
    local: str
    sources: Sequence[Source] = ()

    @property
    def evidence(self) -> str:
        return "; ".join(self.clause.evidence)


class Layers:
    """The layers of a chain: what they are called, what kind they are, where their texts are."""

    def __init__(self, key: str, chain: ResolvedChain, names: Mapping[str, str]) -> None:
        self.key = key
        self.rows = list(chain.chain)
        self.names = names
        self._by_scope = {row["scope"]: row for row in self.rows}

    def name(self, scope: str) -> str:
        return self.names.get(scope) or ("Global" if scope == GLOBAL else scope.upper())

    def kind(self, scope: str) -> str:
        return str(self._by_scope.get(scope, {}).get("kind", GLOBAL))

    def titled(self, scope: str, version: str) -> str:
        """ "3.1.0" of the global text, "India v2" of a layer."""
        return version if scope == GLOBAL else f"{self.name(scope)} v{version}"

    def url(self, scope: str) -> str:
        row = self._by_scope.get(scope)
        if row is None:
            return ""
        if scope == GLOBAL:
            return url_for("playbooks.version", key=self.key, number=row["version"])
        return url_for("playbooks.override", key=self.key, scope=scope, number=row["version"])

    def label(self, scope: str, version: str) -> str:
        return f"Global {version}" if scope == GLOBAL else f"{scope.upper()} v{version}"

    def mark(self, origin: Mapping[str, Any]) -> tuple[str, str, str]:
        """A source mark behind a sentence, as `sources.with_sources` wants it."""
        scope = origin["layer"]
        return self.label(scope, origin.get("version", "")), self.kind(scope), self.url(scope)


def shown(clauses: Sequence[ClauseOnPage], chain: ResolvedChain, layers: Layers, *, every: bool = False,
          tell: bool = False) -> list[tuple[str, list[ShownClause]]]:
    """The clauses by section; with `tell`, each sentence can be pointed at and says where it comes from."""
    order = [row["scope"] for row in chain.chain]

    def one(clause: ClauseOnPage) -> ShownClause:
        said = sorted(layers_of(clause, chain.parameters), key=order.index)
        html = with_sources(clause.html, clause.sentences, layers.mark, every=every, clause=clause.id if tell else "")
        return ShownClause(clause, html, _named(margin_of(clause, chain.parameters), layers), said[-1] if said else "",
                           _sources(clause, chain, layers) if tell else ())

    return [(title, [one(clause) for clause in group]) for title, group in groupby(clauses, key=lambda c: c.section)]


def _sources(clause: ClauseOnPage, chain: ResolvedChain, layers: Layers) -> list[Source]:
    return [Source(each, f"Global {each.version}" if each.is_global else layers.titled(each.layer, each.version),
                   layers.url(each.layer), _day(each.approved_on)) for each in told(clause.sentences, chain.chain)]


def _named(margin: Margin, layers: Layers) -> Margin:
    """The margin in words: what the layers are called, and days as people read them."""
    def name(scope: str) -> str:
        return GLOBAL if scope == GLOBAL else layers.name(scope)

    values = tuple(replace(
        value, replaced=tuple((old, name(scope)) for old, scope in value.replaced),
        layer=layers.name(value.layer), approved_on=_day(value.approved_on)) for value in margin.values)
    said = tuple(replace(
        each, layer=f"{layers.name(each.layer)} v{each.version}", approved_on=_day(each.approved_on),
        review_by=_day(each.review_by)) for each in margin.said)
    issues = tuple({**issue, "layer": layers.name(issue["layer"])} for issue in margin.issues)
    return replace(margin, values=values, said=said, issues=issues,
                   locked_by=name(margin.locked_by))


def _day(raw: str) -> str:
    return words.day(date.fromisoformat(raw)) if raw else ""


def outline(parts: Sequence[tuple[str, Sequence[ShownClause]]]) -> list[dict[str, Any]]:
    return [{"title": title, "clauses": [{
        "id": each.clause.id, "title": each.clause.title, "url": f"#{each.clause.id}",
        "locked": each.clause.lock != "open", "current": False, "src": _source(each),
    } for each in clauses]} for title, clauses in parts]


def _source(each: ShownClause) -> str:
    return "new" if each.clause.origins["id"]["layer"] != GLOBAL else each.local.upper()


def chain_rows(layers: Layers, places: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    """The band of layers: those that speak, and the place itself when it says nothing of its own."""
    rows = [_chain_row(layers, row) for row in layers.rows]
    spoken = {row["scope"] for row in layers.rows}
    rows += [{"name": name, "note": "no override of its own", "url": "", "stale": 0}
             for scope, name in places if scope not in spoken]
    return rows


def _chain_row(layers: Layers, row: Mapping[str, Any]) -> dict[str, Any]:
    scope, since = row["scope"], date.fromisoformat(row["effective"])
    name = f"Global {row['version']}" if scope == GLOBAL else f"{layers.name(scope)} v{row['version']}"
    if scope == GLOBAL:
        note = f"{row['approver'] or 'not approved'}, from {since.day} {since:%b %Y}"
    else:
        count = row["operations"]
        note = f"{row['approver']}, {count} operation{'' if count == 1 else 's'}"
    return {"name": name, "note": note, "url": layers.url(scope), "stale": row["waiting"]}
