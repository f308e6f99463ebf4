/* What stays on the tablet and for how long. Nothing here removes what the server does not have, unless somebody who
   was told so types the word. */
import { isUnsent } from "./queue.js";
import { PENDING } from "./operations.js";
import { forgetUser } from "./store.js";
import { amount, REMOVE_WORD, UPSET } from "./words.js";

/** Days a confirmed work stays, for the server that is restored from a backup and asks for it again. */
const KEPT_DAYS = 14;
const PARTS = ["answers", "ops", "media"];

const ALL = ["work", "snapshots", ...PARTS, "bytes", "thumbs", "meta"];

/** What of one work, or of all, the server does not have; what it refused counts, since only this tablet shows it. */
export function unsentOf(store, reference) {
  return store.read(["ops", "media"], (tx) => unsentIn(tx, reference));
}

async function unsentIn(tx, reference) {
  const of = (name) =>
    reference ? tx.objectStore(name).index("work").getAll(reference) : tx.objectStore(name).getAll();
  const ops = (await of("ops")).filter((op) => PENDING.has(op.state) || (op.state === "rejected" && !op.seen));
  const photos = (await of("media")).filter(
    (photo) => isUnsent(photo) || (photo.state === "refused" && !photo.removed),
  );
  return {
    ops,
    photos,
    answers: new Set(ops.filter((op) => !op.kind.startsWith("photo.")).map((op) => `${op.work} ${op.item} ${op.field}`))
      .size,
  };
}

/** "12 answers, 4 photos" that the server does not have, or "". */
export function inWords({ ops, photos, answers }) {
  return amount(answers, photos.length) || (ops.length ? "1 change" : "");
}

/** Take one work off the tablet. Looked at and removed at once: a tap in another tab comes before or after. */
export async function removeWork(store, reference, word) {
  const refused = await store.transact(ALL, "readwrite", async (tx) => {
    const left = inWords(await unsentIn(tx, reference));
    if (left && word !== REMOVE_WORD) return left;
    await erase(tx, reference);
    return "";
  });
  if (refused) throw new Error(UPSET.removeUnsent(refused));
}

async function erase(tx, reference) {
  for (const photo of await tx.objectStore("media").index("work").getAllKeys(reference)) {
    await tx.objectStore("bytes").delete(photo);
    await tx.objectStore("thumbs").delete(photo);
  }
  for (const name of PARTS) {
    for (const key of await tx.objectStore(name).index("work").getAllKeys(reference))
      await tx.objectStore(name).delete(key);
  }
  await tx.objectStore("snapshots").delete(reference);
  await tx.objectStore("work").delete(reference);
}

/** Confirmed work goes after its days, once nothing of it waits. */
export function purge(store, now = Date.now()) {
  const before = new Date(now - KEPT_DAYS * 86_400_000).toISOString();
  return store.transact(ALL, "readwrite", async (tx) => {
    const gone = [];
    for (const work of await tx.objectStore("work").getAll()) {
      if (!work.receipt || !work.confirmed_at || work.confirmed_at > before) continue;
      const { ops, photos } = await unsentIn(tx, work.reference);
      if (ops.length || photos.length) continue;
      await erase(tx, work.reference);
      gone.push(work.reference);
    }
    return gone;
  });
}

/**
 * Let nobody write any more, if nothing would be lost by emptying this tablet: all is on the server, or in a file the
 * auditor said is safe. Asked and done at once, for all tabs, since every write looks at its work first.
 */
export function seal(store) {
  return store.transact(ALL, "readwrite", async (tx) => {
    const { ops, photos } = await unsentIn(tx);
    const copy = (await tx.objectStore("meta").get("backup_kept")) ?? { last: 0, photos: [] };
    const kept = new Set(copy.photos);
    if (!ops.every((op) => op.seq <= copy.last && op.frozen)) return false;
    if (!photos.every((photo) => kept.has(photo.media_id))) return false;
    for (const work of await tx.objectStore("work").getAll())
      await tx.objectStore("work").put({ ...work, sealed: true });
    return true;
  });
}

export async function wipe(store, user) {
  await store.destroy();
  await forgetUser(user.id);
}
