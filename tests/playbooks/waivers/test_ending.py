"""Who is told that a waiver is about to end."""

import pytest

from compliance.playbooks.waivers.queries import ending
from tests.builders.accounts import a_person, actor_of
from tests.builders.saving import saving
from tests.builders.waivers import Cast, a_waiver

pytestmark = pytest.mark.usefixtures("app")


def test_somebody_who_asked_and_has_no_role_any_more_is_told_nothing() -> None:
    waiver = a_waiver(cast := Cast(), days=10)
    assert [line.waiver.id for line in ending(cast.actor("lead"))] == [waiver.id]
    former = a_person()
    with saving():
        waiver.requested_by_id = former.id
    assert ending(actor_of(former)) == []
