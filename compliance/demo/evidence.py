"""Made-up evidence: drawn pictures and small papers, taken in once and attached wherever the story needs one."""

import io
import random
from collections.abc import Callable

from PIL import Image, ImageDraw, ImageFont

from compliance.files.intake import Upload, accept

Draw = ImageDraw.ImageDraw
SIZE = (1200, 800)
INK, PAPER, RULE, SIGNAL, FLOOR = "#26313c", "#f4f1ea", "#b8b2a4", "#b5482f", "#d9dfe4"
PHOTO_NAMES = {
    "ESC": ("night-roster.jpg", "queue-clock.jpg"), "ACS": ("log-sheet.jpg", "queue-clock.jpg"),
    "AGE": ("log-sheet.jpg", "night-roster.jpg"), "WEL": ("quiet-room.jpg", "night-roster.jpg"),
    "CRI": ("crisis-board.jpg", "log-sheet.jpg"), "BCP": ("generator.jpg", "assembly-point.jpg"),
    "VEN": ("signed-page.jpg", "log-sheet.jpg"), "DAC": ("lockers.jpg", "visitor-log.jpg"),
    "QCL": ("calibration-sheet.jpg", "log-sheet.jpg"), "LED": ("log-sheet.jpg", "signed-page.jpg"),
}
PAPER_NAMES = ("containment-record.pdf", "new-roster.pdf", "briefing-signatures.pdf", "change-ticket.pdf",
               "before-and-after.pdf", "sample-of-the-verifier.pdf", "counter-evidence.pdf")


class Cabinet:
    """Every piece of evidence of the demo by its name, checked and stored before the story begins."""

    def __init__(self) -> None:
        names = dict.fromkeys(name for pair in PHOTO_NAMES.values() for name in pair)
        self._photos = {name: accept(photo(name), name) for name in names}
        self._papers = {name: accept(paper(name), name) for name in PAPER_NAMES}

    def photo(self, prefix: str, number: int = 0) -> Upload:
        """A photo such as an audit of that playbook brings home."""
        names = PHOTO_NAMES[prefix]
        return self._photos[names[number % len(names)]]

    def paper(self, name: str) -> Upload:
        return self._papers[name]


def photo(name: str) -> bytes:
    """A drawing that stands for the photo of that name; the same bytes each time."""
    picture = Image.new("RGB", SIZE, PAPER)
    pen = ImageDraw.Draw(picture)
    SCENES.get(name, _sheet)(pen, random.Random(name))  # noqa: S311 - a drawing, not a secret
    title = name.removesuffix(".jpg").replace("-", " ").capitalize()
    pen.rectangle((0, 730, SIZE[0], SIZE[1]), fill=INK)
    pen.text((40, 744), f"{title} (demo picture)", fill=PAPER, font=ImageFont.load_default(32))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()


def _sheet(pen: Draw, chance: random.Random) -> None:
    """A ruled sheet with entries, some of them without a signature."""
    pen.rectangle((140, 50, 1060, 700), fill="white", outline=INK, width=3)
    for row in range(12):
        top = 90 + row * 50
        pen.line((170, top + 38, 1030, top + 38), fill=RULE, width=2)
        for left, width in ((180, 160), (380, 300)):
            pen.rectangle((left, top + 10, left + chance.randint(width // 2, width), top + 22), fill=INK)
        if chance.random() < 0.7:
            points = [(760 + step * 22, top + chance.randint(6, 30)) for step in range(9)]
            pen.line(points, fill="#2f4f8f", width=4, joint="curve")
        else:
            pen.rectangle((755, top + 4, 960, top + 32), outline=SIGNAL, width=3)


def _board(pen: Draw, chance: random.Random) -> None:
    """A roster on the wall: days across, shifts down, two cells empty."""
    pen.rectangle((60, 40, 1140, 700), fill="#e7ece8", outline=INK, width=6)
    empty = {(chance.randint(0, 6), 3), (chance.randint(0, 6), 4)}
    for column in range(7):
        for row in range(5):
            box = (90 + column * 149, 80 + row * 120, 225 + column * 149, 185 + row * 120)
            pen.rectangle(box, fill="white" if (column, row) not in empty else "#f3d3c8", outline=RULE, width=2)
            if (column, row) not in empty:
                for line in range(2):
                    pen.rectangle((box[0] + 14, box[1] + 20 + line * 34,
                                   box[0] + chance.randint(70, 118), box[1] + 34 + line * 34), fill=INK)


def _clock(pen: Draw, chance: random.Random) -> None:
    pen.ellipse((300, 40, 900, 640), fill="white", outline=INK, width=14)
    for hour in range(12):
        x, y = ((600, 80), (735, 116), (834, 215), (870, 340))[hour % 4]
        pen.ellipse((x - 8, y - 8, x + 8, y + 8), fill=INK)
    pen.line((600, 340, 520, 200), fill=INK, width=16)
    pen.line((600, 340, 600 + chance.randint(120, 200), 420), fill=SIGNAL, width=8)


def _lockers(pen: Draw, chance: random.Random) -> None:
    pen.rectangle((0, 0, SIZE[0], SIZE[1]), fill=FLOOR)
    for column in range(8):
        for row in range(3):
            left, top = 60 + column * 136, 40 + row * 224
            pen.rectangle((left, top, left + 124, top + 210), fill="#7d8f9c", outline=INK, width=3)
            handle = SIGNAL if chance.random() < 0.25 else PAPER
            pen.rectangle((left + 96, top + 90, left + 108, top + 128), fill=handle)


def _room(pen: Draw, chance: random.Random) -> None:
    """A floor plan with desks."""
    pen.rectangle((80, 60, 1120, 690), fill=FLOOR, outline=INK, width=8)
    for column in range(6):
        for row in range(3):
            left, top = 140 + column * 160, 120 + row * 180
            pen.rectangle((left, top, left + 110, top + 60), fill="white", outline=INK, width=3)
            pen.ellipse((left + 30, top + 70, left + 80, top + 120),
                        fill=SIGNAL if chance.random() < 0.2 else "#7d8f9c")
    pen.rectangle((520, 56, 680, 70), fill=PAPER)


SCENES: dict[str, Callable[[Draw, random.Random], None]] = {
    "night-roster.jpg": _board, "crisis-board.jpg": _board, "queue-clock.jpg": _clock, "lockers.jpg": _lockers,
    "quiet-room.jpg": _room, "assembly-point.jpg": _room, "generator.jpg": _lockers,
}


def paper(name: str) -> bytes:
    """A one-page PDF that says what it stands for."""
    title = name.removesuffix(".pdf").replace("-", " ").capitalize()
    text = f"BT /F1 20 Tf 72 760 Td ({title}) Tj 0 -32 Td /F1 12 Tf (Demo paper: it stands for the real one.) Tj ET"
    objects = (
        "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        ("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
         "/Resources << /Font << /F1 5 0 R >> >> >>"),
        f"<< /Length {len(text)} >>\nstream\n{text}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    out, offsets = "%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    return (f"{out}xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n"
            f"<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n").encode()
