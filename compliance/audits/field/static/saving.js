/* Saving what is typed and tapped: a draft per keystroke, one write after another, and what failed stays in sight. */

const DRAFT = "plumbline-draft";
const PAUSE = 400,
  LONGEST = 1000;
const UNWRITTEN = new Set(["NotSaved", "StorageStopped"]);

/** The writes of one person, one after another for each field. What failed is held by the facade in `unsaved`. */
export class Saving {
  constructor(field) {
    this.field = field;
    this.waiting = new Map(); // what is typed and not yet written: address -> {ref, item, name, value, timer, told}
    this.writing = new Set();
    this.flushing = () => {
      this.flush();
    };
    this.hiding = () => {
      if (document.visibilityState === "hidden") this.flush();
    };
    addEventListener("pagehide", this.flushing);
    document.addEventListener("visibilitychange", this.hiding);
  }

  close() {
    removeEventListener("pagehide", this.flushing);
    document.removeEventListener("visibilitychange", this.hiding);
  }

  address(ref, item, name) {
    return [DRAFT, this.field.user.id, ref, item, name].join(" ");
  }

  /** A tap, written at once: {at}, or null when the tablet could not; a rule of the record comes out as an error. */
  async put(ref, item, name, value) {
    const key = this.address(ref, item, name);
    clearTimeout(this.waiting.get(key)?.timer);
    this.waiting.delete(key);
    return this.during(this.write(key, ref, item, name, value));
  }

  async during(write) {
    this.writing.add(write);
    try {
      return await write;
    } finally {
      this.writing.delete(write);
    }
  }

  async write(key, ref, item, name, value) {
    try {
      const done = await this.field.save(ref, item, name, value);
      if (!this.waiting.has(key)) this.dropDraft(key);
      return done;
    } catch (error) {
      if (!UNWRITTEN.has(error.name)) {
        this.dropDraft(key);
        throw error;
      }
      this.keepDraft(key, value);
      return null;
    }
  }

  /** A photograph. False when the tablet refused it; its file is then held, with its place in the list. */
  async putPhoto(ref, item, file) {
    try {
      await this.during(this.field.addPhoto(ref, item, file, { caption: "" }));
      return true;
    } catch (error) {
      if (!UNWRITTEN.has(error.name)) throw error;
      return false;
    }
  }

  /** A keystroke: its draft is kept now, the write follows a pause. `told(state, at)` hears how it went. */
  type(ref, item, name, value, told) {
    const key = this.address(ref, item, name);
    this.keepDraft(key, value);
    const before = this.waiting.get(key),
      since = before?.since ?? Date.now();
    clearTimeout(before?.timer);
    // Somebody who dictates never pauses: what is a second old is written while they go on.
    const pause = Math.max(0, Math.min(PAUSE, since + LONGEST - Date.now()));
    this.waiting.set(key, { ref, item, name, value, told, since, timer: setTimeout(() => this.now(key), pause) });
  }

  async now(key) {
    const kept = this.waiting.get(key);
    if (!kept) return;
    kept.told("saving");
    const done = await this.put(kept.ref, kept.item, kept.name, kept.value).catch((error) =>
      kept.told("refused", error.message),
    );
    if (done) kept.told("saved", done.at);
    else if (this.isLost(kept.ref, kept.item, kept.name)) kept.told("lost");
  }

  /** Writes everything typed; resolves when it is on the tablet or known to have failed. */
  async flush() {
    await Promise.all([...this.waiting.keys()].map((key) => this.now(key)));
    await Promise.allSettled([...this.writing]);
  }

  get lost() {
    return [...this.field.unsaved.values()];
  }
  lostOf(ref, item) {
    return this.lost.filter((each) => each.work === ref && each.item === item);
  }
  isLost(ref, item, name) {
    return this.lostOf(ref, item).some((each) => each.field === name);
  }

  async retry() {
    for (const each of this.lost)
      await each.again().catch(() => {
        /* it stays in the list, with its line */
      });
    return this.lost.length === 0;
  }

  get busy() {
    return this.waiting.size > 0 || this.writing.size > 0;
  }

  keepDraft(key, value) {
    try {
      localStorage.setItem(key, JSON.stringify(value));
    } catch {
      /* no room for a draft either: the form holds it */
    }
  }

  dropDraft(key) {
    try {
      localStorage.removeItem(key);
    } catch {
      /* nothing was kept */
    }
  }

  /** Drafts of a session that ended in the middle of a word: written now, before anything is shown. */
  async recover() {
    let left = [];
    try {
      left = Object.keys(localStorage).filter((key) => key.startsWith(`${DRAFT} ${this.field.user.id} `));
    } catch {
      return;
    }
    for (const key of left) {
      const [, , ref, item, name] = key.split(" ");
      try {
        await this.put(ref, item, name, JSON.parse(localStorage.getItem(key)));
      } catch {
        this.dropDraft(key); /* signed or taken back since: the record no longer takes it */
      }
    }
  }
}

/**
 * Ties a field to its place in the record: typing keeps a draft, leaving the field writes. `told(state, at)`.
 * The value of a field somebody is typing in is never replaced under their hands.
 */
export function bind(input, saving, ref, item, { told, parse = (text) => text }) {
  const name = input.dataset.field;
  input.addEventListener("input", () => {
    grow(input);
    saving.type(ref, item, name, parse(input.value), told);
  });
  input.addEventListener("change", () => saving.now(saving.address(ref, item, name)));
  input.addEventListener("blur", () => saving.now(saving.address(ref, item, name)));
}

export function setValue(input, value, saving, ref, item) {
  const name = input.dataset.field;
  if (saving.waiting.has(saving.address(ref, item, name)) || document.activeElement === input) return;
  const text = value === null || value === undefined ? "" : String(value);
  if (input.value !== text) input.value = text;
  grow(input);
}

/** A note is as tall as what is in it. */
export function grow(input) {
  if (input.tagName !== "TEXTAREA" || !input.isConnected) return;
  input.style.blockSize = "auto";
  input.style.blockSize = `${input.scrollHeight + 2}px`;
}
