/* What there is to do: the work the server assigns, what of it is on this tablet, and taking it along. */
import { Opened } from "./opened.js";
import { readCard, readWork } from "./reading.js";
import { shellMissing } from "./shell.js";
import { fetchThumbs, missingIn, takeSnapshot } from "./snapshots.js";
import { UPSET } from "./words.js";

/** Milliseconds the list waits for the server, where the one of last time is at hand. */
const GLANCE = 2_500;

export class Library extends Opened {
  #snapshots = new Map();

  async work() {
    const kept = await this.store.meta("assigned");
    const listed = await this.server.work(kept ? GLANCE : undefined);
    if (listed.kind === "ok") await this.store.setMeta("assigned", listed.body.work);
    const assigned = listed.kind === "ok" ? listed.body.work : (kept ?? []);
    const byReference = new Map(assigned.map((each) => [each.reference, each]));
    const works = new Map((await this.store.all("work")).map((each) => [each.reference, each]));
    return Promise.all(
      [...new Set([...works.keys(), ...byReference.keys()])].map(async (reference) => {
        const parts = works.has(reference) ? await this.parts(reference) : { answers: [], ops: [], media: [] };
        return readCard(byReference.get(reference), works.get(reference), parts, this.user);
      }),
    );
  }

  /** The records of one work. */
  parts(reference) {
    return this.store.read(["answers", "ops", "media"], async (tx) => {
      const [answers, ops, media] = await Promise.all(
        ["answers", "ops", "media"].map((name) => tx.objectStore(name).index("work").getAll(reference)),
      );
      return { answers, ops, media };
    });
  }

  /** Start a work that is in the calendar, on the server, and take it along. */
  async begin(reference, onProgress) {
    const begun = await this.server.begin(reference);
    if (begun.kind !== "ok") throw unreached(begun);
    return this.download(reference, onProgress);
  }

  /** Take a work along, and look that all of it is really here: its own parts and every file of the program. */
  async download(reference, onProgress = () => {}) {
    let fresh = null;
    const before = await this.store.get("work", reference);
    await this.sync.during(async () => {
      fresh = await this.server.snapshot(reference, before?.etag, onProgress);
      if (fresh.kind === "ok" && fresh.body) await takeSnapshot(this.store, fresh);
    });
    if (fresh.kind !== "ok") throw unreached(fresh);
    const missing = [...(await missingIn(this.store, reference, fresh.body)), ...(await shellMissing())];
    await navigator.storage?.persist?.().catch(() => false);
    fetchThumbs(this.store, this.server, reference).then(
      () => this.changed({ work: reference }),
      () => {},
    );
    this.changed({ work: reference });
    this.sync.soon();
    return { ok: !missing.length, bytes: fresh.body ? fresh.bytes : before.bytes, missing };
  }

  async open(reference) {
    const work = await this.store.get("work", reference);
    if (!work) throw new Error(UPSET.notHere);
    // The criteria are a megabyte that only changes with a download; reading them at each tap would be felt.
    let kept = this.#snapshots.get(reference);
    if (kept?.at !== work.downloaded_at) {
      kept = { at: work.downloaded_at, snapshot: await this.store.get("snapshots", reference) };
      this.#snapshots.set(reference, kept);
    }
    const unsaved = new Map([...this.unsaved].filter(([, lost]) => lost.work === reference));
    return readWork(
      { work, snapshot: kept.snapshot, ...(await this.parts(reference)) },
      unsaved,
      this.sync.progress,
      this.user,
    );
  }

  /** Where the auditor is, so that a tablet that died opens there again: `place` of the work, `at` of the person. */
  async remember(reference, item) {
    this.at = { work: reference, item };
    await this.store.write(["work", "meta"], async (tx) => {
      await tx.objectStore("meta").put(this.at, "at");
      const work = await tx.objectStore("work").get(reference);
      if (work && work.place !== item) await tx.objectStore("work").put({ ...work, place: item });
    });
  }

  /** Let go of what was read of a work that is gone. */
  forget(reference) {
    this.#snapshots.delete(reference);
  }
}

function unreached(outcome) {
  const words = { signin: UPSET.signin, "other-user": UPSET.signin };
  return new Error(outcome.body?.detail ?? outcome.body?.message ?? words[outcome.kind] ?? UPSET.offline);
}
