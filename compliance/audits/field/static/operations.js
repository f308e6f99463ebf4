/* The operation log: what the auditor did, one operation per field of one item, in the order it was done.
   These functions run inside a transaction over STORES; the caller commits. */

export const STORES = ["work", "answers", "ops", "media"];
/** Kinds that set a field to a value. The others add to or take from a set and never replace each other. */
const SETTING = new Set(["set", "resolve"]);
export const PENDING = new Set(["queued", "sending"]);
const DURABLE = new Set(["applied", "merged"]);

/**
 * @typedef {object} Operation
 * @property {number} [seq] order of doing on this tablet
 * @property {string} op_id @property {string} work @property {string} item "" for the work as a whole
 * @property {string} field @property {string} kind @property {*} value
 * @property {?string} parent the operation whose value the auditor was looking at
 * @property {string[]} [resolves] @property {string} client_at @property {string} tz
 * @property {"queued"|"sending"|"acked"|"conflict"|"settled"|"held"|"rejected"|"dropped"} state
 * @property {boolean} frozen it may exist outside this tablet (sent once, or in a backup file): never changed again
 * @property {boolean} blocked its photograph is not ready, so it cannot be sent yet
 */

/** A new operation; its identity is drawn here, outside the transaction, so that a repeated write is the same write. */
export function operation(work, item, field, kind, value, more = {}) {
  return {
    op_id: crypto.randomUUID(),
    work,
    item,
    field,
    kind,
    value,
    parent: null,
    client_at: new Date().toISOString(),
    tz: Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC",
    state: "queued",
    frozen: false,
    blocked: false,
    attempts: 0,
    ...more,
  };
}

/** What goes over the wire and into a backup: the same bytes each time, or the server would see another operation. */
export function onTheWire(op) {
  const sent = {
    op_id: op.op_id,
    work: op.work,
    item: op.item,
    field: op.field,
    kind: op.kind,
    value: op.value,
    parent: op.parent,
    client_at: op.client_at,
    tz: op.tz,
  };
  return op.resolves ? { ...sent, resolves: op.resolves } : sent;
}

export const same = (one, other) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
const empty = (value) => value === null || value === undefined || value === "";

export async function byId(tx, opId) {
  return opId ? tx.objectStore("ops").index("op_id").get(opId) : undefined;
}

/** The last operation that set a field, on this tablet. */
export async function latest(tx, work, item, field) {
  let cursor = await tx.objectStore("ops").index("field").openCursor([work, item, field], "prev");
  while (cursor && (!SETTING.has(cursor.value.kind) || cursor.value.state === "dropped"))
    cursor = await cursor.continue();
  return cursor?.value;
}

/**
 * Keep an operation that sets a field, and the answer it makes.
 *
 * While nobody but this tablet can know an earlier one it is replaced, parent kept: three taps in a row are one
 * operation. Once it was tried it stays as it is, since the server may have it although its answer was lost.
 */
export async function keepSetting(tx, op, by) {
  const ops = tx.objectStore("ops");
  if (await ops.index("op_id").getKey(op.op_id)) return op;
  const answer = await tx.objectStore("answers").get([op.work, op.item, op.field]);
  const before = await latest(tx, op.work, op.item, op.field);
  let kept = op;
  if (before?.state === "queued" && !before.frozen && before.kind === op.kind) {
    kept = { ...before, value: op.value, client_at: op.client_at, tz: op.tz };
  } else if (op.kind === "set") {
    kept = { ...op, parent: answer?.head ?? null };
  } else {
    kept = {
      ...op,
      prior: answer && { value: answer.value, head: answer.head, op: answer.op, at: answer.at, by: answer.by },
    };
  }
  await ops.put(kept);
  await tx
    .objectStore("answers")
    .put({
      work: op.work,
      item: op.item,
      field: op.field,
      value: op.value,
      head: kept.op_id,
      op: kept.op_id,
      at: op.client_at,
      by,
    });
  return kept;
}

/** Keep an operation of any other kind. A caption not yet sent is replaced by the next one. */
export async function keepAdding(tx, op) {
  const ops = tx.objectStore("ops");
  if (await ops.index("op_id").getKey(op.op_id)) return op;
  if (op.kind === "photo.caption") {
    const others = await ops.index("field").getAll([op.work, op.item, op.field]);
    const before = others.find(
      (each) =>
        each.kind === op.kind && each.state === "queued" && !each.frozen && each.value.media_id === op.value.media_id,
    );
    if (before) {
      const kept = { ...before, value: op.value, client_at: op.client_at };
      await ops.put(kept);
      return kept;
    }
  }
  await ops.put(op);
  return op;
}

/** Take what the server said of one operation. Returns what the caller has to do about it, if anything. */
export async function settle(tx, result, now) {
  const op = await byId(tx, result.op_id);
  if (!op || !PENDING.has(op.state)) return null;
  const verdict = result.status === "duplicate" ? result.verdict : result.status;
  const told = {
    ...op,
    code: result.code ?? "",
    message: result.message ?? "",
    receipt: { verdict, rev: result.rev ?? null, at: now },
  };
  if (DURABLE.has(verdict)) return taken(tx, { ...told, state: "acked" }, result);
  if (verdict === "conflict") return stands(tx, { ...told, state: "conflict" }, result);
  if (verdict === "held" && result.code === "incomplete") return incomplete(tx, told, result);
  if (verdict === "held") {
    await tx.objectStore("ops").put({ ...told, state: "held" });
    return { held: told };
  }
  if (verdict === "rejected") return refused(tx, { ...told, state: "rejected" });
  // A verdict this version does not know, or a duplicate that does not say of what: it is not on the server for us.
  await tx.objectStore("ops").put({ ...told, state: "queued" });
  return { unknown: told };
}

async function taken(tx, op, result) {
  await tx.objectStore("ops").put(op);
  const answers = tx.objectStore("answers");
  const answer = await answers.get([op.work, op.item, op.field]);
  if (answer?.op === op.op_id) await answers.put({ ...answer, head: result.head?.op_id ?? op.op_id });
  return { acked: op };
}

async function stands(tx, op, result) {
  await tx.objectStore("ops").put(op);
  const work = await tx.objectStore("work").get(op.work);
  const conflicts = (work.conflicts ?? []).filter((each) => each.item !== op.item || each.field !== op.field);
  const mine = { op_id: op.op_id, value: op.value, by: "", at: op.client_at, own: true };
  conflicts.push({ item: op.item, field: op.field, head: result.head ?? null, others: [mine] });
  await tx.objectStore("work").put({ ...work, conflicts });
  return { conflict: op };
}

/** The sign-off came before everything it names: what the server misses is queued again, and then the sign-off. */
async function incomplete(tx, op, result) {
  await tx.objectStore("ops").put({ ...op, state: "queued" });
  for (const id of result.missing?.ops ?? []) await again(tx, await byId(tx, id));
  const media = tx.objectStore("media");
  for (const id of result.missing?.media ?? []) {
    const photo = await media.get(id);
    if (photo?.state === "stored") await media.put({ ...photo, state: "ready" });
  }
  return { incomplete: op };
}

/** Refused: the value stays where the auditor sees it, and the next one goes on from what stood before. */
async function refused(tx, op) {
  const ops = tx.objectStore("ops"),
    answers = tx.objectStore("answers");
  await ops.put(op);
  if (op.kind === "signoff") await reopen(tx, op.work, op.message);
  for (const each of await ops.index("field").getAll([op.work, op.item, op.field])) {
    if (each.state === "queued" && !each.frozen && each.parent === op.op_id)
      await ops.put({ ...each, parent: op.parent });
  }
  const answer = await answers.get([op.work, op.item, op.field]);
  if (answer?.op === op.op_id) {
    const back = op.kind === "resolve" && op.prior ? op.prior : { head: op.parent };
    await answers.put({ ...answer, ...back });
  }
  return { rejected: op };
}

/** Not handed over after all, or handed back: it can be worked on again, and signed anew. */
export async function reopen(tx, reference, note) {
  const works = tx.objectStore("work"),
    media = tx.objectStore("media");
  const work = await works.get(reference);
  await works.put({ ...work, signed: null, note });
  for (const photo of await media.index("work").getAll(reference)) {
    if (photo.signature && !photo.removed) await media.put({ ...photo, removed: true });
  }
}

/** Queue an operation again as it is: the server has lost it, or never had it. */
export async function again(tx, op) {
  if (!op || op.state === "dropped" || PENDING.has(op.state)) return;
  await tx.objectStore("ops").put({ ...op, state: "queued", code: "", message: "" });
}

/** What a colleague, or somebody on the page, set meanwhile; what this tablet still has to say comes first. */
export async function takeChange(tx, change) {
  const last = await latest(tx, change.work, change.item, change.field);
  if (last && !["acked", "settled"].includes(last.state)) return;
  const answers = tx.objectStore("answers"),
    key = [change.work, change.item, change.field];
  const mine = await answers.get(key);
  // An echo of what this tablet sent. The words stay as they were typed, though the server trims them: somebody may be
  // typing on.
  if (last && last.op_id === change.head && mine?.op === change.head) return;
  if (empty(change.value) && !change.head) await answers.delete(key);
  else
    await answers.put({
      work: change.work,
      item: change.item,
      field: change.field,
      value: change.value,
      head: change.head,
      op: null,
      at: change.at,
      by: change.by,
    });
}

/**
 * The open conflicts of a work as the server lists them are the truth. One that is gone from the list was settled:
 * the value that won, known from the conflict itself when no newer change comes along, takes its place.
 */
export async function takeConflicts(tx, work, listed) {
  const ops = tx.objectStore("ops");
  const open = new Set(listed.map((each) => `${each.item} ${each.field}`));
  for (const op of await ops.index("work").getAll(work.reference)) {
    if (op.state !== "conflict" || open.has(`${op.item} ${op.field}`)) continue;
    await ops.put({ ...op, state: "settled" });
    const known = (work.conflicts ?? []).find((each) => each.item === op.item && each.field === op.field)?.head;
    const answer = await tx.objectStore("answers").get([op.work, op.item, op.field]);
    if (known && answer?.op === op.op_id) {
      await tx
        .objectStore("answers")
        .put({ ...answer, value: known.value, head: known.op_id, op: null, at: known.at, by: known.by });
    }
  }
  return { ...work, conflicts: listed };
}

/** The server was restored from a backup: everything this tablet still holds is queued again, in its order. */
export async function requeueAll(tx, epoch) {
  const ops = tx.objectStore("ops"),
    media = tx.objectStore("media"),
    works = tx.objectStore("work");
  for (const op of await ops.getAll()) {
    if (["acked", "conflict", "settled", "held", "sending"].includes(op.state)) {
      await ops.put({ ...op, state: "queued", frozen: true, receipt: null });
    }
  }
  for (const photo of await media.getAll()) {
    if (photo.state === "stored" || photo.state === "uploading") await media.put({ ...photo, state: "unsure" });
  }
  for (const work of await works.getAll()) {
    await works.put({ ...work, cursor: "", etag: "", epoch, receipt: null, confirmed_at: null, stale: true });
  }
}
