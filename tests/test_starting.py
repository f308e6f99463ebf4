"""The first start makes what is missing, once; a start that broke off leaves nothing in the way of the next."""

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from compliance import db, starting
from compliance.access import SYSTEM, Role
from compliance.accounts.models import Person, RoleGrant
from compliance.app import create_app
from compliance.demo.telling import is_empty
from compliance.network.commands import found_network
from tests.builders.accounts import post
from tests.support.database import Database, settings


@pytest.fixture
def app(empty_database: Database, tmp_path: Path) -> Flask:
    return create_app(settings(empty_database, tmp_path))


def start(app: Flask, *options: str) -> str:
    result = app.test_cli_runner().invoke(args=["start", *options])
    assert result.exit_code == 0, result.output
    return result.output


def test_the_first_administrator_gets_a_link_that_signs_in_once(app: Flask, client: FlaskClient) -> None:
    found = re.search(r"/enter/\S+", start(app, "--empty"))
    assert found is not None
    answers = [post(client, found.group()).status_code for _ in range(2)]
    assert answers == [302, 409]
    grant = db.session.scalars(select(RoleGrant)).one()
    assert grant.role is Role.ADMINISTRATOR


def test_a_later_start_changes_nothing_and_hands_out_no_link(app: Flask) -> None:
    start(app, "--empty")
    assert start(app, "--empty") == ""
    assert start(app) == ""
    assert db.session.scalar(select(func.count(Person.id))) == 1


def test_a_story_broken_off_leaves_an_empty_database(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken_off() -> None:
        with db.transaction():
            found_network(SYSTEM, name="Half a story")
        raise KeyboardInterrupt

    monkeypatch.setattr(starting, "make", broken_off)
    assert app.test_cli_runner().invoke(args=["start"]).exit_code != 0
    assert is_empty()
    db.session.remove()
    assert "/enter/" in start(app, "--empty")
