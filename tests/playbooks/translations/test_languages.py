"""The fixed list of languages."""

import pytest
from babel import Locale

from compliance.playbooks.translations.languages import LANGUAGES, known


@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_direction_and_name_are_those_of_the_unicode_consortium(code):
    locale = Locale.parse(code.replace("-", "_"))
    language = LANGUAGES[code]
    assert locale.text_direction == language.direction
    assert locale.get_display_name("en").partition(" (")[0] == language.name.partition(" (")[0]


def test_sites_name_languages_the_list_knows_or_none_at_all():
    assert [language.code for language in known(["th", "en", "xx", "ar", "th"], "en")] == ["ar", "th"]
