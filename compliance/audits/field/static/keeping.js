/* What stays on the tablet and for how long. Nothing here removes what the server does not have, unless somebody who
   was told so types the word. */
import { isUnsent } from "./queue.js";
import { PENDING } from "./operations.js";
import { forgetUser } from "./store.js";
import { amount, REMOVE_WORD, UPSET } from "./words.js";

/** Days a confirmed work stays, for the server that is restored from a backup and asks for it again. */
const KEPT_DAYS = 14;
const PARTS = ["answers", "ops", "media"];

/** What of one work, or of all, the server does not have; held and refused counts, since only this tablet shows it. */
export async function unsentOf(store, reference) {
  return store.read(["ops", "media"], async (tx) => {
    const of = (name) => (reference ? tx.objectStore(name).index("work").getAll(reference) : tx.objectStore(name).getAll());
    const ops = (await of("ops")).filter((op) => PENDING.has(op.state) || (op.state === "rejected" && !op.seen));
    const photos = (await of("media")).filter((photo) => isUnsent(photo) || (photo.state === "refused" && !photo.removed));
    return { ops, photos, answers: new Set(ops.filter((op) => !op.kind.startsWith("photo."))
      .map((op) => `${op.work} ${op.item} ${op.field}`)).size };
  });
}

/** Take one work off the tablet. */
export async function removeWork(store, reference, word) {
  const unsent = await unsentOf(store, reference);
  if ((unsent.ops.length || unsent.photos.length) && word !== REMOVE_WORD) {
    throw new Error(UPSET.removeUnsent(amount(unsent.answers, unsent.photos.length) || "Changes are"));
  }
  await erase(store, reference);
}

function erase(store, reference) {
  return store.transact(["work", "snapshots", ...PARTS, "bytes", "thumbs"], "readwrite", async (tx) => {
    for (const photo of await tx.objectStore("media").index("work").getAllKeys(reference)) {
      await tx.objectStore("bytes").delete(photo);
      await tx.objectStore("thumbs").delete(photo);
    }
    for (const name of PARTS) {
      for (const key of await tx.objectStore(name).index("work").getAllKeys(reference)) await tx.objectStore(name).delete(key);
    }
    await tx.objectStore("snapshots").delete(reference);
    await tx.objectStore("work").delete(reference);
  });
}

/** Confirmed work goes after its days, once nothing of it waits. */
export async function purge(store, now = Date.now()) {
  const before = new Date(now - KEPT_DAYS * 86_400_000).toISOString();
  const gone = [];
  for (const work of await store.all("work")) {
    if (!work.receipt || !work.confirmed_at || work.confirmed_at > before) continue;
    const unsent = await unsentOf(store, work.reference);
    if (unsent.ops.length || unsent.photos.length) continue;
    await erase(store, work.reference);
    gone.push(work.reference);
  }
  return gone;
}

/** Whether nothing would be lost by emptying this tablet: all is on the server, or in a file the auditor said is safe. */
export async function mayWipe(store) {
  const unsent = await unsentOf(store);
  if (!unsent.ops.length && !unsent.photos.length) return true;
  const copy = await store.meta("backup_kept");
  if (!copy) return false;
  const ids = new Set(copy.photos);
  return unsent.ops.every((op) => op.seq <= copy.last && op.frozen) && unsent.photos.every((photo) => ids.has(photo.media_id));
}

export async function wipe(store, user) {
  await store.destroy(user.id);
  await forgetUser(user.id);
}
