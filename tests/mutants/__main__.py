"""`./run mutants`: every guard in turn; exits 1 when one can be removed without a test failing.

`./run mutants compliance.audits` takes those whose names hold a word, `--sample SEED` some at random.
"""

import random
import sys
import tempfile
import tomllib
from pathlib import Path

from compliance.app import create_app
from compliance.migrating import upgrade
from tests.mutants.hunting import Hunt
from tests.mutants.planting import Mutant, mutants
from tests.support.database import SECRET_KEY

NOTICED, EQUAL, SURVIVED = "noticed", "equivalent", "SURVIVED"
SAMPLE = 10
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
        chosen = _chosen(wanted, known)
        results = [_result(hunt, mutant, known) for mutant in chosen]
        # A sample runs beside the tests of access themselves, which say so if they cry without reason.
        if "--sample" not in wanted and (cry := hunt.notices(None)):
            sys.exit(f"The tests of access fail with every guard in place, so this run has proven nothing: {cry}")
    counted = ", ".join(f"{results.count(result)} {result}" for result in (NOTICED, EQUAL, SURVIVED))
    sys.stdout.write(f"{len(chosen)} guards taken away in turn: {counted}.\n")
    return 1 if SURVIVED in results else 0


def _chosen(wanted: list[str], known: dict[str, str]) -> list[Mutant]:
    if wanted[:1] == ["--sample"]:
        everyone = mutants()
        shuffled = random.Random(int(wanted[1])).sample(everyone, len(everyone))
        return [mutant for mutant in shuffled if mutant.name not in known][:SAMPLE]
    return [mutant for mutant in mutants() if not wanted or any(word in str(mutant) for word in wanted)]


def _result(hunt: Hunt, mutant: Mutant, known: dict[str, str]) -> str:
    """One line: what noticed, or why nothing can."""
    told = known.get(mutant.name) or hunt.notices(mutant)
    result = EQUAL if mutant.name in known else NOTICED if told else SURVIVED
    sys.stdout.write(f"{result:10} {mutant}" + (f": {told}\n" if told else "\n"))
    sys.stdout.flush()
    return result


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
