/* What one answer of the server means for the tablet: verdicts, what colleagues did, how far it has read. */
import { byId, reopen, settle, STORES, takeChange, takeConflicts } from "./operations.js";
import { takePhotoChange } from "./snapshots.js";

/**
 * All of it in one transaction: a cursor that moved on without its changes would hide them for good.
 * @returns {Promise<object[]>} operations without a verdict that ends them, queued again
 */
export function takeAnswer(store, body, batch) {
  const results = new Map(body.results.map((result) => [result.op_id, result]));
  return store.note([...STORES, "meta"], async (tx) => {
    const unsettled = [];
    for (const op of batch) {
      const result = results.get(op.op_id);
      const came = result ? await settle(tx, result, body.server_now) : await unnamed(tx, op);
      if (came?.unknown || came?.incomplete) unsettled.push(op);
    }
    for (const told of body.work ?? []) await takeWork(tx, told);
    for (const change of body.changes ?? []) {
      await (change.kind?.startsWith("photo.") ? takePhotoChange(tx, change) : takeChange(tx, change));
    }
    await tx.objectStore("meta").put(body.server_now, "last_sync_at");
    return unsettled;
  });
}

/** No verdict names it, so nothing is known of it. */
async function unnamed(tx, op) {
  await tx.objectStore("ops").put({ ...op, state: "queued" });
  return { unknown: op };
}

/** What the server says of a whole work; a receipt is the only thing that makes one "confirmed". */
async function takeWork(tx, told) {
  const works = tx.objectStore("work");
  const work = await works.get(told.reference);
  if (!work) return;
  const next = await takeConflicts(tx, work, told.conflicts ?? []);
  const { status, on_team, message, lead, answered, clauses, results, blockers, media_missing } = told;
  next.server = {
    status,
    on_team,
    message,
    lead,
    answered,
    clauses,
    results,
    blockers,
    media_missing: media_missing ?? [],
  };
  next.cursor = told.cursor ?? next.cursor;
  next.synced_at = new Date().toISOString();
  next.receipt = told.receipt ?? null;
  if (next.receipt && !next.confirmed_at) next.confirmed_at = new Date().toISOString();
  if (!next.receipt) next.confirmed_at = null;
  await works.put(next);
  const handed = work.signed && (await byId(tx, work.signed.op_id))?.state === "acked";
  if (handed && !next.receipt && status === work.signed.status)
    await reopen(tx, work.reference, message || "It was returned.");
  for (const media_id of next.server.media_missing) {
    const photo = await tx.objectStore("media").get(media_id);
    if (photo?.state === "stored" && !photo.freed) await tx.objectStore("media").put({ ...photo, state: "ready" });
  }
}
