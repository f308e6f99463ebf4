"""Propose lines for routes the matrix does not know yet: `?` wherever a person has to decide."""

import sys
import tempfile
from pathlib import Path

from compliance.app import create_app
from compliance.migrating import upgrade
from tests.access import matrix
from tests.access.routes import cases
from tests.access.world import build
from tests.support.database import SECRET_KEY


def main() -> None:
    """Add the missing lines to the table, and leave out those whose route is gone."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app({"DATA": folder, "TESTING": "1", "SECRET_KEY": SECRET_KEY,
                          "DATABASE_URL": f"sqlite:///{Path(folder) / 'skeleton.sqlite3'}"})
        upgrade()
        with app.app_context():
            found = [matrix.key(case) for case in cases(app, build())]
    known = matrix.read() if matrix.FILE.exists() else {}
    unknown = dict.fromkeys(matrix.PRINCIPALS, "?")
    matrix.write([known.get(key) or dict(zip(matrix.KEYS, key, strict=True)) | unknown for key in found])
    sys.stdout.write(f"{len([key for key in found if key not in known])} lines to fill in, marked ?\n")


if __name__ == "__main__":
    main()
