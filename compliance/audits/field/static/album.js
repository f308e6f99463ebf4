/* What can be done about a photograph that is already kept: taken away, put back, named. Inside a transaction. */
import { byId, keepAdding, operation } from "./operations.js";
import { readOnly } from "./reading.js";
import { listAnew } from "./signoff.js";
import { Refusal } from "./store.js";
import { UPSET } from "./words.js";

export const ALBUM = ["work", "answers", "ops", "media", "bytes", "thumbs"];

/** Asked inside the transaction: the work may have been signed in another tab a moment ago. */
export async function writable(tx, reference) {
  const work = await tx.objectStore("work").get(reference);
  if (!work) throw new Refusal(UPSET.notHere);
  if (readOnly(work)) throw new Refusal(readOnly(work));
}

/** One that nobody outside has heard of is never sent; of any other the server is told that it is taken back. */
export async function takeAway(tx, op) {
  const media = tx.objectStore("media"),
    photo = await media.get(op.value.media_id);
  // A picture the server cannot take must not hold up a signed work for ever.
  if (photo.state !== "refused") await writable(tx, op.work);
  const added = await byId(tx, photo.op_id);
  if (added?.state === "queued" && !added.frozen) await tx.objectStore("ops").put({ ...added, state: "dropped" });
  else await keepAdding(tx, op);
  await media.put({ ...photo, removed: true, removed_by: op.op_id });
  await listAnew(tx, op.work);
}

/** Undo: what was not sent yet is unsaid; what was is announced again as another photograph of the same bytes. */
export async function putBack(tx, mediaId, fresh) {
  const media = tx.objectStore("media"),
    ops = tx.objectStore("ops"),
    photo = await media.get(mediaId);
  await writable(tx, photo.work);
  const added = await byId(tx, photo.op_id),
    removal = await byId(tx, photo.removed_by);
  if (added?.state === "dropped") await ops.put({ ...added, state: "queued" });
  else if (removal?.state === "queued" && !removal.frozen) await ops.put({ ...removal, state: "dropped" });
  else return copy(tx, photo, added, fresh);
  return media.put({ ...photo, removed: false });
}

async function copy(tx, photo, added, fresh) {
  const bytes = await tx.objectStore("bytes").get(photo.media_id),
    thumb = await tx.objectStore("thumbs").get(photo.media_id);
  if (!bytes || !added) throw new Refusal(UPSET.photoGone);
  const op = operation(photo.work, photo.item, "photos", "photo.add", {
    ...added.value,
    caption: photo.caption,
    media_id: fresh,
  });
  await tx.objectStore("bytes").put(bytes, fresh);
  if (thumb) await tx.objectStore("thumbs").put(thumb, fresh);
  await tx
    .objectStore("media")
    .put({
      ...photo,
      media_id: fresh,
      op_id: op.op_id,
      state: "ready",
      removed: false,
      attempts: 0,
      error: "",
      freed: false,
    });
  await keepAdding(tx, op);
}

export async function name(tx, op) {
  await writable(tx, op.work);
  await keepAdding(tx, op);
  await tx
    .objectStore("media")
    .put({ ...(await tx.objectStore("media").get(op.value.media_id)), caption: op.value.caption });
}

/** Both sizes there may be: the small one falls back on the full one, not the other way round. */
export function picture(store, mediaId, size) {
  return store.read(["media", "bytes", "thumbs"], async (tx) => ({
    photo: await tx.objectStore("media").get(mediaId),
    bytes:
      (size === "thumb" && (await tx.objectStore("thumbs").get(mediaId))) ||
      (await tx.objectStore("bytes").get(mediaId)),
  }));
}

/** The operation that settles a conflict for one of its sides: "mine", "theirs", or the operation that is to stand. */
export function settling(conflict, reference, side) {
  const { item, field, head, others } = conflict;
  const kept = conflict[side] ?? [head, ...others].find((each) => each?.op_id === side);
  return operation(reference, item, field, "resolve", kept?.value ?? null, {
    parent: head?.op_id ?? null,
    resolves: others.map((each) => each.op_id),
  });
}
