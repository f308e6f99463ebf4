"""The audits of the demo: when, where, on which playbooks, by whom, and which clauses did not hold.

A failed clause may say how its finding went on, after a colon; without one it is answered, done and closed in time:

    ~              (after the clause) a partial, no nonconformity
    late           closed after its day
    extended       given more time once, then closed
    reopened       the check of the effect failed; the cause was asked for again
    upheld, regraded, withdrawn       disputed, and what came of it
    repeat         the same clause failed at this place before
    @stage         went as far as that stage and no further; @disputed waits for a decision
"""

from typing import NamedTuple


class AuditRow(NamedTuple):
    """`ago` is the first day, counted before the last day of the story; the audit takes two."""

    ago: int
    site: str
    vendor: str
    playbooks: str
    lead: str
    reviewer: str
    fails: str = ""
    purpose: str = "surveillance"
    method: str = "on_site"
    team: str = ""
    unannounced: bool = False
    stage: str = "closed"


HANA, KWAME, YARA, MATEUS = "h.watanabe", "k.asante", "y.haddad", "m.oliveira"
NIGORA, WEILING, OLENA = "n.rahimova", "c.weiling", "o.petrova"
TOMAS, ASTA, DANIEL = "t.ferreira", "a.bjornsdottir", "d.appiah"

AUDITS = (
    AuditRow(716, "KUL1", "", "ESC DAC WEL QCL", HANA, DANIEL, "ESC-04 WEL-02~ QCL-03"),
    AuditRow(702, "MNL1", "KBC", "ESC WEL DAC VEN", KWAME, TOMAS, "ESC-08 WEL-04 DAC-02:late", team=NIGORA),
    AuditRow(688, "BLR1", "NLS", "ESC ACS DAC", HANA, ASTA, "ESC-07 ACS-04 DAC-06"),
    AuditRow(667, "DUB1", "", "ESC ACS LED DAC WEL QCL BCP AGE", YARA, TOMAS, "ACS-06 LED-07 DAC-02:upheld"),
    AuditRow(645, "CEB1", "PDS", "ESC WEL DAC QCL", KWAME, ASTA, "WEL-03:late QCL-01 DAC-04 ESC-05"),
    AuditRow(630, "HYD1", "TWO", "ESC WEL DAC QCL", NIGORA, DANIEL, "WEL-06:late DAC-02 QCL-01 QCL-03"),
    AuditRow(611, "LIS1", "VTS", "WEL DAC QCL VEN", YARA, TOMAS, "DAC-08 QCL-05 WEL-05:extended", team=OLENA),
    AuditRow(578, "YOG1", "SPP", "ESC WEL DAC QCL", WEILING, DANIEL, "ESC-01 WEL-04:late DAC-02"),
    AuditRow(524, "SOF1", "TWO", "ESC WEL QCL DAC", OLENA, TOMAS, "ESC-03:late ESC-07 WEL-02 WEL-03"),
    AuditRow(436, "DVO1", "SPP", "ESC DAC CRI VEN", KWAME, DANIEL, "CRI-04 DAC-06 ESC-06"),
    AuditRow(360, "JKT1", "", "ESC AGE CRI BCP WEL QCL LED", WEILING, ASTA, "AGE-07 BCP-01 CRI-08", method="remote"),
    AuditRow(345, "CAI1", "QCG", "ESC VEN DAC CRI WEL BCP QCL AGE LED", OLENA, ASTA,
             "VEN-03 VEN-08 CRI-01:extended DAC-02"),
    AuditRow(330, "BOG1", "ADR", "ESC DAC VEN CRI", MATEUS, TOMAS, "DAC-01 CRI-01 CRI-05 ESC-08:withdrawn"),
    AuditRow(316, "LON1", "", "LED QCL DAC ESC WEL CRI BCP AGE", YARA, TOMAS, "LED-05:late QCL-06 ESC-07"),
    AuditRow(305, "SYD1", "", "AGE LED DAC ESC WEL CRI BCP QCL", WEILING, DANIEL, "AGE-04 DAC-07 ESC-06",
             method="hybrid"),
    AuditRow(287, "DVO1", "PDS", "ESC DAC VEN CRI WEL QCL AGE LED", NIGORA, ASTA, "CRI-05 VEN-03 DAC-02"),
    AuditRow(275, "SEL1", "", "ESC WEL CRI BCP DAC QCL AGE", HANA, DANIEL, "CRI-03 ESC-05 BCP-06", method="remote"),
    AuditRow(250, "GGN1", "", "ESC LED DAC QCL WEL CRI BCP AGE", WEILING, TOMAS, "LED-02 LED-06 DAC-07 ESC-04"),
    AuditRow(243, "LAX1", "", "ESC DAC WEL QCL AGE LED", MATEUS, DANIEL, "ESC-06 DAC-06 WEL-03:late"),
    AuditRow(235, "DXB1", "", "ESC DAC CRI QCL WEL BCP", OLENA, TOMAS, "DAC-02~ CRI-02 QCL-03"),
    AuditRow(228, "CEB1", "PDS", "CRI BCP VEN ESC", KWAME, TOMAS, "BCP-03:late VEN-04 CRI-07 ESC-01"),
    AuditRow(222, "AUS1", "", "ESC DAC BCP QCL ACS CRI WEL AGE", MATEUS, ASTA, "ESC-05 DAC-04:reopened BCP-08"),
    AuditRow(215, "WAW1", "VTS", "ESC DAC QCL VEN WEL CRI BCP AGE LED", OLENA, ASTA, "QCL-04 DAC-02 DAC-07"),
    AuditRow(205, "HYD1", "TWO", "DAC VEN CRI BCP ESC WEL QCL LED", HANA, ASTA,
             "DAC-03 VEN-05:@plan_approved CRI-04 BCP-01:late",
             unannounced=True),
    AuditRow(196, "MNL1", "KBC", "DAC ESC BCP AGE LED", KWAME, TOMAS, "DAC-03 ESC-08:repeat BCP-08:late", team=NIGORA),
    AuditRow(190, "SIN1", "", "LED CRI BCP DAC ESC WEL QCL AGE", HANA, TOMAS, "LED-03 BCP-05:regraded"),
    AuditRow(182, "YOG1", "SPP", "DAC WEL VEN QCL ESC CRI BCP AGE", WEILING, DANIEL,
             "DAC-03 WEL-02:@plan_approved VEN-06 QCL-05"),
    AuditRow(171, "BLR1", "NLS", "DAC ACS VEN BCP CRI AGE LED", HANA, TOMAS,
             "DAC-03 ACS-03 DAC-06:repeat BCP-01:upheld"),
    AuditRow(160, "CEB1", "PDS", "DAC ESC QCL AGE LED", NIGORA, DANIEL, "DAC-03 QCL-01:repeat DAC-07:late"),
    AuditRow(142, "BKK1", "SPP", "ESC DAC CRI BCP WEL QCL VEN AGE", KWAME, ASTA, "ESC-07 DAC-08 BCP-05:late"),
    AuditRow(124, "LIS1", "VTS", "ESC WEL CRI BCP DAC QCL VEN LED", OLENA, TOMAS,
             "WEL-04:@plan_submitted ESC-01 ESC-07"),
    AuditRow(116, "KUL1", "", "CRI BCP QCL WEL LED", YARA, ASTA, "BCP-05:@plan_approved QCL-05 CRI-04"),
    AuditRow(108, "SOF1", "TWO", "ESC DAC VEN BCP WEL CRI QCL AGE", YARA, DANIEL,
             "VEN-08:@root_cause ESC-05 DAC-07:late", team=OLENA),
    AuditRow(95, "TYO1", "", "ESC DAC AGE CRI WEL QCL BCP LED", HANA, TOMAS, "AGE-06:@contained CRI-01 DAC-06"),
    AuditRow(83, "KUL2", "KBC", "DAC QCL CRI VEN ESC WEL BCP AGE LED", WEILING, ASTA,
             "DAC-04:@implemented QCL-07:@implemented VEN-06"),
    AuditRow(75, "MNL1", "KBC", "WEL QCL VEN CRI", NIGORA, TOMAS,
             "WEL-02:@plan_approved QCL-01 QCL-02 CRI-02:@implemented"),
    AuditRow(69, "CEB1", "PDS", "WEL DAC BCP", KWAME, ASTA, "WEL-01:@plan_approved DAC-08 WEL-02"),
    AuditRow(41, "DUB1", "", "ESC ACS DAC LED CRI", KWAME, DANIEL, "DAC-07 LED-08:@plan_submitted"),
    AuditRow(33, "HCM1", "QCG", "ESC DAC VEN BCP", HANA, TOMAS, "BCP-06:@plan_submitted DAC-06:@plan_submitted",
             purpose="pre-go-live"),
    AuditRow(18, "BLR1", "NLS", "ESC WEL QCL", HANA, TOMAS, "ESC-02:@plan_submitted QCL-08:@root_cause ESC-06",
             stage="reviewed"),
    AuditRow(17, "MNL1", "KBC", "ESC DAC", YARA, DANIEL, "DAC-06:@issued ESC-05 DAC-PH-01:@disputed", stage="reviewed"),
    AuditRow(15, "KUL1", "", "ESC ACS AGE DAC", KWAME, TOMAS, "ESC-04:repeat DAC-02 AGE-08:@issued ACS-05:@accepted",
             stage="reviewed"),
    AuditRow(4, "JKT1", "", "ESC AGE DAC", WEILING, "", "AGE-05 DAC-06 ESC-07~", stage="submitted"),
    AuditRow(2, "BKK1", "SPP", "ESC WEL DAC", HANA, "", "ESC-04 DAC-04", stage="in_progress", team=NIGORA),
)


class PlannedRow(NamedTuple):
    """An audit still to come; `ahead` is its first day, counted after the last day of the story."""

    ahead: int
    site: str
    vendor: str
    playbooks: str
    lead: str
    stage: str = "scheduled"
    reason: str = ""
    purpose: str = "surveillance"


PLANNED = (
    PlannedRow(-36, "SIN1", "", "CRI BCP ESC", WEILING, "postponed",
               "The crisis desk was on duty for a storm; the site asked for a date after it."),
    PlannedRow(9, "LON1", "", "ESC LED CRI", YARA),
    PlannedRow(22, "KUL1", "", "WEL QCL LED", NIGORA),
    PlannedRow(16, "GGN1", "", "LED CRI BCP", HANA),
    PlannedRow(24, "CAI1", "QCG", "ESC VEN DAC QCL", OLENA),
    PlannedRow(37, "WAW1", "VTS", "CRI BCP VEN", OLENA, "planned"),
    PlannedRow(12, "LAX1", "", "ESC CRI BCP", MATEUS, "postponed",
               "The site moves to another floor in the week of the visit; the lead asked for a date after it."),
    PlannedRow(18, "BOG1", "ADR", "DAC VEN", MATEUS, "cancelled",
               "The site closes with the contract; what is open is followed in the exit plan.", "follow-up"),
)

# One fault at five vendors' sites: the first stands for the others.
SYSTEMIC_CLAUSE = "DAC-03"
SYSTEMIC_SITES = ("HYD1", "MNL1", "YOG1", "BLR1", "CEB1")
SYSTEMIC_LINKED_AGO = 146
SYSTEMIC_CLOSED_AGO = 52
