"""docs/roles.md says what the code allows: its table is the table of the code."""

from pathlib import Path

from compliance.access import ROLE_PERMISSIONS, Permission, Role

PAGE = Path(__file__).parents[2] / "docs" / "roles.md"
SHORT = {
    Role.AUTHOR: "Aut", Role.PLAYBOOK_OWNER: "Own", Role.LEGAL_REVIEWER: "Leg", Role.REGIONAL_LEAD: "Reg",
    Role.PROGRAMME_MANAGER: "Pro", Role.AUDITOR: "Adt", Role.REVIEWER: "Rev", Role.SITE_LEAD: "Sit",
    Role.VENDOR_LEAD: "Ven",
    Role.VENDOR_MANAGER: "Vma", Role.CONTINUITY_LEAD: "Con", Role.GLOBAL_HEAD: "Glo", Role.ADMINISTRATOR: "Adm",
}


def table() -> list[str]:
    """A line per permission, in the order of the code, with a dot under each role that holds it."""
    lines = ["| May | " + " | ".join(SHORT[role] for role in Role) + " |", "|---|" + ":-:|" * len(Role)]
    for permission in Permission:
        dots = ("●" if permission in ROLE_PERMISSIONS[role] else " " for role in Role)
        lines.append(f"| {permission.value} | " + " | ".join(dots) + " |")
    return lines


def test_the_page_shows_the_table_of_the_code() -> None:
    shown = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("|") and "●" in line]
    wanted = [line for line in table() if "●" in line]
    assert shown == wanted, "Put this table into docs/roles.md:\n" + "\n".join(table())


def test_every_role_is_told_about() -> None:
    text = PAGE.read_text(encoding="utf-8")
    missing = [role.label for role in Role if f"**{role.label}** ({SHORT[role]})" not in text]
    assert missing == []
