"""The macros as a page uses them: refusals are explained, what was typed stays, sorting turns, nothing is unescaped."""

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, render_template_string

from compliance.web import gallery, look

DOCUMENTED = Path(look.__file__).parents[2] / "docs" / "components.md"


def shown(pages: Flask, source: str, path: str = "/list", **values: Any) -> str:
    with pages.test_request_context(path):
        return render_template_string(source, form=gallery.ExampleForm(), **values)


class _Ids(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.named: set[str] = set()
        self.inline: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.ids += [given["id"]] if "id" in given else []
        for name in ("for", "aria-describedby", "aria-labelledby"):
            self.named |= set(given.get(name, "").split())
        self.inline += [name for name in given if name == "style" or name.startswith("on")]


def test_the_gallery_refers_only_to_what_is_there_and_says_each_id_once(pages: Flask) -> None:
    page = _Ids(shown(pages, '{% extends "components/gallery.html" %}'))
    assert page.named <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    assert page.inline == []


def test_every_macro_is_documented_and_in_the_gallery(pages: Flask) -> None:
    folder = look.TEMPLATES / "components"
    used = "".join(path.read_text(encoding="utf-8") for path in folder.glob("gallery/*.html"))
    used += (folder / "gallery.html").read_text(encoding="utf-8") + (look.TEMPLATES / "page.html").read_text("utf-8")
    guide = DOCUMENTED.read_text(encoding="utf-8")
    for family in look.FAMILIES:
        source = (folder / f"{family}.html").read_text(encoding="utf-8")
        # "{# name(arguments): ..." stands above "{% macro name(arguments) %}", with the same arguments.
        for name, arguments in re.findall(r"^\{# (\w+)\((.*?)\):? ", source, re.MULTILINE):
            assert f"macro {name}({arguments})" in source, f"{family}.html: the comment on {name} names other arguments"
            assert f"`{name}`" in guide, f"{name} is missing in docs/components.md"
            code = re.sub(r"\{#.*?#\}", "", source, flags=re.DOTALL).replace(f"macro {name}(", "")
            shown_here = re.search(rf"(ui\.{name}\()|([ {{]{name}\()", used + code)
            assert shown_here, f"{name} is not in the gallery"


def test_an_unknown_component_names_the_guide(pages: Flask) -> None:
    with pages.app_context(), pytest.raises(AttributeError, match=r"docs/components\.md"):
        pages.jinja_env.globals["ui"].carousel  # noqa: B018 - the access itself is what raises


def test_a_wrong_field_keeps_what_was_typed_and_points_to_its_error(pages: Flask) -> None:
    page = shown(pages, "{{ ui.text(form, 'minutes', 'Acknowledge within', 'In minutes.') }}")
    assert 'value="45"' in page
    assert 'aria-describedby="h-minutes e-minutes" aria-invalid="true"' in page
    assert "can only be made stricter" in page


def test_a_posting_form_carries_token_and_version_and_lists_its_errors(pages: Flask) -> None:
    page = shown(pages, "{% call ui.post(form, '/x', 'Save') %}{% endcall %}")
    assert '<input type="hidden" name="csrf_token" value="token-of-the-session">' in page
    assert '<input type="hidden" name="version" value="3">' in page
    assert '<a href="#f-minutes">' in page


def test_a_password_is_never_sent_back(pages: Flask) -> None:
    assert "45" not in re.sub(
        r"<p class=.pl-error.*?</p>", "", shown(pages, "{{ ui.text(form, 'minutes', 'Password', type='password') }}")
    )


def test_a_refused_button_says_why_and_does_not_post(pages: Flask) -> None:
    page = shown(pages, "{{ ui.act('Close', '/close', why='You own this action.', id='why-close') }}")
    assert "<form" not in page
    assert 'aria-disabled="true" aria-describedby="why-close"' in page
    assert '<span class="pl-reason" id="why-close">You own this action.</span>' in page


@pytest.mark.parametrize(
    ("sort", "to", "said"),
    [("", "sort=due", None), ("due", "sort=-due", "ascending"), ("-due", "sort=due", "descending")],
)
def test_a_sorted_column_turns_round_and_drops_the_cursor(pages: Flask, sort: str, to: str, said: str | None) -> None:
    page = shown(
        pages,
        "{% call(r) ui.table([{'label': 'Due', 'sort': 'due'}], [], sort=sort) %}{% endcall %}",
        f"/list?site=CEB1&after=xyz&sort={sort}",
        sort=sort,
    )
    link = re.search(r'href="([^"]+)"', page)
    assert link is not None
    assert set(link.group(1).partition("?")[2].split("&amp;")) == {"site=CEB1", to}
    assert (f'aria-sort="{said}"' in page) if said else ("aria-sort" not in page)


def test_no_rating_is_said_and_not_drawn(pages: Flask) -> None:
    assert "not rated" in shown(pages, "{{ ui.rating('') }}")
    assert "not rated" in shown(pages, "<table>{{ ui.num(none) }}</table>")


def test_the_states_of_a_heat_cell_differ_without_colour(pages: Flask) -> None:
    cell = {"state": "rated", "letter": "D", "age": 58, "capped": True, "stale": True, "url": "/a", "label": "CEB1 WEL"}
    rows = [
        {
            "code": "CEB1",
            "name": "Cebu",
            "operator": "",
            "url": "/",
            "cells": [cell, {"state": "not_assessed", "url": "/b", "label": "CEB1 BCP"}, {"state": "not_applicable"}],
        }
    ]
    page = shown(pages, "{{ ui.heatmap([{'name': 'APAC', 'rows': rows}], [], 'Ratings') }}", rows=rows)
    assert " days old, CEB1 WEL, capped by failed clauses, an override is stale" in page
    assert " not assessed, CEB1 BCP" in page
    assert "does not apply" in page


HOSTILE = '"><script>alert(1)</script>'


@pytest.mark.parametrize(
    "source",
    [
        "{{ ui.tag(x) }}", "{{ ui.head(x, meta=[x]) }}", "{{ ui.crumbs([(x, x)]) }}", "{{ ui.alert(x) }}",
        "{{ ui.facts([(x, x)]) }}", "{{ ui.link(x, x, name=x) }}", "{{ ui.act(x, x, why=x) }}",
        "{{ ui.redline([('ins', x)]) }}", "{{ ui.timeline([{'iso': x, 'day': x, 'text': x, 'by': x}]) }}",
        "{{ ui.text(form, 'minutes', x, x) }}", "{{ ui.clause(x, x, x, 'minor', 1, x, x) }}", "{{ ui.rule(x) }}",
        "{{ ui.conflict(x, {x: x}) }}", "{{ ui.photos([{'url': x, 'thumb': x, 'name': x}]) }}", "{{ ui.src(x, x, x) }}",
        "{{ ui.title_cell(x, x, x, x) }}", "{{ ui.filter_select('a', x, [(x, x)], x) }}", "{{ ui.severity(x) }}",
    ],
)  # fmt: skip
def test_a_hostile_text_stays_text(pages: Flask, source: str) -> None:
    assert "<script" not in shown(pages, source, x=HOSTILE)


@pytest.mark.parametrize(("pieces", "drawn"), [
    ([("same", "within"), ("del", " 30"), ("ins", " 20"), ("same", " minutes")],
     "within <del>30</del> <ins>20</ins> minutes"),
    ([("same", "done."), ("ins", " Within"), ("ins", " 20"), ("ins", " minutes.")],
     'done. <ins>Within</ins><ins class="on"> 20</ins><ins class="on"> minutes.</ins>'),
    ([("del", "now "), ("same", "then"), ("ins", " ")], "<del>now</del> then "),
])  # fmt: skip
def test_a_redline_marks_words_and_no_space(pages: Flask, pieces: list[tuple[str, str]], drawn: str) -> None:
    assert f'<p dir="auto">{drawn}</p>' in shown(pages, "{{ ui.redline(pieces) }}", pieces=pieces)


def test_a_page_without_aside_has_one_column(pages: Flask) -> None:
    two = '{% extends "page.html" %}{% block main %}M{% endblock %}{% block aside %}A{% endblock %}'
    assert "pl-cols" in shown(pages, two)
    assert "pl-cols" not in shown(pages, two.replace("A{%", "{%"))


def test_static_addresses_change_with_their_content() -> None:
    assert re.fullmatch(r"/static/app\.js\?v=[0-9a-f]{12}", look.asset("app.js"))
    assert look.asset("app.js").partition("?")[2] != look.asset("theme.js").partition("?")[2]
