/* What the screens show of one piece of work, made from what the tablet holds. Nothing here writes or asks. */
import { PENDING } from "./operations.js";
import { isUnsent } from "./queue.js";
import { CLOSED, time, UPSET } from "./words.js";

const FLAGGED = new Set(["partial", "nonconformity"]);
/** Kinds of which the last one is what counts. */
const SAID = new Set(["set", "resolve", "signature", "signoff"]);
const filled = (value) => value !== null && value !== undefined && String(value).trim() !== "";

/**
 * @param {object} held {work, snapshot, answers, ops, media}: records of one work
 * @param {Map} unsaved what the disk refused, by "item field"
 * @param {Map} progress media_id → share of it that was sent
 */
export function readWork({ work, snapshot, answers, ops, media }, unsaved, progress, user) {
  const byOp = new Map(ops.map((op) => [op.op_id, op]));
  const conflicts = openConflicts(work, ops, user);
  const fields = readAnswers(answers, byOp, conflicts, unsaved, user);
  const photos = readPhotos(media, byOp, progress, unsaved, user);
  const items = Object.fromEntries(snapshot.items.map((item) => [item.id, item]));
  const missing = snapshot.items.flatMap((item) =>
    missingOf(item, fields[item.id] ?? {}, photos[item.id]?.length ?? 0),
  );
  return {
    work: {
      ...snapshot,
      reference: work.reference,
      status: work.server?.status ?? snapshot.status,
      lead: work.server?.lead ?? snapshot.lead,
      results: work.server?.results ?? [],
      blockers: work.server?.blockers ?? [],
      lastSync: work.synced_at ?? work.downloaded_at,
      signed: work.signed,
    },
    sections: snapshot.sections,
    items,
    answers: fields,
    photos,
    conflicts,
    place: work.place,
    progress: countOf(snapshot.items, fields, missing),
    sectionsProgress: snapshot.sections.map((section) => ({
      id: section.id,
      title: section.title,
      ...countOf(
        section.items.map((id) => items[id]),
        fields,
        missing,
      ),
    })),
    missing,
    receipt: work.receipt,
    note: work.note ?? "",
    readonly: readOnly(work),
  };
}

/** Why nothing may be written any more, in a sentence; "" while one may. */
export function readOnly(work) {
  const server = work.server ?? {};
  if (work.sealed) return UPSET.emptied;
  if (work.receipt) return "It is confirmed by the server and read only.";
  // The server's own reason why it would keep aside whatever is sent.
  if (server.message) return server.message;
  if (server.on_team === false) return "You are not on the team of this work any more.";
  if (CLOSED[server.status]) return `${CLOSED[server.status]} It is read only.`;
  return work.signed ? UPSET.signed : "";
}

function readAnswers(answers, byOp, conflicts, unsaved, user) {
  const open = new Map(conflicts.map((each) => [`${each.item} ${each.field}`, each]));
  const told = {};
  for (const answer of answers) {
    const op = byOp.get(answer.op),
      conflict = open.get(`${answer.item} ${answer.field}`);
    const shown = {
      value: answer.value,
      head: answer.head,
      at: answer.at,
      by: answer.by ?? user.name,
      state: answerState(op, conflict),
    };
    if (op?.state === "rejected" || op?.state === "held") shown.error = op.message;
    if (conflict) shown.conflict = conflict;
    (told[answer.item] ??= {})[answer.field] = shown;
  }
  for (const { item, field, value, error } of unsaved.values()) {
    if (field) (told[item] ??= {})[field] = { ...told[item][field], value, state: "lost", error, by: user.name };
  }
  return told;
}

/** "On server" is said of an operation only when a verdict that took it has come, and of what came from there. */
function answerState(op, conflict) {
  if (op && PENDING.has(op.state)) return op.state === "sending" ? "sending" : "saved";
  if (conflict) return "conflict";
  if (!op) return "server";
  if (op.state === "acked") return "server";
  return op.state === "settled" ? "server" : "attention";
}

/** Conflicts nobody has settled yet, this tablet included, as the two sides one chooses between. */
export function openConflicts(work, ops, user) {
  const settling = new Set(
    ops.filter((op) => op.kind === "resolve" && PENDING.has(op.state)).map((op) => `${op.item} ${op.field}`),
  );
  const lead = (work.server?.lead ?? work.lead)?.id === user.id;
  return (work.conflicts ?? [])
    .filter((each) => !settling.has(`${each.item} ${each.field}`))
    .map((each) => sides(each, lead, user));
}

function sides({ item, field, head, others }, lead, user) {
  const own = (side) => Boolean(side && (side.own || side.by_id === user.id));
  const mine = others.filter(own).at(-1) ?? (own(head) ? head : null) ?? others.at(-1);
  const theirs = mine === head ? others.at(-1) : head;
  const all = [head, ...others].filter(Boolean);
  // Anybody gives up what is their own; a colleague's value is given up by the lead auditor alone.
  const may = (kept) => lead || all.every((side) => side === kept || own(side));
  const choices = [may(mine) && "mine", may(theirs) && "theirs"].filter(Boolean);
  const named = (side) => side && { ...side, by: own(side) ? user.name : side.by };
  return {
    item,
    field,
    head,
    others,
    mine: named(mine),
    theirs: named(theirs),
    mayChoose: choices.length === 2 ? "both" : (choices[0] ?? "none"),
  };
}

function readPhotos(media, byOp, progress, unsaved, user) {
  const told = {};
  for (const photo of media) {
    if (photo.removed || photo.signature) continue;
    (told[photo.item] ??= []).push({
      media_id: photo.media_id,
      name: photo.name,
      caption: photo.caption,
      size: photo.size,
      bytes: photo.size,
      by: photo.by ?? user.name,
      at: photo.at,
      thumb: photo.thumb ?? null,
      sha256: photo.sha256,
      mine: photo.state !== "remote",
      state: photoState(photo, byOp.get(photo.op_id)),
      progress: progress.get(photo.media_id) ?? null,
      error: photoError(photo, byOp.get(photo.op_id)),
    });
  }
  for (const { item, photo, error } of unsaved.values()) {
    if (photo) (told[item] ??= []).push({ ...photo, state: "lost", error, mine: true, progress: null });
  }
  for (const photos of Object.values(told)) photos.sort((one, other) => (one.at < other.at ? -1 : 1));
  return told;
}

export function photoState(photo, op) {
  if (photo.state === "remote") return "server";
  if (photo.state === "refused" || op?.state === "rejected" || op?.state === "held") return "attention";
  if (photo.state === "uploading" || op?.state === "sending") return "sending";
  // The bytes alone are not enough: an operation without a verdict would leave them belonging to nothing.
  return photo.state === "stored" && op?.state === "acked" ? "server" : "saved";
}

const photoError = (photo, op) => photo.error || (["rejected", "held"].includes(op?.state) ? op.message : "");

/** What a clause still lacks. Which answer asks for what comes from the server; here is only whether it is there. */
export function missingOf(item, fields, photos) {
  const value = (name) => fields[name]?.value;
  const answer = value("conformity");
  if (!filled(answer)) return [{ item: item.id, code: "unanswered", message: `${item.id} has no answer yet.` }];
  const sampled = filled(value("sample_size")) || filled(value("sample_failed"));
  const size = Number(value("sample_size")),
    failed = Number(value("sample_failed"));
  const done = {
    evidence: photos > 0,
    note: filled(value("note")),
    reason: filled(value("reason")),
    risk: filled(value("finding_risk")),
    sample: size > 0 && filled(value("sample_failed")) && failed >= 0 && failed <= size,
  };
  const needs = [...(item.needs?.[answer] ?? []), ...(sampled ? (item.sample_needs ?? []) : [])];
  const lacking = needs.filter(({ code }) => !done[code]);
  return lacking.map(({ code, message }) => ({ item: item.id, code, message }));
}

function countOf(items, fields, missing) {
  const ids = new Set(items.map((item) => item.id));
  const answer = (id) => fields[id]?.conformity?.value;
  return {
    total: ids.size,
    answered: [...ids].filter((id) => filled(answer(id))).length,
    flagged: [...ids].filter((id) => FLAGGED.has(answer(id))).length,
    bare: missing.filter((each) => each.code === "evidence" && ids.has(each.item)).length,
  };
}

/** One line of "my work": what the server assigns, what lies here, and what waits. */
export function readCard(assigned, work, { answers, ops, media }, user) {
  const answered = new Set(
    answers.filter((each) => each.field === "conformity" && filled(each.value)).map((each) => each.item),
  );
  const conflicts = work ? openConflicts(work, ops, user).length : 0;
  const attention = troubles(ops).length + media.filter((photo) => photo.state === "refused" && !photo.removed).length;
  const pending = ops.filter((op) => PENDING.has(op.state) && op.kind !== "photo.add"); // its photograph is counted
  const waiting = { ops: pending.length, media: media.filter(isUnsent).length };
  const source = { ...assigned, ...work };
  return {
    reference: source.reference,
    kind: source.kind,
    title: source.title,
    site: source.site,
    vendor: source.vendor,
    lead: source.lead,
    planned_from: source.planned_from,
    due_on: source.due_on,
    downloaded: Boolean(work),
    status: work?.server?.status ?? assigned?.status,
    state: cardState(work, attention + conflicts, answered.size, ops),
    bytes: work?.bytes ?? null,
    answered: work ? answered.size : (assigned?.answered ?? 0),
    clauses: work?.clauses ?? assigned?.clauses ?? 0,
    waiting,
    conflicts,
    attention,
    lastSync: work?.synced_at ?? null,
    receipt: work?.receipt ?? null,
    canDownload: assigned?.can_download ?? false,
    canStart: assigned?.can_start ?? false,
    whyNot: assigned ? (assigned.why_not ?? "") : work ? "" : UPSET.offline,
    readonly: work ? readOnly(work) : "",
    note: work?.signed ? `Signed ${time(work.signed.at)}` : (work?.note ?? ""),
  };
}

function cardState(work, attention, answered, ops) {
  if (!work) return "assigned";
  if (work.receipt) return "confirmed";
  if (work.server?.on_team === false || ops.some((op) => op.state === "held")) return "held";
  if (attention) return "attention";
  if (work.signed) return "signed";
  return answered ? "progress" : "ready";
}

/** Operations the server did not take and nothing later has replaced. */
export function troubles(ops) {
  const last = new Map(
    ops.filter((op) => SAID.has(op.kind) && op.state !== "dropped").map((op) => [`${op.item} ${op.field}`, op.op_id]),
  );
  return ops.filter(
    (op) =>
      (op.state === "rejected" || op.state === "held") &&
      (!SAID.has(op.kind) || last.get(`${op.item} ${op.field}`) === op.op_id || op.state === "held"),
  );
}
