"""Every template can be read: a page that is rarely shown must not be the one that does not compile."""

import pytest
from flask import Flask


@pytest.mark.parametrize("backend", ["sqlite"])
def test_every_template_compiles(app: Flask) -> None:
    names = app.jinja_env.list_templates(extensions=["html", "jinja", "txt", "svg"])
    assert len(names) > 1
    for name in names:
        app.jinja_env.get_template(name)
