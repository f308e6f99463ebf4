/* What is sent next: the oldest first, as much as one request takes, and nothing before what it depends on. */
import { onTheWire } from "./operations.js";
import { UNSENT } from "./media.js";

export const MOST = 100;
const BYTES = 250 * 1024; // the server takes 256 KB; the rest is for what goes around the operations
const encoder = new TextEncoder();

/** Removed ones are announced and taken back by their operations; their bytes nobody needs. */
export const isUnsent = (photo) => UNSENT.has(photo.state) && !photo.removed;
export const place = (op) => `${op.work} ${op.item} ${op.field}`;

/**
 * Mark the next operations as being sent and answer them. From here on they are never changed again: the server may
 * have them although its answer is lost.
 *
 * @param {Set<string>} aside places the server failed at, left out so that they do not block the rest
 */
export function nextBatch(store, most, aside) {
  return store.note(["ops", "media"], async (tx) => {
    const ops = tx.objectStore("ops");
    const queued = await ops.index("state").getAll("queued");
    const chosen = choose(queued, await tx.objectStore("media").getAll(), most, aside);
    const batch = chosen.map((op) => ({ ...op, state: "sending", frozen: true, attempts: op.attempts + 1 }));
    await Promise.all(batch.map((op) => ops.put(op)));
    return batch;
  });
}

export function choose(queued, media, most, aside) {
  const blocked = new Set(queued.filter((op) => op.blocked).map((op) => op.value.media_id));
  const unsent = new Set(media.filter(isUnsent).map((photo) => photo.work));
  const refused = new Set(
    media.filter((photo) => photo.state === "refused" && !photo.removed).map((photo) => photo.work),
  );
  const chosen = [];
  let bytes = 0;
  for (const op of queued) {
    if (op.blocked || blocked.has(op.value?.media_id) || aside.has(place(op))) continue;
    if (op.kind === "signoff" && !isLast(op, queued, unsent, refused)) continue;
    const size = encoder.encode(JSON.stringify(onTheWire(op))).length + 1;
    if (chosen.length >= most || (chosen.length && bytes + size > BYTES)) break;
    chosen.push(op);
    bytes += size;
  }
  return chosen;
}

/** A sign-off says "this is all of it": it goes when all of it is there, never in the same request. */
function isLast(op, queued, unsent, refused) {
  const others = queued.some((each) => each.work === op.work && each.op_id !== op.op_id && each.seq < op.seq);
  return !others && !unsent.has(op.work) && !refused.has(op.work);
}

/** Back into the queue, unchanged: nobody told what became of these. */
export function putBack(store, batch) {
  return store.note(["ops"], async (tx) => {
    for (const { op_id } of batch) {
      const op = await tx.store.index("op_id").get(op_id);
      if (op?.state === "sending") await tx.store.put({ ...op, state: "queued" });
    }
  });
}

/** A tab that died while sending left operations behind that nobody waits for any more. */
export function wakeAll(store) {
  return store.note(["ops", "media"], async (tx) => {
    for (const op of await tx.objectStore("ops").index("state").getAll("sending")) {
      await tx.objectStore("ops").put({ ...op, state: "queued" });
    }
    for (const photo of await tx.objectStore("media").index("state").getAll("uploading")) {
      await tx.objectStore("media").put({ ...photo, state: "ready" });
    }
  });
}

/** One operation the server cannot even read: it stays here with the reason, and the rest goes on. */
export function giveUp(store, op, message) {
  return store.note(["ops"], (tx) =>
    tx.store.put({ ...op, state: "rejected", code: "unreadable", message, local: true }),
  );
}
