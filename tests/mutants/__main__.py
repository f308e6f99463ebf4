"""`./run mutants`: every guard in turn; exits 1 when one can be removed without a test failing."""

import sys
import tempfile
import tomllib
from pathlib import Path

from compliance.app import create_app
from compliance.migrating import upgrade
from tests.mutants.hunting import Hunt
from tests.mutants.planting import Mutant, mutants
from tests.support.database import SECRET_KEY

EQUIVALENT = Path(__file__).with_name("equivalent.toml")


def equivalents() -> dict[str, str]:
    """Guards whose absence changes nothing, by name, each with the reason."""
    return dict(tomllib.loads(EQUIVALENT.read_text(encoding="utf-8")))


def main(wanted: list[str]) -> int:
    with tempfile.TemporaryDirectory() as folder:
        app = create_app({"DATA": folder, "TESTING": "1", "SECRET_KEY": SECRET_KEY,
                          "DATABASE_URL": f"sqlite:///{Path(folder) / 'mutants.sqlite3'}"})
        upgrade()
        hunt, known = Hunt(app), equivalents()
        if not wanted and hunt.notices(None):
            sys.exit("The tests of access fail with every guard in place: mend that first.")
        chosen = [mutant for mutant in mutants() if not wanted or any(word in str(mutant) for word in wanted)]
        survivors = [mutant for mutant in chosen if not _told(mutant, known, noticed=hunt.notices(mutant))]
    sys.stdout.write(f"{len(chosen) - len(survivors)} of {len(chosen)} guards are missed when they are gone, "
                     "or are listed as equivalent.\n")
    return 1 if survivors else 0


def _told(mutant: Mutant, known: dict[str, str], *, noticed: bool) -> bool:
    said = "noticed " if noticed else f"equivalent ({known[mutant.name]})" if mutant.name in known else "SURVIVED"
    sys.stdout.write(f"{said} {mutant}\n")
    sys.stdout.flush()
    return noticed or mutant.name in known


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
