"""A random walk of two auditors through everything that can go wrong, and the reckoning at its end."""

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from tests.audits.field.proof import records
from tests.audits.field.proof.ledger import Books, Found, Ledger, Photo, Saved, compare, replayed
from tests.audits.field.proof.pictures import a_picture
from tests.audits.field.proof.records import plain
from tests.audits.field.proof.stage import Scene
from tests.audits.field.proof.tablet import Tablet

CONFORMITIES = ("conformity", "nonconformity")
TEXTS = ("note", "finding_title", "finding_risk")
READ_AND_SAVE = """async ([work, item, name, value]) => {
  const field = window.plumbline.field;
  const told = await field.open(work);
  const seen = told.answers[item]?.[name]?.value ?? null;
  if (seen === value) return { seen, same: true };
  try { await field.save(work, item, name, value); return { seen, why: "" }; }
  catch (error) { return { seen, why: `${error.name}: ${error.message}` }; }
}"""
# Begun and not waited for: what the battery takes away in the middle of a write.
BEGIN = """([work, item, name, value]) => { window.plumbline.field.save(work, item, name, value).catch(() => {}); }"""
UPDATE = """async () => {
  const registration = await navigator.serviceWorker.getRegistration("/field/");
  if (!registration) return false;
  try { await registration.update(); } catch { return false; }
  const soon = () => new Promise((done) => setTimeout(done, 50));
  for (let round = 0; round < 100 && !registration.waiting; round += 1) await soon();
  return Boolean(registration.waiting);
}"""


@dataclass
class Run:
    """One seed: `step` does one operation, `finish` mends everything and compares."""

    scene: Scene
    seed: int
    busy: int = 10  # so many clauses are worked on by both
    ledger: Ledger = field(default_factory=Ledger)
    done: Counter[str] = field(default_factory=Counter)
    false: list[str] = field(default_factory=list)
    told: Callable[..., None] | None = None
    releases: int = 0
    reconnected: float = 0.0

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.signed_in = [True, True]
        self.tablets = [self.scene.tablet(self.scene.world.lead), self.scene.tablet(self.scene.world.colleague)]
        self.away = False
        self.numbers = 0
        for at in range(2):
            self._know(at)

    @property
    def reference(self) -> str:
        return self.scene.reference

    def _know(self, at: int) -> None:
        device = self.tablets[at].page.evaluate("() => window.plumbline.field.device.id")
        self.ledger.devices[plain(device)] = at

    def walk(self, steps: int) -> None:
        names, weights = zip(*WEIGHTS.items(), strict=True)
        for _ in range(steps):
            self.step(self.chance.choices(names, weights)[0], self.chance.randrange(2))

    def step(self, name: str, at: int) -> None:
        if self.told:
            self.told(f"{sum(self.done.values())} {name}, tablet {at}", flush=True)
        if OPERATIONS[name](self, at, self.tablets[at]) is not False:
            self.done[name] += 1

    # What auditors do

    def _what(self) -> tuple[str, str, Any]:
        self.numbers += 1
        item = self.chance.choice(self.scene.world.clauses[:self.busy])
        if self.chance.random() < 0.4:
            return item, "conformity", self.chance.choice(CONFORMITIES)
        return item, self.chance.choice(TEXTS), f"What was seen, the {self.numbers}th time."

    def put(self, at: int, tablet: Tablet) -> bool:
        item, name, value = self._what()
        told = tablet.page.evaluate(READ_AND_SAVE, [self.reference, item, name, value])
        if told.get("same"):
            return False
        saved = Saved(at, item, name, value, told["seen"], self.numbers)
        if told["why"]:
            self.done["not saved"] += 1
            self.ledger.open.append(saved)
        else:
            self.ledger.saves.append(saved)
        return True

    def photo(self, at: int, tablet: Tablet) -> None:
        self.numbers += 1
        item = self.chance.choice(self.scene.world.clauses[:self.busy])
        name = f"photo {self.numbers}.jpg"
        told = tablet.add_photo(self.reference, item, name, a_picture(f"{self.seed} {name}"))
        if told["ok"]:
            self.ledger.photos.append(Photo(at, item, name, plain(told["media_id"])))
        else:
            self.done["photo not saved"] += 1

    def choose(self, at: int, tablet: Tablet) -> bool:
        """Settle a conflict as somebody may: the lead either way, a colleague by giving way."""
        told = tablet.work(self.reference)
        open_ones = told["conflicts"]
        if not open_ones or told["readonly"]:
            return False
        each = self.chance.choice(open_ones)
        if at == 1 and each["mayChoose"] not in {"theirs", "both"}:
            return False
        self._choose(at, tablet, each, self.chance.choice(["mine", "theirs"]) if at == 0 else "theirs")
        return True

    def _choose(self, at: int, tablet: Tablet, each: dict[str, Any], side: str) -> None:
        tablet.ask("choose", self.reference, each["item"], each["field"], side)
        self.numbers += 1
        self.ledger.saves.append(Saved(at, each["item"], each["field"], each[side]["value"],
                                       each["theirs"]["value"], self.numbers))

    def sync(self, at: int, tablet: Tablet) -> None:
        tablet.sync(4)
        self.look(at, tablet)

    def look(self, at: int, tablet: Tablet) -> None:
        """Whatever the tablet calls "On server" must be there at this moment."""
        told = tablet.work(self.reference)
        said = {(item, name, str(each["value"])) for item, fields in told["answers"].items()
                for name, each in fields.items() if each["state"] == "server" and each["value"] not in (None, "")}
        shown = {plain(each["media_id"]) for photos in told["photos"].values() for each in photos
                 if each["state"] == "server"}
        log = records.operations(self.scene.server, self.reference)
        there = {(each.item, each.field, str(each.value)) for each in log}
        media = records.media(self.scene.server, self.reference)
        self.false += [f"tablet {at}: {each}" for each in said - there]
        self.false += [f"tablet {at}: photo {each}" for each in shown if each not in media
                       or not media[each]["stored_at"]]

    # What befalls them

    def battery(self, _at: int, tablet: Tablet) -> None:
        self._begin(_at, tablet)
        tablet.pull_battery()
        self._wake(_at, tablet)

    def _wake(self, at: int, tablet: Tablet) -> None:
        tablet.switch_on()
        tablet.open()
        self._know(at)
        self.signed_in[at] = False  # its cookie may not have reached the disk

    def crash(self, at: int, tablet: Tablet) -> None:
        self._begin(at, tablet)
        tablet.crash()

    def _begin(self, at: int, tablet: Tablet) -> None:
        """Some values on their way to the disk as it happens: saved or not, but never half."""
        for _ in range(self.chance.randrange(3)):
            item, name, value = self._what()
            seen = tablet.value(self.reference, item, name)
            self.ledger.open.append(Saved(at, item, name, value, seen, self.numbers))
            tablet.page.evaluate(BEGIN, [self.reference, item, name, value])

    def hang(self, _at: int, tablet: Tablet) -> bool:
        if not self.scene.server.is_up:
            return False
        self.scene.server.hang()
        tablet.sync(1)
        self.scene.server.go_on()
        return True

    def server_kill(self, _at: int, _tablet: Tablet) -> bool:
        up = self.scene.server.is_up
        self.scene.server.kill()
        return up

    def server_start(self, _at: int, _tablet: Tablet) -> bool:
        if self.scene.server.is_up:
            return False
        self.scene.server.spare()
        self.scene.server.start()
        return True

    def expire(self, at: int, tablet: Tablet) -> None:
        self.scene.world.end_sessions(tablet.person)
        self.signed_in[at] = False

    def sign_in(self, at: int, tablet: Tablet) -> bool:
        if self.signed_in[at]:
            return False
        tablet.sign_in()
        self.signed_in[at] = True
        return True

    def take_off(self, _at: int, _tablet: Tablet) -> bool:
        if self.away:
            return False
        self.scene.world.take_off()
        self.away = True
        return True

    def put_on(self, _at: int, _tablet: Tablet) -> bool:
        if not self.away:
            return False
        self.scene.world.put_on()
        self.away = False
        return True

    def update(self, at: int, tablet: Tablet) -> None:
        self.releases += 1
        self.scene.server.spare()
        self.scene.server.deploy(self.releases)
        if tablet.page.evaluate(UPDATE):
            self.done["update taken" if tablet.take_update() else "update put off"] += 1

    def clock(self, _at: int, tablet: Tablet) -> None:
        tablet.move_clock(self.chance.choice([-50, -2, 0, 2, 50]))

    # The end

    def finish(self) -> Found:
        """Mend everything, let both tablets send what they have, and compare; once more after the lead has chosen."""
        self._mend()
        begun = time.monotonic()
        self._send_all()
        self.reconnected = time.monotonic() - begun
        found = self._reckon()
        self._settle()
        self._send_all()
        after = self._reckon()
        left = [f"still open after the lead chose: {after.conflicts}"] if after.conflicts else []
        return replace(after, conflicts=found.conflicts, faults_before=[*found.faults, *left])

    def _send_all(self) -> None:
        for tablet in (*self.tablets, self.tablets[0]):
            tablet.drain(120)
        for at, tablet in enumerate(self.tablets):
            tablet.sync()
            self.look(at, tablet)

    def _settle(self) -> None:
        """The lead auditor chooses one side of every conflict."""
        lead = self.tablets[0]
        while open_ones := lead.work(self.reference)["conflicts"]:
            self._choose(0, lead, open_ones[0], self.chance.choice(["mine", "theirs"]))

    def _mend(self) -> None:
        self.scene.server.spare()
        self.scene.server.go_on()
        self.scene.server.start()
        if self.away:
            self.scene.world.put_on()
        for tablet in self.tablets:
            tablet.proxy.heal()
            tablet.full(None)
            tablet.move_clock(0)
            tablet.page.goto("about:blank")  # an answer under way would put the old cookie back
            tablet.sign_in()
            tablet.open()

    def _reckon(self) -> Found:
        server = self.scene.server
        log = records.operations(server, self.reference)
        digests = {plain(row["media_id"]): row["sha256"] for tablet in self.tablets for row in tablet.stored("media")}
        media = records.media(server, self.reference)
        held = frozenset(name for name, row in media.items() if row["state"] == "held" and row["kept_sha256"])
        found = compare(self.ledger, Books(log, records.answers(server, self.reference),
                                           records.photographs(server, self.reference), digests, held))
        found.false += self.false
        model = {place for place, side in replayed(log).items() if side.others}
        for at, tablet in enumerate(self.tablets):
            shown = {(each["item"], each["field"]) for each in tablet.work(self.reference)["conflicts"]}
            found.conflicts_differ += [f"tablet {at}: {place}" for place in shown ^ model]
        return found

    def faults(self) -> dict[str, int]:
        """What went wrong, by kind: what was done to processes and tablets, and what the lines did to requests."""
        struck: Counter[str] = sum((each.proxy.struck for each in self.tablets), Counter())
        happened = {name: count for name, count in self.done.items() if name not in ORDINARY}
        return dict(sorted({**happened, **{f"line: {kind}": count for kind, count in struck.items()}}.items()))


def _strike(kind: str, where: str, **how: float) -> Callable[[Run, int, Tablet], None]:
    def striking(run: Run, _at: int, tablet: Tablet) -> None:
        drawn = {name: run.chance.randrange(int(most)) if name == "after" else most for name, most in how.items()}
        tablet.proxy.strike(kind, where, **drawn)

    return striking


def _line(*, off: bool) -> Callable[[Run, int, Tablet], None]:
    return lambda _run, _at, tablet: tablet.out_of_reach(out=off)


def _slow(_run: Run, _at: int, tablet: Tablet) -> None:
    tablet.proxy.bits_per_second = 0.0 if tablet.proxy.bits_per_second else 2_000_000.0


def _full(_run: Run, _at: int, tablet: Tablet) -> None:
    tablet.full(1)


def _room(_run: Run, _at: int, tablet: Tablet) -> bool:
    if not tablet.is_full:
        return False
    tablet.full(None)
    return True


def _after_commit(run: Run, _at: int, _tablet: Tablet) -> None:
    run.scene.server.kill_after_commit()


SYNC, MEDIA, API = "POST /field/api/v1/sync", "PUT /field/api/v1/media", "/field/api/"
OPERATIONS: dict[str, Callable[[Run, int, Tablet], object]] = {
    "put": Run.put, "photo": Run.photo, "sync": Run.sync, "choose": Run.choose,
    "offline": _line(off=True), "online": _line(off=False),
    "server killed": Run.server_kill, "server killed after commit": _after_commit, "server started": Run.server_start,
    "server hung": Run.hang, "drop": _strike("drop", API), "double": _strike("double", SYNC),
    "cut": _strike("cut", MEDIA, after=6000), "cut mid-batch": _strike("cut", SYNC, after=900),
    "gateway": _strike("gateway", API, times=2), "portal": _strike("portal", API), "slow": _slow,
    "reloaded": lambda _run, _at, tablet: tablet.reload(), "tab crashed": Run.crash, "browser killed": Run.battery,
    "session expired": Run.expire, "signed in again": Run.sign_in, "taken off the team": Run.take_off,
    "put on the team": Run.put_on, "storage full": _full, "room again": _room, "clock moved": Run.clock,
    "app updated": Run.update,
}
# No faults, or counted by the line once they strike.
ORDINARY = {"put", "photo", "sync", "choose", "online", "signed in again", "put on the team", "room again", "drop",
            "double", "cut", "cut mid-batch", "gateway", "portal", "server started", "app updated"}
WEIGHTS: dict[str, float] = {
    "put": 42, "photo": 8, "sync": 16, "choose": 4, "offline": 4, "online": 6, "server killed": 1.5,
    "server killed after commit": 2.5, "server started": 6, "server hung": 0.7, "drop": 4, "double": 3, "cut": 2.5,
    "cut mid-batch": 1, "gateway": 1, "portal": 1, "slow": 0.7, "reloaded": 3, "tab crashed": 1.5,
    "browser killed": 0.9, "session expired": 1.2, "signed in again": 4, "taken off the team": 1.2,
    "put on the team": 2.5,
    "storage full": 0.8, "room again": 3, "clock moved": 1, "app updated": 0.6,
}
