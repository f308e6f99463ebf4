/* One person's data, opened: its storage, its sync, the other tabs, and what is to be told when something changes. */
import { purge, seal, unsentOf, wipe } from "./keeping.js";
import { freeStored, prepareAll } from "./media.js";
import { Server } from "./server.js";
import { BUILD, lookForUpdate } from "./shell.js";
import { NewerSchema, Store } from "./store.js";
import { Sync } from "./sync.js";

const COUNT_AFTER = 50;

export class Opened extends EventTarget {
  /** What the disk refused, held in memory until it takes it: key → {id, work, item, error, again, …}. */
  unsaved = new Map();
  counts = { answers: 0, photos: 0 };
  saving = new Set();
  /** Where this person was last, {work, item}, or null. Local storage would forget it when the battery goes. */
  at = null;
  /** Its data is gone from this tablet, as was asked for. */
  emptied = false;
  #counter = 0;
  #channel = null;
  #preparing = null;

  constructor(user, device) {
    super();
    Object.assign(this, { user, device, store: new Store(user.id), server: new Server(user, device) });
    this.store.free = () => freeStored(this.store);
    this.sync = new Sync(this.store, this.server, {
      build: BUILD,
      changed: (detail) => this.changed(detail),
      told: () => this.told(true),
      synced: () => this.#afterSync(),
      prepare: () => this.prepare(),
      revoked: () => this.#wipeIfAsked(),
      ask: () => this.#channel?.postMessage({ type: "sync" }),
      broken: (error) => this.broken(error),
    });
  }

  async begun() {
    if (globalThis.BroadcastChannel) {
      this.#channel = new BroadcastChannel(`plumbline-field-${this.user.id}`);
      this.#channel.onmessage = ({ data }) => this.#hear(data);
    }
    // A full disk is told, and then the tablet syncs all the same: that is what makes room.
    for (const step of [() => this.store.probe(), () => this.store.takeBallast(), () => this.#resume()]) {
      await step().catch((error) => this.broken(error));
    }
    await this.#count();
    this.prepare();
    this.#listen("addEventListener");
    return this;
  }

  async #resume() {
    this.at = (await this.store.meta("at")) ?? null;
    await this.sync.start();
  }

  /** Leave this person's data, to open another's; what waits stays there. */
  async close() {
    this.#listen("removeEventListener");
    this.sync.stop();
    await Promise.allSettled([...this.saving, this.#preparing]);
    clearTimeout(this.#counter);
    this.#channel?.close();
    await this.store.close();
  }

  #wake = () => {
    if (globalThis.document?.visibilityState === "hidden") return;
    lookForUpdate();
    this.sync.now();
  };

  #offline = () => {
    this.sync.state.where = "offline";
    this.told(true);
  };

  #listen(turn) {
    for (const name of ["online", "pageshow"]) globalThis[turn](name, this.#wake);
    globalThis[turn]("offline", this.#offline);
    globalThis.document?.[turn]("visibilitychange", this.#wake);
  }

  #hear(data) {
    if (data.type === "sync") this.sync.run();
    if (data.type === "state") {
      Object.assign(this.sync.state, data.state);
      this.told();
    }
    if (data.type === "change") this.changed(data.detail, false);
  }

  /** Something is different: {work?, item?}. Told to the other tabs too, unless it came from one. */
  changed({ work, item } = {}, here = true) {
    if (here) this.#channel?.postMessage({ type: "change", detail: { work, item } });
    // Once for many, but never put off by the next one: the bar must not fall behind a fast hand.
    this.#counter ||= setTimeout(() => this.#count(), COUNT_AFTER);
    this.dispatchEvent(new CustomEvent("change", { detail: { work, item } }));
  }

  /** What the bar at the top says is different. */
  told(here = false) {
    if (here) this.#channel?.postMessage({ type: "state", state: { ...this.sync.state } });
    this.dispatchEvent(new CustomEvent("change", { detail: { status: true } }));
  }

  async #count() {
    this.#counter = 0;
    if (this.emptied) return;
    const unsent = await unsentOf(this.store).catch((error) => this.broken(error));
    if (!unsent) return;
    this.counts = { answers: unsent.answers, photos: unsent.photos.length };
    this.told();
  }

  /** The storage does not work. A full disk is told at the value it refused; anything else concerns everything. */
  broken(error) {
    if (error instanceof NewerSchema) globalThis.location?.reload();
    else if (error?.reason !== "full") this.sync.state.where = "stopped";
    this.told();
  }

  /** Make pictures ready to be sent, those included that a tab left half done. */
  prepare() {
    this.#preparing = (this.#preparing ?? Promise.resolve())
      .then(() => prepareAll(this.store, (photo) => this.changed(photo)))
      // What fails stays as it came and is tried again with the next round.
      .then(
        (made) => {
          if (made) this.sync.soon();
        },
        () => {},
      );
    return this.#preparing;
  }

  async #afterSync() {
    if ((await purge(this.store)).length) this.changed();
    await this.store.takeBallast();
    for (const lost of [...this.unsaved.values()]) await lost.again().catch(() => {});
    await this.#wipeIfAsked();
  }

  /**
   * Asked for by somebody at the server; done only where nothing would be lost, and told once it is done. When the
   * telling gets lost, the next contact finds an empty tablet and says so again.
   */
  async #wipeIfAsked() {
    if (!this.sync.state.wipe || !(await seal(this.store))) return;
    this.sync.stop();
    this.#listen("removeEventListener");
    this.emptied = true;
    await wipe(this.store, this.user);
    await this.server.wiped();
    this.dispatchEvent(new CustomEvent("wiped"));
  }
}
