/* The tablet's storage: one database per person, one small one for the device, and writes that are on the disk
   before anybody is told so. */
import { openDB, deleteDB } from "./vendor/idb-8.0.4.js";

const PREFIX = "plumbline-field-";
const DEVICE = `${PREFIX}device`;
const VERSION = 1;
/* Kept to be given up when nothing else fits: two megabytes for what the auditor still has to say, one for the sync
   that makes room again, which could note no verdict on a disk that is full to the last byte. */
const BALLAST = { ballast: 2 * 1024 * 1024, reserve: 1024 * 1024 };
// What browsers call a connection that went away under a page; iPads have done so since 2017.
const LOST = new Set(["InvalidStateError", "UnknownError", "AbortError"]);

/** A value that is NOT on the tablet: the form must keep it and say so. `reason` is "full", "stopped" or "error". */
export class NotSaved extends Error {
  constructor(reason, cause) {
    super(reason === "full" ? "The tablet is full: this was not saved." : "The tablet could not save this.", { cause });
    this.name = "NotSaved";
    this.reason = reason;
  }
}

/** What the work itself does not allow any more; no failure of the disk. The message is for the auditor. */
export class Refusal extends Error {}

/** The storage itself does not answer any more; only a reload helps, and nothing already saved is lost. */
export class StorageStopped extends Error {
  constructor(cause) {
    super("Tablet storage stopped. Reload; nothing already saved is lost.", { cause });
    this.name = "StorageStopped";
  }
}

/** Schemas only ever grow, so a page that meets a newer one is simply too old: it reloads. */
export class NewerSchema extends Error {}

export const isFull = (error) => error?.name === "QuotaExceededError" || /quota/i.test(error?.message ?? "");

function upgradePerson(db) {
  // A copy of the criteria is a megabyte that never changes; what is known of the work changes with every answer.
  db.createObjectStore("work", { keyPath: "reference" });
  db.createObjectStore("snapshots");
  const answers = db.createObjectStore("answers", { keyPath: ["work", "item", "field"] });
  answers.createIndex("work", "work");
  const ops = db.createObjectStore("ops", { keyPath: "seq", autoIncrement: true });
  ops.createIndex("op_id", "op_id", { unique: true });
  ops.createIndex("state", "state");
  ops.createIndex("work", "work");
  ops.createIndex("field", ["work", "item", "field"]);
  const media = db.createObjectStore("media", { keyPath: "media_id" });
  media.createIndex("work", "work");
  media.createIndex("state", "state");
  // Bytes lie apart from what is known of them: a list of photographs must not read a hundred megabytes.
  // ArrayBuffers, not Blobs: WebKit loses Blobs kept in a database.
  db.createObjectStore("bytes");
  db.createObjectStore("thumbs");
  db.createObjectStore("meta");
}

function upgradeDevice(db) {
  db.createObjectStore("meta");
  db.createObjectStore("users", { keyPath: "id" });
}

/** One database, reopened when the browser dropped it. */
class Database {
  #name;
  #upgrade;
  #opening = null;
  #gone = false;

  constructor(name, upgrade) {
    this.#name = name;
    this.#upgrade = upgrade;
  }

  #connect() {
    // A late reader would make an emptied database anew, and a wiped tablet would look as though somebody worked on it.
    if (this.#gone) throw new StorageStopped();
    const forget = () => {
      this.#opening = null;
    };
    this.#opening ??= openDB(this.#name, VERSION, {
      upgrade: this.#upgrade,
      blocking: (_old, _new, event) => {
        event.target.close();
        forget();
      },
      terminated: forget,
    }).catch((error) => {
      forget();
      throw error.name === "VersionError" ? new NewerSchema() : error;
    });
    return this.#opening;
  }

  async close() {
    const db = await this.#opening?.catch(() => null);
    this.#opening = null;
    db?.close();
  }

  /** For good: this object opens it no more. */
  async destroy() {
    this.#gone = true;
    await this.close();
    await deleteDB(this.#name);
  }

  async #once(stores, mode, body) {
    const db = await this.#connect();
    const tx = db.transaction(stores, mode, mode === "readwrite" ? { durability: "strict" } : undefined);
    const done = tx.done;
    done.catch(() => {}); // looked at below; a rejection nobody awaits in time would be reported as unhandled
    let result;
    try {
      result = await body(tx);
    } catch (error) {
      try {
        tx.abort();
      } catch {
        /* it aborted by itself */
      }
      throw tx.error ?? error;
    }
    await done;
    return result;
  }

  /**
   * Run `body` in one transaction and answer when it is on the disk. It may run twice, when the connection was lost:
   * what it writes must then be the same, which is why identities are drawn outside of it.
   */
  async transact(stores, mode, body) {
    try {
      return await this.#once(stores, mode, body);
    } catch (error) {
      if (!LOST.has(error?.name) || isFull(error)) throw error;
    }
    await this.close();
    try {
      return await this.#once(stores, mode, body);
    } catch (error) {
      throw LOST.has(error?.name) ? new StorageStopped(error) : error;
    }
  }

  read(stores, body) {
    return this.transact(stores, "readonly", body);
  }
}

/** What one person holds on this tablet. */
export class Store extends Database {
  /** Asked when the disk is full: gives up what the server has, answers whether anything was freed. */
  free = async () => false;

  constructor(userId) {
    super(PREFIX + userId, upgradePerson);
  }

  /**
   * A write that either is on the disk or throws NotSaved. On a full disk it gives up, in this order, photographs the
   * server has, and the ballast.
   */
  write(stores, body) {
    return this.#making(stores, body, [this.free, () => this.#drop("ballast")]);
  }

  /** The same for what sync has to note of its own; it may use the reserve too. */
  note(stores, body) {
    return this.#making(stores, body, [this.free, () => this.#drop("ballast"), () => this.#drop("reserve")]);
  }

  async #making(stores, body, ways) {
    for (;;) {
      let failed;
      try {
        return await this.transact(stores, "readwrite", body);
      } catch (error) {
        if (error instanceof Refusal) throw error;
        if (!isFull(error)) throw new NotSaved(error instanceof StorageStopped ? "stopped" : "error", error);
        failed = error;
      }
      let made = false;
      for (const way of ways) made ||= await way().catch(() => false);
      if (!made) throw new NotSaved("full", failed);
    }
  }

  get(store, key) {
    return this.read([store], (tx) => tx.store.get(key));
  }
  all(store) {
    return this.read([store], (tx) => tx.store.getAll());
  }
  of(store, work) {
    return this.read([store], (tx) => tx.store.index("work").getAll(work));
  }
  meta(name) {
    return this.get("meta", name);
  }
  setMeta(name, value) {
    return this.note(["meta"], (tx) => tx.store.put(value, name));
  }

  async #drop(name) {
    if (!(await this.read(["meta"], (tx) => tx.store.getKey(name)))) return false;
    await this.transact(["meta"], "readwrite", (tx) => tx.store.delete(name));
    return true;
  }

  /** Random bytes, because a disk that compresses would keep megabytes of zeros in nothing. */
  async takeBallast() {
    for (const [name, size] of Object.entries(BALLAST)) {
      if (await this.read(["meta"], (tx) => tx.store.getKey(name))) continue;
      const bytes = new Uint8Array(size);
      for (let at = 0; at < size; at += 65536) crypto.getRandomValues(bytes.subarray(at, at + 65536));
      await this.transact(["meta"], "readwrite", (tx) => tx.store.put(bytes.buffer, name)).catch((error) => {
        if (!isFull(error)) throw error;
      });
    }
  }

  /** A private window or a full disk shows itself here, before the auditor walks off with the tablet. */
  async probe() {
    const stamp = crypto.randomUUID();
    try {
      await this.transact(["meta"], "readwrite", (tx) => tx.store.put(stamp, "probe"));
    } catch (error) {
      // A full disk is told at what it refuses; looking whether it is full must not cost the ballast.
      if (isFull(error)) return;
      throw error;
    }
    if ((await this.meta("probe")) !== stamp) throw new NotSaved("error");
  }
}

const device = new Database(DEVICE, upgradeDevice);

/** This tablet: its identity, made once, and who has worked on it. A tablet whose storage was wiped is a new one. */
export async function thisDevice() {
  const fresh = crypto.randomUUID();
  return device.transact(["meta", "users"], "readwrite", async (tx) => {
    let id = await tx.objectStore("meta").get("device_id");
    if (!id) await tx.objectStore("meta").put((id = fresh), "device_id");
    return {
      id,
      users: await tx.objectStore("users").getAll(),
      current: (await tx.objectStore("meta").get("current")) ?? null,
    };
  });
}

/** Who holds the tablet. On a full disk that is not noted, which must not keep anybody from what they have on it. */
export async function rememberUser(user) {
  try {
    await device.transact(["meta", "users"], "readwrite", async (tx) => {
      await tx.objectStore("users").put({ id: user.id, name: user.name, initials: user.initials ?? "" });
      await tx.objectStore("meta").put(user.id, "current");
    });
  } catch (error) {
    if (!isFull(error)) throw error;
  }
}

export function forgetUser(id) {
  return device.transact(["meta", "users"], "readwrite", async (tx) => {
    await tx.objectStore("users").delete(id);
    if ((await tx.objectStore("meta").get("current")) === id) await tx.objectStore("meta").delete("current");
  });
}

/** What waits in somebody's database: shown by name only, and sent by nobody but them. */
export async function waitingOf(userId) {
  const store = new Store(userId);
  try {
    return await store.read(["ops", "media"], waitingIn);
  } finally {
    await store.close();
  }
}

/** @returns {Promise<{ops: number, media: number}>} answers and photographs the server does not have yet */
export async function waitingIn(tx) {
  const count = (store, states) =>
    Promise.all(states.map((state) => tx.objectStore(store).index("state").count(state))).then((counts) =>
      counts.reduce((sum, each) => sum + each, 0),
    );
  const [ops, media] = await Promise.all([
    count("ops", ["queued", "sending"]),
    count("media", ["raw", "ready", "uploading", "unsure"]),
  ]);
  return { ops, media };
}
