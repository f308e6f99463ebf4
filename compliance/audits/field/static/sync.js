/* Bringing tablet and server together: in rounds, one tab at a time, for as long as it takes. No operation leaves the
   queue without a verdict that names it, and no number of failures makes it leave. */
import { alone } from "./alone.js";
import { onTheWire, requeueAll, STORES } from "./operations.js";
import { choose, giveUp, MOST, nextBatch, place, putBack, wakeAll } from "./queue.js";
import { uploadAll } from "./media.js";
import { takeSnapshot } from "./snapshots.js";
import { waitingIn } from "./store.js";
import { takeAnswer } from "./taking.js";

const FIRST = 2_000,
  LONGEST = 300_000,
  IDLE = 60_000,
  SOON = 1_000,
  ASIDE = 300_000,
  PICTURE = 15_000;
const QUIET_FAILURES = 3;
const SIGNED_OUT = new Set(["signin", "other-user", "revoked"]);

export class Sync {
  state = {
    where: "offline",
    reason: "",
    failures: 0,
    lastSync: null,
    nextTry: null,
    skew: 0,
    epoch: null,
    wipe: false,
    revoked: false,
  };
  progress = new Map(); // media_id → share sent
  #timer = 0;
  #running = null;
  #again = false;
  #most = MOST;
  #aside = new Map();

  /** @param {{changed: (detail: object) => void, told: () => void, build: string}} hooks */
  constructor(store, server, hooks) {
    Object.assign(this, { store, server, hooks, name: `plumbline-sync-${server.user.id}` });
  }

  async start() {
    this.state.lastSync = (await this.store.meta("last_sync_at")) ?? null;
    this.state.epoch = (await this.store.meta("epoch")) ?? null;
    this.state.skew = (await this.store.meta("clock_skew_ms")) ?? 0;
    this.#later(0);
  }

  stop() {
    clearTimeout(this.#timer);
    this.#timer = -1;
  }

  soon() {
    if (!this.state.failures) this.#later(SOON);
  }

  /** From the beginning: somebody tapped, or the network is said to be back. */
  now() {
    this.state.failures = 0;
    this.#aside.clear();
    return this.run();
  }

  #later(wait) {
    if (this.#timer === -1) return;
    clearTimeout(this.#timer);
    this.state.nextTry = new Date(Date.now() + wait).toISOString();
    this.#timer = setTimeout(() => this.run(), wait);
  }

  /** One run at a time in this tab; what is asked for meanwhile is one more run after it. */
  run() {
    this.#again = Boolean(this.#running);
    this.#running ??= this.#runAll().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #runAll() {
    do {
      this.#again = false;
      try {
        const mine = await alone(this.store, this.name, () => this.#round());
        if (!mine) this.hooks.ask();
      } catch (error) {
        this.#failed({ kind: "storage", error });
      }
    } while (this.#again && this.#timer !== -1);
  }

  /** Run something that must not cross a round of any tab, such as taking a fresh copy of the work. */
  during(act) {
    return alone(this.store, this.name, act, { wait: true });
  }

  async #round() {
    await wakeAll(this.store);
    const session = await this.server.session();
    if (session.kind !== "ok") return this.#failed(session);
    await this.#noteSession(session);
    let failed = null,
      moved = true;
    while (moved && !failed && this.#timer !== -1) {
      const sent = await this.#drain();
      // Answers first; and a picture that never gets ready must not hold up the others for ever.
      await Promise.race([
        this.hooks.prepare(),
        new Promise((resolve) => {
          setTimeout(resolve, PICTURE);
        }),
      ]);
      const uploads = sent.failed
        ? sent
        : await uploadAll(this.store, this.server, (...told) => this.#sending(...told));
      failed = uploads.failed;
      // Photographs that went up may be what a sign-off waited for, and their receipt comes with the next answer.
      moved = uploads.sent > 0 || (await this.#couldSend()) > 0;
    }
    await this.#refreshStale();
    return failed ? this.#failed(failed) : this.#succeeded();
  }

  async #noteSession({ body, skew }) {
    const { device } = body;
    Object.assign(this.state, { skew, wipe: Boolean(device?.wipe), revoked: Boolean(device?.revoked) });
    await this.store.setMeta("clock_skew_ms", skew);
    if (this.state.epoch && body.epoch !== this.state.epoch) await this.#newEpoch(body.epoch);
    this.state.epoch = body.epoch;
    await this.store.setMeta("epoch", body.epoch);
  }

  async #newEpoch(epoch) {
    await this.store.note([...STORES, "meta"], async (tx) => {
      await requeueAll(tx, epoch);
      await tx.objectStore("meta").put(epoch, "epoch");
    });
    this.state.epoch = epoch;
    this.hooks.changed({});
  }

  async #couldSend() {
    const aside = this.#asideNow();
    return this.store.read(
      ["ops", "media"],
      async (tx) =>
        choose(
          await tx.objectStore("ops").index("state").getAll("queued"),
          await tx.objectStore("media").getAll(),
          1,
          aside,
        ).length,
    );
  }

  #asideNow() {
    for (const [key, until] of this.#aside) if (until < Date.now()) this.#aside.delete(key);
    return new Set(this.#aside.keys());
  }

  /** Send operations until none is left that could be sent; the first request goes even when there is none. */
  async #drain() {
    for (let epochs = 0; ;) {
      const batch = await nextBatch(this.store, this.#most, this.#asideNow());
      if (batch.length) this.hooks.changed({});
      const answer = await this.server.sync(await this.#request(batch));
      if (answer.kind === "ok") {
        await this.#take(answer.body, batch);
        if (batch.length < this.#most) this.#most = MOST;
        if (!(await this.#couldSend())) return { failed: null };
        continue;
      }
      await putBack(this.store, batch);
      if (answer.kind === "epoch" && epochs < 2) {
        epochs += 1;
        await this.#newEpoch(answer.body.epoch);
      } else if (!(await this.#narrow(answer, batch))) {
        return { failed: answer };
      }
    }
  }

  /** A request the server cannot take as a whole is cut in half until the one operation it chokes on is alone. */
  async #narrow(answer, batch) {
    const choked = answer.kind === "trouble" && answer.status === 500;
    if (!batch.length || !(choked || ["large", "malformed"].includes(answer.kind))) return false;
    if (batch.length > 1) {
      this.#most = Math.ceil(batch.length / 2);
      return true;
    }
    if (choked) {
      this.#aside.set(place(batch[0]), Date.now() + ASIDE);
      return this.#aside.size < QUIET_FAILURES; // a server that fails at everything is simply down
    }
    await giveUp(
      this.store,
      batch[0],
      answer.body?.detail ?? answer.body?.message ?? "The server could not read this.",
    );
    this.#most = MOST;
    return true;
  }

  async #request(batch) {
    const { works, unsent } = await this.store.read(["work", "ops", "media"], async (tx) => ({
      works: await tx.objectStore("work").getAll(),
      unsent: await waitingIn(tx),
    }));
    return {
      protocol: 1,
      device_id: this.server.device.id,
      user_id: this.server.user.id,
      app_version: this.hooks.build,
      client_now: new Date().toISOString(),
      epoch: this.state.epoch,
      ops: batch.map(onTheWire),
      unsent,
      since: Object.fromEntries(works.map((work) => [work.reference, work.cursor ?? ""])),
    };
  }

  async #take(body, batch) {
    const unsettled = await takeAnswer(this.store, body, batch);
    for (const op of unsettled) this.#aside.set(place(op), Date.now() + FIRST);
    const { wipe, revoked } = body.device ?? {};
    Object.assign(this.state, { lastSync: body.server_now, wipe: Boolean(wipe), revoked: Boolean(revoked) });
    this.hooks.changed({});
  }

  #sending(photo, share) {
    // A line tells of every packet; a ring on a screen needs one in twenty.
    if (share && share < 1 && share - (this.progress.get(photo.media_id) ?? 0) < 0.05) return;
    if (share === null) this.progress.delete(photo.media_id);
    else this.progress.set(photo.media_id, share);
    this.hooks.changed({ work: photo.work, item: photo.item });
  }

  /** After a restored server, what colleagues wrote is read anew once this tablet has said all it knows. */
  async #refreshStale() {
    for (const work of (await this.store.all("work")).filter((each) => each.stale)) {
      if (await this.store.read(["ops"], (tx) => tx.store.index("state").count("queued"))) return;
      const fresh = await this.server.snapshot(work.reference, "");
      if (fresh.kind === "refused") await this.#leave(work.reference); // not this person's any more: what is here stays
      if (fresh.kind !== "ok") continue;
      await takeSnapshot(this.store, fresh);
      this.hooks.changed({ work: work.reference });
    }
  }

  #leave(reference) {
    return this.store.note(["work"], async (tx) => tx.store.put({ ...(await tx.store.get(reference)), stale: false }));
  }

  #succeeded() {
    Object.assign(this.state, { where: "online", reason: "", failures: 0 });
    this.#later(IDLE);
    this.hooks.told();
    return this.hooks.synced();
  }

  #failed({ kind, wait = 0, error }) {
    this.state.failures += 1;
    this.state.reason = kind;
    if (kind === "storage") this.hooks.broken(error);
    else if (SIGNED_OUT.has(kind)) this.state.where = "signin";
    else if (kind === "old") this.state.where = "trouble";
    else this.state.where = kind !== "offline" && this.state.failures >= QUIET_FAILURES ? "trouble" : "offline";
    if (kind === "revoked") this.state.revoked = true;
    const backoff = Math.min(LONGEST, FIRST * 2 ** (this.state.failures - 1)) * (0.8 + 0.4 * Math.random());
    this.#later(Math.max(backoff, wait * 1000));
    this.hooks.told();
    return kind === "revoked" ? this.hooks.revoked() : null;
  }
}
