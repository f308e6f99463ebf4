"""A folder of playbooks: what is read, what is refused per file, and what its files alone resolve to."""

from datetime import date
from pathlib import Path

import pytest

from compliance.playbooks.effective import ScopeKind
from compliance.playbooks.library import NothingInForce, kinds_of, read_library, read_shelf, resolve_files
from compliance.playbooks.refusals import Reason

CLAUSE = """
### TST-01 Calls are answered

- Severity: {severity}
- Weight: 2
- Evidence: Log
{facts}
Calls are answered within {{{{minutes}}}} minutes. {text}
"""
TABLE = """
## Parameters

| Parameter | Value | Unit    | Stricter | Range | Meaning |
|-----------|-------|---------|----------|-------|---------|
| minutes   | {}    | minutes | lower    | 1..60 | Time    |

## Calls
"""
ON = date(2026, 6, 1)


def a_playbook(version="1.0.0", effective="2026-01-01", value="30", text="By phone.", facts=""):
    card = f"---\nplaybook: test\nversion: {version}\ntitle: Test\nprefix: TST\nowner: o\neffective: {effective}\n---\n"
    return card + "\nIntro.\n" + TABLE.format(value) + CLAUSE.format(severity="major", text=text, facts=facts)


def an_override(scope, body, version=1, effective="2026-01-01", against="1.0.0"):
    card = f"---\noverrides: test\nscope: {scope}\nversion: {version}\nowner: o\neffective: {effective}\n"
    return f"{card}approved: a.b 2025-12-01\nwritten-against:\n  global: {against}\n---\n\n{body}\n"


def setting(value):
    return f"## Parameters\n\n| Parameter | Value | Why |\n|---|---|---|\n| minutes | {value} | Because |"


@pytest.fixture
def folder(tmp_path):
    """Put files by their path inside the folder of the playbook `test`."""

    def put(**files: str) -> Path:
        for name, source in ({"playbook": a_playbook()} | files).items():
            path = tmp_path / "test" / (name.replace("__", "/") + ".md")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(source, encoding="utf-8")
        return tmp_path / "test"

    return put


def test_a_library_is_read_from_its_root_or_from_one_of_its_folders(folder):
    shelf = folder(overrides__apac=an_override("apac", setting(20)))
    assert read_library(shelf) == read_library(shelf.parent)
    (found,) = read_library(shelf)
    assert (found.key, list(found.overrides), found.errors) == ("test", ["apac"], ())


def test_the_chain_is_resolved_from_files_alone(folder):
    shelf = read_shelf(
        folder(overrides__apac=an_override("apac", setting(20)), overrides__my=an_override("my", setting(15)))
    )
    values = [resolve_files(shelf, chain, ON).values["minutes"] for chain in ([], ["apac"], ["apac", "my"], ["emea"])]
    assert values == ["30", "20", "15", "30"]


def test_the_archive_answers_for_earlier_dates(folder):
    shelf = read_shelf(
        folder(
            playbook=a_playbook("2.0.0", "2026-05-01", value="25"),
            archive__old=a_playbook("1.0.0", "2026-01-01", value="30"),
            overrides__apac=an_override("apac", setting(10), version=2, effective="2026-03-01"),
            archive__apac=an_override("apac", setting(20), version=1),
        )
    )
    days = [date(2026, 1, 1), date(2026, 3, 1), date(2026, 5, 1)]
    found = [resolve_files(shelf, ["apac"], day) for day in days]
    assert [(e.chain, e.values["minutes"]) for e in found] == [
        ((("global", "1.0.0"), ("apac", "1")), "20"),
        ((("global", "1.0.0"), ("apac", "2")), "10"),
        ((("global", "2.0.0"), ("apac", "2")), "10"),
    ]
    with pytest.raises(NothingInForce, match="test is in force on 2025-12-31"):
        resolve_files(shelf, [], date(2025, 12, 31))


def test_an_override_written_for_an_older_text_is_flagged_or_held_back(folder):
    """The clause was reworded since; with `Must rebase` its new text holds, without it the override does, flagged."""
    mine = an_override("apac", "## Replace TST-01\n\n- Why: Ours\n\nCalls are answered at once.")
    files = {"archive__old": a_playbook("1.0.0"), "overrides__apac": mine}
    for facts, reason, text in (
        ("", Reason.STALE, "Calls are answered at once."),
        (
            "- Must rebase: yes\n",
            Reason.WAITING_FOR_REVIEW,
            "Calls are answered within {{minutes}} minutes. In person.",
        ),
    ):
        newer = a_playbook("2.0.0", "2026-05-01", text="In person.", facts=facts)
        effective = resolve_files(read_shelf(folder(playbook=newer, **files)), ["apac"], ON)
        assert [issue.reason for issue in effective.issues] == [reason]
        assert effective.by_id["TST-01"].clause.text == text


def test_what_an_override_rests_on_includes_the_layers_above_it_as_they_were(folder):
    """The site reworded what the region had written; the region's old text is in the archive."""
    reword = "## Replace TST-01\n\n- Why: Ours\n\n{}"
    site = an_override("kul1", reword.format("Calls are answered in the lobby.")).replace("  global: 1.0.0", "{}")
    against = site.replace("{}", "  global: 1.0.0\n  apac: {}")
    for apac_version, issues in (("2", []), ("1", [Reason.STALE])):
        shelf = read_shelf(
            folder(
                overrides__apac=an_override("apac", reword.format("Calls are answered at noon."), version=2),
                archive__apac=an_override("apac", reword.format("Calls are answered at ten."), effective="2025-12-01"),
                overrides__kul1=against.replace("{}", apac_version),
            )
        )
        assert shelf.errors == ()
        effective = resolve_files(shelf, ["apac", "site:kul1"], ON)
        assert [issue.reason for issue in effective.issues] == issues


@pytest.mark.parametrize(
    ("name", "source", "message"),
    [
        ("overrides__apac", "no card", "card"),
        ("overrides__apac", an_override("my", setting(20)), "The card says my, the file apac"),
        (
            "archive__other",
            a_playbook().replace("playbook: test", "playbook: toast"),
            "The card says toast, the folder test",
        ),
    ],
)
def test_a_bad_file_is_named_and_left_out_and_the_others_are_read(folder, name, source, message):
    shelf = read_shelf(folder(**{name: source}))
    assert len(shelf.playbooks) == 1
    assert shelf.overrides == {}
    assert any(message in problem.message for problem in shelf.errors)
    assert all(problem.path.endswith(f"{name.replace('__', '/')}.md") and problem.remedy for problem in shelf.errors)


def test_a_file_that_is_no_text_or_far_too_long_is_refused_unread(folder):
    place = folder()
    (place / "overrides").mkdir()
    (place / "overrides" / "apac.md").write_bytes(b"\xff\xfe")
    (place / "overrides" / "my.md").write_bytes(b"x" * (4 * 1024 * 1024 + 1))
    assert [problem.message for problem in read_shelf(place).errors] == [
        "The file is not UTF-8 text",
        "The file has more than 4 MB",
    ]


def test_the_source_is_kept_as_it_is(folder):
    place = folder()
    (place / "playbook.md").write_bytes(a_playbook().replace("\n", "\r\n").encode())
    (text,) = read_shelf(place).playbooks
    assert text.source.encode() == (place / "playbook.md").read_bytes()


@pytest.mark.parametrize(
    ("chain", "kinds"),
    [
        ([], []),
        (["apac", "my"], ["region", "market"]),
        (["apac", "my", "kul1"], ["region", "market", "site"]),
        (["apac", "my", "acme", "kul1"], ["region", "market", "vendor", "site"]),
        (["apac", "vendor:acme"], ["region", "vendor"]),
    ],
)
def test_a_code_is_what_its_place_or_its_name_says(chain, kinds):
    assert [kind for kind, _ in kinds_of(chain)] == [ScopeKind(kind) for kind in kinds]


@pytest.mark.parametrize(
    ("chain", "message"),
    [
        (list("abcde"), "at most"),
        (["site:kul1", "region:apac"], "from region over"),
        (["market:my", "market:sg"], "one of each"),
        (["moon:x"], "moon is no kind of layer"),
    ],
)
def test_what_is_no_chain_is_refused(chain, message):
    with pytest.raises(ValueError, match=message):
        kinds_of(chain)
