"""The people of the demo: who they are, what they hold where, and which of them stand for the roles.

All are invented. Whoever works for a vendor holds what they hold over that vendor's work alone.
"""

from typing import NamedTuple

from compliance.access import Role

R = Role


class Held(NamedTuple):
    """A role over a node ("" for the whole network), since and until so many days ago; None is always."""

    role: Role
    node: str = ""
    since: int | None = None
    until: int | None = None


class PersonRow(NamedTuple):
    """`vendor` is the employer, "" the company itself; `manager` is a handle of this table."""

    handle: str
    name: str
    title: str
    zone: str
    held: tuple[Held, ...]
    vendor: str = ""
    home: str = ""
    manager: str = ""


def at_work(*nodes: str) -> tuple[Held, ...]:
    """Who leads in-house sites."""
    return tuple(Held(R.SITE_LEAD, node) for node in nodes)


def for_vendor(*nodes: str) -> tuple[Held, ...]:
    """Who leads the work of their own employer, at some sites or (no node) everywhere."""
    return tuple(Held(R.VENDOR_LEAD, node) for node in nodes or ("",))


def auditing(since: int | None = None) -> tuple[Held, ...]:
    return (Held(R.AUDITOR, since=since),)


GLOBAL = (
    PersonRow("i.solheim", "Ingrid Solheim", "Global head, Trust & Safety", "Europe/Dublin", (Held(R.GLOBAL_HEAD),)),
    PersonRow("w.mwangi", "Wanjiru Mwangi", "Administrator", "Europe/Dublin", (Held(R.ADMINISTRATOR),)),
    PersonRow("e.demir", "Elif Demir", "Playbook author", "Europe/Dublin", (Held(R.AUTHOR),), manager="m.okafor"),
    PersonRow("t.nguyen", "Thu Trang Nguyễn", "Playbook author", "Asia/Singapore", (Held(R.AUTHOR),),
              manager="m.okafor"),
    PersonRow("m.okafor", "Mercy Okafor", "Owner, escalation handling", "Europe/London", (Held(R.PLAYBOOK_OWNER),),
              manager="i.solheim"),
    PersonRow("s.lindqvist", "Saga Lindqvist", "Owner, account security", "Europe/Dublin", (Held(R.PLAYBOOK_OWNER),),
              manager="i.solheim"),
    PersonRow("c.oyelaran", "Chidi Oyelaran", "Owner, age support", "Europe/London", (Held(R.PLAYBOOK_OWNER),),
              manager="i.solheim"),
    PersonRow("r.deshmukh", "Rohan Deshmukh", "Owner, continuity and crisis", "Asia/Singapore",
              (Held(R.PLAYBOOK_OWNER), Held(R.CONTINUITY_LEAD)), manager="i.solheim"),
    PersonRow("e.varga", "Eszter Varga", "Owner, data access", "Europe/Dublin", (Held(R.PLAYBOOK_OWNER),),
              manager="i.solheim"),
    PersonRow("l.marchetti", "Lucia Marchetti", "Owner, legal disclosure", "Europe/Dublin", (Held(R.PLAYBOOK_OWNER),),
              manager="i.solheim"),
    PersonRow("h.nakagawa", "Haruki Nakagawa", "Owner, moderator wellbeing", "Asia/Tokyo", (Held(R.PLAYBOOK_OWNER),),
              manager="i.solheim"),
    PersonRow("t.fairweather", "Tamsin Fairweather", "Owner, quality and calibration", "Europe/London",
              (Held(R.PLAYBOOK_OWNER),), manager="i.solheim"),
    PersonRow("d.moreau", "Delphine Moreau", "Counsel, user safety", "Europe/Dublin", (Held(R.LEGAL_REVIEWER),),
              manager="i.solheim"),
    PersonRow("p.kowalczyk", "Paweł Kowalczyk", "Owner, vendor governance", "Europe/Warsaw", (Held(R.PLAYBOOK_OWNER),),
              manager="i.solheim"),
    PersonRow("r.dizon", "Rafael Dizon", "Continuity lead", "Asia/Singapore", (Held(R.CONTINUITY_LEAD),),
              manager="i.solheim"),
    PersonRow("l.brandt", "Lukas Brandt", "Audit programme manager", "Europe/Dublin", (Held(R.PROGRAMME_MANAGER),),
              manager="i.solheim"),
    PersonRow("f.aziz", "Farah Aziz", "Vendor manager, Asia Pacific", "Asia/Kuala_Lumpur",
              (Held(R.VENDOR_MANAGER, "apac"),), manager="p.kowalczyk"),
    PersonRow("g.moretti", "Giulia Moretti", "Vendor manager, EMEA and Americas", "Europe/Dublin",
              (Held(R.VENDOR_MANAGER, "emea"), Held(R.VENDOR_MANAGER, "amer")), manager="p.kowalczyk"),
)

REGIONAL = (
    PersonRow("j.tan", "Jia Hui Tan", "Regional lead, Asia Pacific", "Asia/Singapore", (Held(R.REGIONAL_LEAD, "apac"),),
              manager="i.solheim"),
    PersonRow("o.keane", "Orla Keane", "Regional lead, EMEA", "Europe/Dublin", (Held(R.REGIONAL_LEAD, "emea"),),
              manager="i.solheim"),
    PersonRow("v.salazar", "Valentina Salazar", "Regional lead, Americas", "America/Chicago",
              (Held(R.REGIONAL_LEAD, "amer"),), manager="i.solheim"),
    PersonRow("g.magsaysay", "Gabriela Magsaysay", "Market lead, Philippines", "Asia/Manila",
              (Held(R.REGIONAL_LEAD, "ph"),), manager="j.tan"),
    PersonRow("i.dragomirov", "Ivan Dragomirov", "Market lead, Bulgaria", "Europe/Sofia", (Held(R.REGIONAL_LEAD,
              "bg"),),
              manager="o.keane"),
    PersonRow("z.wojciechowska", "Zofia Wojciechowska", "Market lead, Poland", "Europe/Warsaw",
              (Held(R.REGIONAL_LEAD, "pl"),), manager="o.keane"),
    PersonRow("c.figueiredo", "Catarina Figueiredo", "Market lead, Portugal", "Europe/Lisbon",
              (Held(R.REGIONAL_LEAD, "pt"),), manager="o.keane"),
)

# Joselito Reyes led MNL1 until eight months ago: for a year he may not audit it.
AUDITORS = (
    PersonRow("h.watanabe", "Hana Watanabe", "Lead auditor", "Asia/Tokyo", auditing(), manager="l.brandt"),
    PersonRow("k.asante", "Kwame Asante", "Lead auditor", "Africa/Accra", auditing(), manager="l.brandt"),
    PersonRow("y.haddad", "Yara Haddad", "Lead auditor", "Europe/Dublin", auditing(), manager="l.brandt"),
    PersonRow("m.oliveira", "Mateus Oliveira", "Lead auditor", "America/Bogota", auditing(), manager="l.brandt"),
    PersonRow("n.rahimova", "Nigora Rahimova", "Auditor", "Asia/Kuala_Lumpur", auditing(), manager="l.brandt"),
    PersonRow("c.weiling", "Chen Wei-Ling", "Auditor", "Asia/Singapore", auditing(), manager="l.brandt"),
    PersonRow("o.petrova", "Olena Petrova", "Auditor", "Europe/Warsaw", auditing(), manager="l.brandt"),
    PersonRow("j.reyes", "Joselito Reyes", "Auditor", "Asia/Manila",
              (Held(R.SITE_LEAD, "MNL1", until=245), *auditing(since=240)), manager="l.brandt"),
    PersonRow("t.ferreira", "Tomás Ferreira", "Reviewer", "Europe/Lisbon", (Held(R.REVIEWER),), manager="i.solheim"),
    PersonRow("a.bjornsdottir", "Ásta Björnsdóttir", "Reviewer", "Europe/Dublin", (Held(R.REVIEWER),),
              manager="i.solheim"),
    PersonRow("d.appiah", "Daniel Appiah", "Reviewer", "Asia/Singapore", (Held(R.REVIEWER),), manager="i.solheim"),
)

SITE_LEADS = (
    PersonRow("a.rahman", "Aisyah Rahman", "Site lead, KUL1", "Asia/Kuala_Lumpur", at_work("KUL1"), home="KUL1",
              manager="j.tan"),
    PersonRow("r.ong", "Raymond Ong", "Site lead, SIN1", "Asia/Singapore", at_work("SIN1"), home="SIN1",
              manager="j.tan"),
    PersonRow("w.prasetyo", "Wahyu Prasetyo", "Site lead, JKT1", "Asia/Jakarta", at_work("JKT1"), home="JKT1",
              manager="j.tan"),
    PersonRow("k.venkataraman", "Kavitha Venkataraman", "Site lead, GGN1", "Asia/Kolkata", at_work("GGN1"), home="GGN1",
              manager="j.tan"),
    PersonRow("m.shirakawa", "Mio Shirakawa", "Site lead, TYO1", "Asia/Tokyo", at_work("TYO1"), home="TYO1",
              manager="j.tan"),
    PersonRow("s.baek", "Baek Seo-yeon", "Site lead, SEL1", "Asia/Seoul", at_work("SEL1"), home="SEL1",
              manager="j.tan"),
    PersonRow("b.whitlock", "Bronwyn Whitlock", "Site lead, SYD1", "Australia/Sydney", at_work("SYD1"), home="SYD1",
              manager="j.tan"),
    PersonRow("s.mcgonagle", "Sinéad McGonagle", "Site lead, DUB1", "Europe/Dublin", at_work("DUB1"), home="DUB1",
              manager="o.keane"),
    PersonRow("n.ashdown", "Nigel Ashdown", "Site lead, LON1", "Europe/London", at_work("LON1"), home="LON1",
              manager="o.keane"),
    PersonRow("k.almansoori", "Khalid Al Mansoori", "Site lead, DXB1", "Asia/Dubai", at_work("DXB1"), home="DXB1",
              manager="o.keane"),
    PersonRow("d.castellanos", "Diego Castellanos", "Site lead, AUS1", "America/Chicago", at_work("AUS1"), home="AUS1",
              manager="v.salazar"),
    PersonRow("t.whitehorse", "Talia Whitehorse", "Site lead, LAX1", "America/Los_Angeles", at_work("LAX1"),
              home="LAX1",
              manager="v.salazar"),
)

VENDOR_LEADS = (
    PersonRow("c.villanueva", "Carlo Villanueva", "Site lead, MNL1", "Asia/Manila", for_vendor("MNL1"), "KBC", "MNL1"),
    PersonRow("l.faizal", "Lydia Faizal", "Site lead, KUL2", "Asia/Kuala_Lumpur", for_vendor("KUL2"), "KBC", "KUL2"),
    PersonRow("m.sison", "Marites Sison", "Account director", "Asia/Manila", for_vendor(), "KBC"),
    PersonRow("p.raghunathan", "Priya Raghunathan", "Site lead, BLR1", "Asia/Kolkata", for_vendor(), "NLS", "BLR1"),
    PersonRow("l.santos", "Leonora Santos", "Site lead, CEB1", "Asia/Manila", for_vendor("CEB1"), "PDS", "CEB1"),
    PersonRow("b.mangubat", "Benjie Mangubat", "Floor lead, DVO1 east", "Asia/Manila", for_vendor("DVO1"), "PDS",
              "DVO1"),
    PersonRow("t.evangelista", "Teresita Evangelista", "Account director", "Asia/Manila", for_vendor(), "PDS"),
    PersonRow("d.wibowo", "Dewi Wibowo", "Site lead, YOG1", "Asia/Jakarta", for_vendor("YOG1"), "SPP", "YOG1"),
    PersonRow("r.abad", "Rowena Abad", "Floor lead, DVO1 west", "Asia/Manila", for_vendor("DVO1"), "SPP", "DVO1"),
    PersonRow("s.charoensuk", "Somchai Charoensuk", "Site lead, BKK1", "Asia/Bangkok", for_vendor("BKK1"), "SPP",
              "BKK1"),
    PersonRow("y.kusuma", "Yohanes Kusuma", "Account director", "Asia/Jakarta", for_vendor(), "SPP"),
    PersonRow("s.reddy", "Srinivas Reddy", "Site lead, HYD1", "Asia/Kolkata", for_vendor("HYD1"), "TWO", "HYD1"),
    PersonRow("b.stoyanova", "Boryana Stoyanova", "Site lead, SOF1", "Europe/Sofia", for_vendor("SOF1"), "TWO", "SOF1"),
    PersonRow("w.hargreaves", "Winifred Hargreaves", "Account director", "Europe/London", for_vendor(), "TWO"),
    PersonRow("r.antunes", "Rui Antunes", "Site lead, LIS1", "Europe/Lisbon", for_vendor("LIS1"), "VTS", "LIS1"),
    PersonRow("k.zielinska", "Katarzyna Zielińska", "Site lead, WAW1", "Europe/Warsaw", for_vendor("WAW1"), "VTS",
              "WAW1"),
    PersonRow("v.novakova", "Veronika Nováková", "Account director", "Europe/Warsaw", for_vendor(), "VTS"),
    PersonRow("p.tran", "Phúc Trần", "Launch lead, HCM1", "Asia/Ho_Chi_Minh", for_vendor("HCM1"), "QCG", "HCM1"),
    PersonRow("m.elsayed", "Mona El-Sayed", "Site lead, CAI1", "Africa/Cairo", for_vendor(), "QCG", "CAI1"),
    PersonRow("x.rincon", "Ximena Rincón", "Site lead, BOG1", "America/Bogota", for_vendor(), "ADR", "BOG1"),
)

EVERYBODY = (*GLOBAL, *REGIONAL, *AUDITORS, *SITE_LEADS, *VENDOR_LEADS)


class DemoRole(NamedTuple):
    """Somebody to sign in as, and what that person comes to do today."""

    role: Role
    handle: str
    task: str


DEMO_ROLES = (
    DemoRole(R.PROGRAMME_MANAGER, "l.brandt",
             "Plan an audit of MNL1 on three playbooks; try Joselito Reyes as its lead and read why not."),
    DemoRole(R.AUDITOR, "h.watanabe",
             "Go on with the audit in progress: answer clauses, add photos, see what blocks submission."),
    DemoRole(R.REVIEWER, "t.ferreira", "Review the audit that was submitted; verify what is ready to be closed."),
    DemoRole(R.SITE_LEAD, "a.rahman", "See what KUL1 must do today; answer a finding with cause, plan and criterion."),
    DemoRole(R.VENDOR_LEAD, "c.villanueva", "The same at MNL1 for Kestrel Bay CX, who sees nothing of other vendors."),
    DemoRole(R.REGIONAL_LEAD, "j.tan", "See what is off in Asia Pacific; approve the plans of major findings."),
    DemoRole(R.PLAYBOOK_OWNER, "m.okafor",
             "Read ESC as it applies at DUB1, KUL1 and BLR1; approve the plans of critical findings."),
    DemoRole(R.LEGAL_REVIEWER, "d.moreau",
             "Read what changes in crisis response 2.0.0 and give legal consent to exactly that text, or say why not."),
    DemoRole(R.AUTHOR, "e.demir", "Read the library, compare two versions and see which override is stale."),
    DemoRole(R.VENDOR_MANAGER, "f.aziz", "Compare vendors in Asia Pacific; approve the plans of their minor findings."),
    DemoRole(R.CONTINUITY_LEAD, "r.dizon",
             "Record an exercise at CEB1; a missed recovery time raises an action that needs a re-test."),
    DemoRole(R.GLOBAL_HEAD, "i.solheim", "Open the network, go from a cell to the evidence, export the report."),
    DemoRole(R.ADMINISTRATOR, "w.mwangi", "Keep people, sites and calendars; no power over content."),
)

BY_HANDLE = {person.handle: person for person in EVERYBODY}
_STARS = tuple(BY_HANDLE[demo.handle] for demo in DEMO_ROLES)
# Who stands for a role comes first of those who hold it.
PEOPLE = (*_STARS, *(person for person in EVERYBODY if person not in _STARS))
