"""Continuity in the demo: what must be back when, the plans of the sites, and the exercises that tried them."""

from typing import NamedTuple


class Target(NamedTuple):
    """What a line of business must reach after a disruption; times in minutes, the least level in per cent."""

    tier: int
    rto: int
    mtpd: int
    mbco: int
    strategy: str


TARGETS = {
    "Moderation": Target(1, 240, 480, 50, "The partner site takes the P0 and P1 queues within two hours."),
    "Core": Target(2, 480, 1440, 50, "The partner site takes the queue in the languages it has."),
    "Commerce": Target(3, 1440, 2880, 40, "The queue waits a day; merchants are told."),
    "Account Security": Target(1, 120, 360, 60, "Holds on taken accounts first, by certified people."),
    "Age Support": Target(1, 240, 720, 60, "Certified people of the partner take appeals; removals go on by rule."),
    "Law Enforcement": Target(1, 60, 180, 80, "The desk in Dublin or Singapore takes over; both hold the same files."),
    "Crisis": Target(1, 30, 90, 100, "The deputy desk in Dublin takes the line and the log."),
    "Grievance": Target(2, 480, 1440, 50, "The order desk first; grievances are acknowledged from KUL1."),
    "Policy": Target(3, 1440, 4320, 40, "Decisions wait; urgent ones are taken in Singapore."),
    "Core MENA": Target(2, 480, 1440, 50, "CAI1 and DXB1 stand in for each other."),
    "Creator": Target(3, 1440, 2880, 40, "Austin takes the named accounts; the rest waits."),
}


class PlanRow(NamedTuple):
    """A plan approved so many days ago; `failover` is the site that takes over, "" where there is none."""

    ago: int
    site: str
    vendor: str
    failover: str
    deputy: str
    stage: str = "current"


PLANS = (
    PlanRow(520, "KUL1", "", "SIN1", "Hafiz Omar"),
    PlanRow(500, "LIS1", "VTS", "WAW1", "Inês Tavares"),
    PlanRow(480, "MNL1", "KBC", "KUL2", "Rosario Lim"),
    PlanRow(420, "SEL1", "", "TYO1", "Kang Min-jae"),
    PlanRow(410, "BOG1", "ADR", "", "Camilo Duarte"),
    PlanRow(395, "CAI1", "QCG", "", "Tarek Hosny"),
    PlanRow(350, "LIS1", "VTS", "WAW1", "Inês Tavares"),
    PlanRow(345, "HYD1", "TWO", "SOF1", "Lakshmi Prasad"),
    PlanRow(340, "SYD1", "", "SIN1", "Hamish Doyle"),
    PlanRow(320, "JKT1", "", "KUL1", "Ratna Dewanti"),
    PlanRow(310, "KUL2", "KBC", "MNL1", "Shanthi Muniandy"),
    PlanRow(300, "DVO1", "PDS", "CEB1", "Arnel Uy"),
    PlanRow(300, "LAX1", "", "AUS1", "Jerome Park"),
    PlanRow(290, "DVO1", "SPP", "YOG1", "Clarissa Yap"),
    PlanRow(280, "GGN1", "", "SIN1", "Rohit Chawla"),
    PlanRow(260, "SOF1", "TWO", "HYD1", "Plamen Iliev"),
    PlanRow(240, "CEB1", "PDS", "DVO1", "Dodong Alcantara"),
    PlanRow(230, "MNL1", "KBC", "KUL2", "Rosario Lim"),
    PlanRow(210, "DUB1", "", "LON1", "Fionn Gallagher"),
    PlanRow(200, "YOG1", "SPP", "BKK1", "Bayu Nugroho"),
    PlanRow(190, "BLR1", "NLS", "", "Anjali Hegde"),
    PlanRow(170, "SIN1", "", "DUB1", "Melissa Chua"),
    PlanRow(160, "KUL1", "", "SIN1", "Hafiz Omar"),
    PlanRow(155, "AUS1", "", "LAX1", "Renee Baptiste"),
    PlanRow(150, "BKK1", "SPP", "YOG1", "Nattaya Srisuk"),
    PlanRow(140, "WAW1", "VTS", "LIS1", "Marek Sobczak"),
    PlanRow(130, "TYO1", "", "SIN1", "Daichi Mori"),
    PlanRow(110, "LON1", "", "DUB1", "Priscilla Ward"),
    PlanRow(12, "HCM1", "QCG", "CAI1", "Hồ Thị Mai", "review"),
)

PURPOSE = ("To keep the urgent work of {site} {city} alive when the building, its people, its power or its network are "
           "lost, and to bring the rest back in the order below. For everybody who leads a shift here.")
ACTIVATION = ("When work stops or is about to stop for longer than 30 minutes, or people are in danger. The lead "
              "of the site decides; if neither lead nor deputy answers within ten minutes, the crisis desk does.")
DEACTIVATION = ("When the work has run at its least level or above for two hours, everybody is accounted for, and the "
                "backlog has a plan. The crisis lead decides and says so on the channel.")
RECOVERY = ("People first, then what is urgent: {order}. Kit and keys lie in the red box at reception and at the "
            "partner site. Return to normal begins with the day shift, one queue at a time.")
CONTACT = "Out-of-band channel, then satellite telephone {number}"


class ExerciseRow(NamedTuple):
    """`measured` maps a line of business to minutes and level; `call` is called and acknowledged."""

    ago: int
    kind: str
    site: str
    vendor: str
    title: str
    scenario: str
    people: int
    measured: tuple[tuple[str, int, int], ...] = ()
    call: tuple[int, int] | None = None
    improvements: tuple[tuple[str, str], ...] = ()
    stage: str = "closed"
    retest_of: str = ""


BUILDING = "At 10:00 the fire alarm empties the building and it stays shut. Injects: one person missing, a press call."
TYPHOON = ("Signal 3 is raised at noon, power fails at 14:00 and the generator stops after an hour. Injects: two "
           "routes flooded, one carrier down.")
NETWORK = "Both lines of the city fail at the start of the evening shift. Inject: repair will take six hours."
IDENTITY = "The identity provider is down; nobody can sign in. Inject: a P0 contact arrives by telephone."
SURGE = "A self-harm challenge spreads and volume rises sixfold within two hours. Inject: a minister asks for figures."
SICKNESS = "Two in five people are ill on a Monday. Inject: the counsellor is one of them."

EXERCISES = (
    ExerciseRow(430, "full_scale", "LIS1", "VTS", "Loss of the Lisbon building", BUILDING, 62,
                (("Moderation", 310, 55),),
                improvements=(("Badges for the partner site are issued before they are needed", "equipment"),)),
    ExerciseRow(330, "tabletop", "HYD1", "TWO", "Vendor insolvency, talked through", SICKNESS, 14,
                improvements=(("The list of people who may sign for the vendor is kept with the plan", "planning"),)),
    ExerciseRow(318, "functional", "LIS1", "VTS", "Loss of the Lisbon building, again", BUILDING, 58,
                (("Moderation", 205, 60),), retest_of="Loss of the Lisbon building"),
    ExerciseRow(300, "tabletop", "KUL2", "KBC", "Mass sickness", SICKNESS, 11),
    ExerciseRow(260, "unannounced", "JKT1", "", "Evacuation without notice", BUILDING, 188,
                (("Core", 300, 62), ("Age Support", 190, 70))),
    ExerciseRow(212, "functional", "MNL1", "KBC", "Typhoon, work moved to Cyberjaya", TYPHOON, 96,
                (("Moderation", 190, 58), ("Core", 350, 52)), (100, 94),
                (("The night roster of KUL2 names who takes Tagalog cases", "organisation"),)),
    ExerciseRow(180, "functional", "DUB1", "", "City network cut", NETWORK, 54,
                (("Core", 260, 70), ("Law Enforcement", 45, 90), ("Account Security", 95, 66)), (60, 57)),
    ExerciseRow(150, "call_tree", "SIN1", "", "Call tree at 03:00", "An unannounced call at night.", 50, call=(50, 46)),
    ExerciseRow(138, "call_tree", "KUL1", "", "Call tree on a Sunday", "An unannounced call on a Sunday.", 120,
                call=(120, 111)),
    ExerciseRow(120, "functional", "BLR1", "NLS", "Identity provider down", IDENTITY, 73,
                (("Account Security", 110, 64), ("Core", 420, 55)), (90, 84)),
    ExerciseRow(95, "functional", "AUS1", "", "Ice storm over Texas", NETWORK, 41,
                (("Core", 390, 58), ("Account Security", 100, 61)), (40, 37)),
    ExerciseRow(72, "tabletop", "TYO1", "", "Challenge surge", SURGE, 12,
                improvements=(("The surge rota covers the Golden Week", "planning"),)),
    ExerciseRow(52, "functional", "CEB1", "PDS", "Typhoon with loss of power", TYPHOON, 88,
                (("Moderation", 300, 52),), (50, 46),
                (("The generator is tested under the load of the whole floor", "equipment"),)),
    ExerciseRow(33, "functional", "YOG1", "SPP", "City network cut", NETWORK, 60, (("Moderation", 200, 57),), (80, 75),
                (("The partner site keeps ten accounts ready for our people", "organisation"),), "aar_draft"),
    ExerciseRow(1, "functional", "CEB1", "PDS", "Loss of both carriers", NETWORK, 0, stage="scheduled"),
    ExerciseRow(-15, "tabletop", "GGN1", "", "Two orders at once", SURGE, 0, stage="scheduled"),
    ExerciseRow(-24, "tabletop", "KUL1", "", "Challenge surge", SURGE, 0, stage="scheduled"),
    ExerciseRow(-20, "functional", "CEB1", "PDS", "Typhoon with loss of power, again", TYPHOON, 0, stage="scheduled",
                retest_of="Typhoon with loss of power"),
    ExerciseRow(-28, "call_tree", "SYD1", "", "Call tree before the summer", "An announced call.", 0,
                stage="scheduled"),
)

# Exercises that went as they should: days ago, site, vendor, title, scenario.
ROUTINE = (
    (252, "GGN1", "", "Order at 02:00 on a holiday", SURGE), (305, "CAI1", "QCG", "City network cut", NETWORK),
    (282, "HYD1", "TWO", "Mass sickness in the monsoon", SICKNESS), (268, "LAX1", "", "Building lost", BUILDING),
    (246, "SYD1", "", "Bushfire smoke", BUILDING), (228, "SOF1", "TWO", "City network cut", NETWORK),
    (226, "DVO1", "PDS", "Earthquake, east wing", BUILDING), (219, "DVO1", "SPP", "Earthquake, west wing", BUILDING),
    (204, "KUL2", "KBC", "Work taken over from MNL1", TYPHOON), (168, "LIS1", "VTS", "City network cut", NETWORK),
    (138, "SIN1", "", "Crisis desk moves to Dublin", BUILDING), (133, "KUL1", "", "Flooded access roads", TYPHOON),
    (118, "BKK1", "SPP", "Flooded access roads", TYPHOON), (112, "WAW1", "VTS", "Identity provider down", IDENTITY),
    (78, "LON1", "", "Building lost", BUILDING), (88, "TYO1", "", "Earthquake, work moved to Singapore", BUILDING),
)

READINESS_WORDS = {
    "containment": "The P0 queue is moved to the partner site at the first signal, before power is lost.",
    "steps": ["The generator and its transfer switch are tested under full load",
              "The partner site keeps the accounts and seats of one shift ready",
              "Shift leads rehearse the move of the first queue, by day and by night"],
    "criterion": "The same exercise, held again, brings the work back within its target",
    "metric": "Minutes until the least level is reached",
    "target": "at or below the recovery time of the plan",
    "sample": "One functional exercise with the night shift",
}
IMPROVEMENT_WORDS = {
    "steps": ["It is done and shown to the continuity lead", "It is written into the plan"],
    "criterion": "It is in place at the next exercise, without anybody being reminded",
    "metric": "Whether it is in place",
    "target": "yes",
    "sample": "The next exercise",
}
STRENGTHS = ("Leads answered at once, decisions were written down as they were taken, and people kept calm.",
             "The partner site was ready sooner than planned; the hand-over of cases by name worked.")
