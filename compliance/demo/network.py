"""The network of the demo: regions, markets, 26 sites, eight vendors, and who runs what where since when.

Companies and values are invented. Days are counted before the last day of the story, so that the network looks as alive
next year as it does today; a negative number lies ahead.
"""

from typing import NamedTuple

SATURDAY_AND_SUNDAY = (5, 6)
FRIDAY_AND_SATURDAY = (4, 5)

REGIONS = (("apac", "Asia Pacific"), ("emea", "Europe, Middle East, Africa"), ("amer", "Americas"))

MARKETS = (
    ("apac", "my", "Malaysia"), ("apac", "sg", "Singapore"), ("apac", "ph", "Philippines"), ("apac", "id", "Indonesia"),
    ("apac", "in", "India"), ("apac", "jp", "Japan"), ("apac", "kr", "South Korea"), ("apac", "th", "Thailand"),
    ("apac", "vn", "Vietnam"), ("apac", "au", "Australia"),
    ("emea", "ie", "Ireland"), ("emea", "pt", "Portugal"), ("emea", "pl", "Poland"), ("emea", "bg", "Bulgaria"),
    ("emea", "gb", "United Kingdom"), ("emea", "eg", "Egypt"), ("emea", "ae", "United Arab Emirates"),
    ("amer", "us", "United States"), ("amer", "co", "Colombia"),
)


class VendorRow(NamedTuple):
    """`status` is the one the story begins with; `VENDOR_CHANGES` tells how it went on."""

    code: str
    name: str
    status: str
    notice_days: int
    contract_ends: int


VENDORS = (
    VendorRow("KBC", "Kestrel Bay CX", "live", 14, -402),
    VendorRow("NLS", "Northlight Support", "live", 14, -263),
    VendorRow("PDS", "Palmyra Digital Services", "live", 10, -131),
    VendorRow("SPP", "Sundara Process Partners", "live", 14, -540),
    VendorRow("TWO", "Tidewater Ops", "live", 21, -88),
    VendorRow("VTS", "Velika Trust Services", "live", 14, -710),
    VendorRow("QCG", "Quillon Contact Group", "readiness", 10, -980),
    VendorRow("ADR", "Andino Response", "live", 7, -69),
)

# Days ago, vendor, what its status became.
VENDOR_CHANGES = (
    (148, "TWO", "watch"), (131, "ADR", "exit notice"), (96, "PDS", "watch"), (90, "TWO", "improvement plan"),
)


class SiteRow(NamedTuple):
    """`place` is country and, where its holidays differ, subdivision; `weekend` counts Monday as 0."""

    code: str
    market: str
    city: str
    zone: str
    place: str
    languages: str
    heads: int
    tier: str
    lifecycle: str = "live"
    weekend: tuple[int, ...] = SATURDAY_AND_SUNDAY
    note: str = ""


SITES = (
    SiteRow("KUL1", "my", "Kuala Lumpur", "Asia/Kuala_Lumpur", "MY-14", "en ms zh ta", 420, "high",
            note="Hub of the region."),
    SiteRow("KUL2", "my", "Cyberjaya", "Asia/Kuala_Lumpur", "MY-10", "en ms zh", 310, "medium",
            note="Takes over the critical work of MNL1."),
    SiteRow("SIN1", "sg", "Singapore", "Asia/Singapore", "SG", "en zh ms ta", 150, "critical",
            note="Headquarters of the region and crisis desk."),
    SiteRow("MNL1", "ph", "Manila", "Asia/Manila", "PH", "en fil", 900, "critical"),
    SiteRow("CEB1", "ph", "Cebu", "Asia/Manila", "PH", "en fil ceb", 540, "high"),
    SiteRow("DVO1", "ph", "Davao", "Asia/Manila", "PH", "en fil", 260, "medium",
            note="One floor shared by two vendors: Palmyra in the east wing, Sundara in the west wing."),
    SiteRow("JKT1", "id", "Jakarta", "Asia/Jakarta", "ID", "id en", 240, "medium"),
    SiteRow("YOG1", "id", "Yogyakarta", "Asia/Jakarta", "ID", "id en jv", 330, "high"),
    SiteRow("BLR1", "in", "Bengaluru", "Asia/Kolkata", "IN-KA", "en hi kn ta", 700, "critical"),
    SiteRow("HYD1", "in", "Hyderabad", "Asia/Kolkata", "IN-TG", "en hi te", 480, "high"),
    SiteRow("GGN1", "in", "Gurugram", "Asia/Kolkata", "IN-HR", "en hi", 130, "high",
            note="Seat of the government order desk and the grievance officer."),
    SiteRow("TYO1", "jp", "Tokyo", "Asia/Tokyo", "JP", "ja en", 110, "medium"),
    SiteRow("SEL1", "kr", "Seoul", "Asia/Seoul", "KR", "ko en", 90, "low"),
    SiteRow("BKK1", "th", "Bangkok", "Asia/Bangkok", "TH", "th en", 200, "medium"),
    SiteRow("HCM1", "vn", "Ho Chi Minh City", "Asia/Ho_Chi_Minh", "VN", "vi en", 0, "high", "planned",
            note="Launch planned for 180 people; it waits for one major finding of the pre-go-live audit."),
    SiteRow("SYD1", "au", "Sydney", "Australia/Sydney", "AU-NSW", "en", 60, "medium"),
    SiteRow("DUB1", "ie", "Dublin", "Europe/Dublin", "IE", "en fr de", 380, "high", note="Hub of the region."),
    SiteRow("LIS1", "pt", "Lisbon", "Europe/Lisbon", "PT", "pt en es", 450, "high"),
    SiteRow("WAW1", "pl", "Warsaw", "Europe/Warsaw", "PL", "pl en uk", 300, "medium"),
    SiteRow("SOF1", "bg", "Sofia", "Europe/Sofia", "BG", "bg en tr", 220, "high",
            note="The work moves from Tidewater Ops to Velika Trust Services."),
    SiteRow("LON1", "gb", "London", "Europe/London", "GB-ENG", "en", 120, "medium"),
    SiteRow("CAI1", "eg", "Cairo", "Africa/Cairo", "EG", "ar en", 190, "medium", weekend=FRIDAY_AND_SATURDAY,
            note="The working week is Sunday to Thursday."),
    SiteRow("DXB1", "ae", "Dubai", "Asia/Dubai", "AE", "ar en hi", 80, "low"),
    SiteRow("AUS1", "us", "Austin", "America/Chicago", "US-TX", "en es", 260, "medium", note="Hub of the region."),
    SiteRow("LAX1", "us", "Los Angeles", "America/Los_Angeles", "US-CA", "en es", 70, "low"),
    SiteRow("BOG1", "co", "Bogotá", "America/Bogota", "CO", "es en", 210, "medium",
            note="Closes when the contract of Andino Response ends."),
)

SITE_CHANGES = ((118, "BOG1", "closing"),)
ENDS_KNOWN_AGO = 120  # when it was settled which vendor stops where


class Run(NamedTuple):
    """Who runs which lines of business at a site: in-house without a vendor; None is since, or for, ever."""

    site: str
    vendor: str
    lobs: tuple[str, ...]
    since: int | None = None
    until: int | None = None


OPERATIONS = (
    Run("KUL1", "", ("Core", "Account Security", "Age Support")),
    Run("KUL2", "KBC", ("Core", "Commerce")),
    Run("SIN1", "", ("Law Enforcement", "Crisis")),
    Run("MNL1", "KBC", ("Moderation", "Core")),
    Run("CEB1", "PDS", ("Moderation",)),
    Run("DVO1", "PDS", ("Core",)),
    Run("DVO1", "SPP", ("Core",)),
    Run("JKT1", "", ("Core", "Age Support")),
    Run("YOG1", "SPP", ("Moderation",)),
    Run("BLR1", "NLS", ("Account Security", "Core")),
    Run("HYD1", "TWO", ("Moderation",)),
    Run("GGN1", "", ("Law Enforcement", "Grievance")),
    Run("TYO1", "", ("Core", "Age Support")),
    Run("SEL1", "", ("Core",)),
    Run("BKK1", "SPP", ("Core",)),
    Run("HCM1", "QCG", ("Core",), since=80),
    Run("SYD1", "", ("Age Support", "Law Enforcement")),
    Run("DUB1", "", ("Core", "Law Enforcement", "Account Security")),
    Run("LIS1", "VTS", ("Moderation",)),
    Run("WAW1", "VTS", ("Core",)),
    Run("SOF1", "TWO", ("Moderation",), until=-45),
    Run("SOF1", "VTS", ("Moderation",), since=-45),
    Run("LON1", "", ("Law Enforcement", "Policy")),
    Run("CAI1", "QCG", ("Core MENA",)),
    Run("DXB1", "", ("Core MENA",)),
    Run("AUS1", "", ("Core", "Account Security")),
    Run("LAX1", "", ("Creator",)),
    Run("BOG1", "ADR", ("Core",), until=-69),
)
