/* What needs a person: each with its reason in words and what can be done about it. Nothing goes away by itself. */
import { again, keepAdding, keepSetting, operation } from "./operations.js";
import { openConflicts, troubles } from "./reading.js";
import { listAnew } from "./signoff.js";
import { CHIP, fieldWord, valueWords } from "./words.js";

const AGAIN = { key: "again", label: "Send again" };
const LET_GO = { key: "dismiss", label: "Keep what the server has" };
const NOTED = { key: "dismiss", label: "Noted: the lead decides" };
const TAKE_AWAY = { key: "remove", label: "Remove the photo" };
const BACKUP = { key: "backup", label: "Save a backup file" };
const OPEN = { key: "open", label: "Open the clause" };

/** @returns {Promise<object[]>} {id, work, item, kind, words, why, at, actions: [{key, label}]} */
export async function attentionOf(store, unsaved, user) {
  const held = await store.read(["work", "ops", "media"], async (tx) => ({
    works: await tx.objectStore("work").getAll(),
    ops: await tx.objectStore("ops").getAll(),
    media: await tx.objectStore("media").getAll(),
  }));
  const list = [...unsaved.values()].map(lost);
  for (const work of held.works) {
    const ops = held.ops.filter((op) => op.work === work.reference);
    list.push(
      ...openConflicts(work, ops, user).map((each) => conflict(work, each)),
      ...troubles(ops).map(refusal),
      ...held.media
        .filter((photo) => photo.work === work.reference && photo.state === "refused" && !photo.removed)
        .map(picture),
      ...neverCame(work, held.media),
    );
  }
  return list;
}

const lost = ({ id, work, item, field, error, at }) => ({
  id,
  work,
  item,
  kind: "lost",
  words: `${field ? fieldWord(field) : "Photo"}: ${CHIP.lost}`,
  why: error,
  at,
  actions: [{ key: "again", label: "Save again" }, BACKUP, OPEN],
});

const conflict = (work, { item, field, theirs }) => ({
  id: `conflict ${work.reference} ${item} ${field}`,
  work: work.reference,
  item,
  kind: "conflict",
  words: `${fieldWord(field)}: ${CHIP.conflict}`,
  why: theirs?.by ? `${theirs.by} entered something else.` : "Two values were entered.",
  at: theirs?.at ?? null,
  actions: [OPEN],
});

function refusal(op) {
  const photo = op.kind.startsWith("photo.");
  const actions =
    op.state === "held" ? [BACKUP, NOTED] : op.kind === "signoff" ? [LET_GO, OPEN] : [AGAIN, LET_GO, BACKUP, OPEN];
  return {
    id: op.op_id,
    work: op.work,
    item: op.item,
    kind: photo ? "photo" : op.state,
    field: op.field,
    words: `${fieldWord(op.field)}: ${valueWords(op)}`,
    why: op.message || "The server did not take it.",
    code: op.code,
    at: op.client_at,
    actions,
  };
}

const picture = (photo) => ({
  id: photo.media_id,
  work: photo.work,
  item: photo.item,
  kind: "photo",
  words: `Photo: ${photo.caption || photo.name}`,
  why: photo.error,
  at: photo.at,
  actions: [AGAIN, TAKE_AWAY, BACKUP, OPEN],
});

/** Announced from a tablet whose storage was lost, or by one that still has them: only the server knows of them. */
function neverCame(work, media) {
  const here = new Set(media.filter((photo) => photo.state !== "remote").map((photo) => photo.media_id));
  const ids = (work.server?.media_missing ?? []).filter((id) => !here.has(id));
  if (!ids.length) return [];
  const what = ids.length === 1 ? "1 photo was" : `${ids.length} photos were`;
  return [
    {
      id: `missing ${work.reference}`,
      work: work.reference,
      item: "",
      kind: "photo",
      words: `${what} announced but never received`,
      at: work.synced_at,
      why: "Another tablet still holds them, or this one lost its data. Sync the other tablet, or take them again.",
      actions: [],
    },
  ];
}

/** Do what was chosen about one line of the list. */
export async function act(store, id, key, user) {
  await store.write(["work", "answers", "ops", "media"], async (tx) => {
    const op = await tx.objectStore("ops").index("op_id").get(id);
    if (op) await (key === "again" ? sendAnew(tx, op, user) : letGo(tx, op));
    const photo = await tx.objectStore("media").get(id);
    if (photo && key === "again")
      await tx.objectStore("media").put({ ...photo, state: "ready", attempts: 0, error: "" });
    if (photo && key === "remove") await removeRefused(tx, photo);
  });
}

/** A verdict stands for ever, so sending again means saying the same thing anew. */
async function sendAnew(tx, op, user) {
  const fresh = {
    ...operation(op.work, op.item, op.field, op.kind, op.value),
    ...(op.resolves && { resolves: op.resolves, parent: op.parent }),
  };
  if (op.kind === "set") await keepSetting(tx, fresh, user.name);
  else if (op.local) await again(tx, { ...op, local: false });
  else {
    await keepAdding(tx, fresh);
    const photo = op.kind === "photo.add" && (await tx.objectStore("media").get(op.value.media_id));
    if (photo) await tx.objectStore("media").put({ ...photo, op_id: fresh.op_id });
  }
  if (!op.local || op.kind === "set") await tx.objectStore("ops").put({ ...op, state: "settled", seen: true });
}

/** The value on the server counts; the operation stays in the log, and the work is read anew. */
async function letGo(tx, op) {
  await tx.objectStore("ops").put({ ...op, state: "settled", seen: true });
  const photo = op.kind === "photo.add" && (await tx.objectStore("media").get(op.value.media_id));
  if (photo) await tx.objectStore("media").put({ ...photo, removed: true });
  const work = await tx.objectStore("work").get(op.work);
  if (work) await tx.objectStore("work").put({ ...work, stale: true, etag: "" });
}

async function removeRefused(tx, photo) {
  await tx.objectStore("media").put({ ...photo, removed: true });
  const value = { media_id: photo.media_id, reason: photo.error || "The server could not take it." };
  await keepAdding(tx, operation(photo.work, photo.item, "photos", "photo.remove", value));
  await listAnew(tx, photo.work);
}
