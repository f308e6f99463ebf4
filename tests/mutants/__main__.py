"""`./run mutants`: every guard in turn; exits 1 when one can be removed without a test failing."""

import sys
import tempfile
from pathlib import Path

from compliance.app import create_app
from compliance.migrating import upgrade
from tests.mutants.hunting import Hunt
from tests.mutants.planting import mutants
from tests.support.database import SECRET_KEY


def main(wanted: list[str]) -> int:
    with tempfile.TemporaryDirectory() as folder:
        app = create_app({"DATA": folder, "TESTING": "1", "SECRET_KEY": SECRET_KEY,
                          "DATABASE_URL": f"sqlite:///{Path(folder) / 'mutants.sqlite3'}"})
        upgrade()
        hunt = Hunt(app)
        chosen = [mutant for mutant in mutants() if not wanted or any(word in str(mutant) for word in wanted)]
        survivors = []
        for mutant in chosen:
            noticed = hunt.notices(mutant)
            sys.stdout.write(f"{'noticed ' if noticed else 'SURVIVED'} {mutant}\n")
            sys.stdout.flush()
            survivors += [] if noticed else [mutant]
    sys.stdout.write(f"{len(chosen) - len(survivors)} of {len(chosen)} guards are missed when they are gone.\n")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
