/* The one door between screens and data: what an auditor does, in the words of the work. No screen reads the database
   or asks the server, and nothing here knows of a screen. */
import { ALBUM, name, picture, putBack, settling, takeAway, writable } from "./album.js";
import { makeBackup } from "./backup.js";
import { inWords, removeWork, unsentOf } from "./keeping.js";
import { Library } from "./library.js";
import { keepPhoto } from "./media.js";
import { keepSetting, operation } from "./operations.js";
import { openConflicts, photoState } from "./reading.js";
import { Server } from "./server.js";
import { BUILD, changeOver, register } from "./shell.js";
import { signWork, Unready } from "./signoff.js";
import { NewerSchema, NotSaved, rememberUser, StorageStopped, thisDevice, waitingOf } from "./store.js";
import { act, attentionOf } from "./troubles.js";
import { bar, fieldWord, sentence, skewed, UPSET, valueWords } from "./words.js";

export { NotSaved, StorageStopped, Unready };
/** Milliseconds a look at the server may take where there is an answer without it. */
const GLANCE = 2_500;
let updateReady = false,
  registered = null;
const opened = new Set();

/** What the start screen needs; works without network, where `session` is null. */
export async function start() {
  if (!globalThis.isSecureContext) throw new Error(UPSET.insecure);
  registered ??= register(() => {
    updateReady = true;
    opened.forEach((field) => field.told());
  });
  const device = await newest(thisDevice);
  const waiting = (user) => waitingOf(user.id).catch(() => ({ ops: 0, media: 0 }));
  const server = new Server(null, device);
  // Who is known here begins at once; a network that takes a request and says nothing must not hold them up.
  if (device.users.length) server.patience.ask = GLANCE;
  const [session, ...counts] = await Promise.all([server.session(), ...device.users.map(waiting)]);
  const users = device.users.map((user, at) => ({ ...user, unsent: counts[at].ops, photos: counts[at].media }));
  const where = { ok: "online", signin: "signin" }[session.kind] ?? "offline";
  return {
    device: { id: device.id },
    users,
    current: device.current,
    where,
    session: session.kind === "ok" ? session.body : null,
  };
}

/** Open what one person has on this tablet. Nobody else's is touched by it. */
export async function openUser(user) {
  const device = await newest(thisDevice);
  await rememberUser(user);
  const field = await new Field(user, { id: device.id }).begun();
  opened.add(field);
  globalThis.plumbline = { ...globalThis.plumbline, field };
  return field;
}

/** A database written by a newer program: this page is the old one, and a reload brings the new. */
async function newest(read) {
  try {
    return await read();
  } catch (error) {
    if (error instanceof NewerSchema) globalThis.location?.reload();
    throw error;
  }
}

export class Field extends Library {
  #urls = new Map();
  #copy = null;

  async close() {
    opened.delete(this);
    this.#urls.forEach((url) => URL.revokeObjectURL(url));
    await super.close();
  }

  /* Writing */

  /** Run a write; a value the disk refuses stays in memory under `key`, visible and tried again. */
  async #keep(key, lost, write) {
    const work = write();
    this.saving.add(work);
    try {
      const result = await work;
      this.unsaved.delete(key);
      this.sync.soon();
      return result;
    } catch (error) {
      if (error instanceof NotSaved && error.reason === "stopped") this.broken(error);
      if (error instanceof NotSaved && key) {
        this.unsaved.set(key, { id: key, at: new Date().toISOString(), error: error.message, ...lost });
      }
      throw error;
    } finally {
      this.saving.delete(work);
      this.changed({ work: lost.work, item: lost.item });
    }
  }

  /** @returns {Promise<{at: string}>} once it is on the disk; throws NotSaved when it is not */
  save(reference, item, field, value) {
    const op = operation(reference, item, field, "set", value);
    const again = () => this.save(reference, item, field, value);
    return this.#keep(
      `lost ${reference} ${item} ${field}`,
      { work: reference, item, field, value, again },
      async () => {
        await this.store.write(["work", "answers", "ops"], async (tx) => {
          await writable(tx, reference);
          await keepSetting(tx, op, this.user.name);
        });
        return { at: op.client_at };
      },
    );
  }

  /** @returns {Promise<object>} the photograph as kept, once its bytes are on the disk */
  addPhoto(reference, item, file, { caption = "" } = {}) {
    const media_id = crypto.randomUUID();
    const photo = { media_id, name: file.name, caption, size: file.size, at: new Date().toISOString() };
    const keep = () =>
      this.#keep(`lost ${media_id}`, { work: reference, item, photo, again: keep }, async () => {
        const kept = await keepPhoto(this.store, reference, item, file, caption, (tx) => writable(tx, reference));
        this.prepare();
        return kept;
      });
    return keep();
  }

  removePhoto(reference, item, mediaId, reason = "Removed on the tablet.") {
    const op = operation(reference, item, "photos", "photo.remove", { media_id: mediaId, reason });
    return this.#change(reference, item, (tx) => takeAway(tx, op));
  }

  restorePhoto(reference, item, mediaId) {
    const fresh = crypto.randomUUID();
    return this.#change(reference, item, (tx) => putBack(tx, mediaId, fresh));
  }

  caption(reference, item, mediaId, text) {
    const op = operation(reference, item, "photos", "photo.caption", { media_id: mediaId, caption: text });
    return this.#change(reference, item, (tx) => name(tx, op));
  }

  #change(reference, item, body) {
    return this.#keep(null, { work: reference, item }, () => this.store.write(ALBUM, body));
  }

  /** An address to show a photograph at; null when neither tablet nor server has that size of it. */
  async photoUrl(mediaId, size = "thumb") {
    const key = `${mediaId} ${size}`;
    if (this.#urls.has(key)) return this.#urls.get(key);
    const { photo, bytes } = await picture(this.store, mediaId, size);
    if (!bytes) return photo?.[size] ?? photo?.thumb ?? null;
    const url = URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" }));
    // A thumb is asked for at each painting; a full picture once, and whoever asks gives it back.
    if (size === "thumb" && photo?.state !== "raw") this.#urls.set(key, url);
    return url;
  }

  /** Settle a conflict: `side` is "mine", "theirs", or the operation whose value is to stand. */
  async choose(reference, item, field, side) {
    const work = await this.store.get("work", reference);
    const { ops } = await this.parts(reference);
    const conflict = openConflicts(work, ops, this.user).find((each) => each.item === item && each.field === field);
    if (!conflict) return;
    const op = settling(conflict, reference, side);
    await this.#change(reference, item, async (tx) => {
      await writable(tx, reference);
      await keepSetting(tx, op, this.user.name);
    });
  }

  /** Hand the work over. Throws Unready with the reasons while anything stands against it. */
  async sign(reference, given) {
    const view = await this.open(reference);
    const attention = (await this.attention()).filter((each) => each.work === reference && each.actions.length);
    const { lead } = view.work;
    const reasons = [
      view.readonly,
      lead?.id && lead.id !== this.user.id && UPSET.leadSigns(lead.name),
      ...view.missing.map((each) => each.message),
      ...attention.map((each) => `${each.item} ${each.words}.`.trim()),
    ].filter(Boolean);
    if (reasons.length) throw new Unready(reasons);
    await this.#keep(null, { work: reference, item: "" }, () =>
      signWork(this.store, reference, view.work.status, given),
    );
  }

  /* Telling */

  attention() {
    return attentionOf(this.store, this.unsaved, this.user);
  }

  async act(id, key) {
    if (this.unsaved.has(id)) await this.unsaved.get(id).again();
    else await act(this.store, id, key, this.user);
    this.changed();
    this.sync.soon();
  }

  async unsent() {
    const { ops, photos } = await unsentOf(this.store);
    return [
      ...ops
        .filter((op) => op.kind !== "photo.add")
        .map((op) => ({
          id: op.op_id,
          work: op.work,
          item: op.item,
          field: op.field,
          words: `${fieldWord(op.field)}: ${valueWords(op)}`,
          at: op.client_at,
          state: UNSENT_STATE[op.state],
        })),
      ...photos.map((photo) => ({
        id: photo.media_id,
        work: photo.work,
        item: photo.item,
        field: "photos",
        words: `Photo: ${photo.caption || photo.name}`,
        at: photo.at,
        state: photoState(photo),
      })),
    ];
  }

  /** The bar at the top; of what is in memory, so that it can be painted at once. */
  status() {
    const { where, lastSync, nextTry, skew, wipe, revoked, reason } = this.sync.state;
    const told = bar(this.sync.state, this.counts.answers, this.counts.photos);
    return {
      where,
      reason,
      words: sentence(told),
      title: told[0],
      detail: told[1],
      ...this.counts,
      lastSync,
      nextTry,
      skew,
      skewWords: skewed(skew),
      update: updateReady,
      wipe,
      revoked,
      unsaved: this.unsaved.size,
    };
  }

  syncNow() {
    return this.sync.now();
  }

  /** A file with all of it. Once the auditor says it is safe, call `backupKept()`: a tablet may then be emptied. */
  async backup(reference) {
    await this.prepare();
    const made = await makeBackup(this.store, {
      user: this.user,
      device: this.device,
      build: BUILD,
      epoch: this.sync.state.epoch,
      reference,
    });
    if (!reference) this.#copy = { last: made.last, photos: made.photos };
    return made.blob;
  }

  async backupKept() {
    if (this.#copy) await this.store.setMeta("backup_kept", this.#copy);
  }

  /** What of a work is on this tablet only, in words; "" when all of it is on the server. */
  async left(reference) {
    return inWords(await unsentOf(this.store, reference));
  }

  async remove(reference, word = "") {
    await this.sync.during(() => removeWork(this.store, reference, word));
    this.forget(reference);
    this.changed({ work: reference });
  }

  async storage() {
    const persisted = (await navigator.storage?.persisted?.()) ?? null;
    const { usage = null, quota = null } = (await navigator.storage?.estimate?.()) ?? {};
    // Browsers do not say that a window is private; a tenth of what a tablet's browser may use gives it away.
    return { persisted, usage, quota, private: quota !== null && quota < PRIVATE_BELOW };
  }

  /** Change to the new program, when nothing is being written. */
  async applyUpdate() {
    await Promise.allSettled([...this.saving]);
    return changeOver();
  }
}

const UNSENT_STATE = { queued: "saved", sending: "sending", rejected: "attention" };
const PRIVATE_BELOW = 120 * 1024 * 1024;
