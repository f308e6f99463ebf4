/* The work as the server hands it out, and how a fresh copy of it meets what this tablet has added since. */
import { latest, STORES, takeChange, takeConflicts } from "./operations.js";

const MOVING = ["answers", "photos", "conflicts", "cursor", "receipt", "results", "blockers", "epoch"];
// What a list shows of a work without reading its criteria.
const HEADING = ["kind", "title", "site", "vendor", "lead", "planned_from", "due_on"];

/** Keep a copy. What waits on this tablet stays, and stays what the auditor sees. */
export async function takeSnapshot(store, { body, etag, bytes }) {
  const fixed = { ...body };
  for (const name of MOVING) delete fixed[name];
  await store.write([...STORES, "snapshots"], async (tx) => {
    await tx.objectStore("snapshots").put(fixed, body.reference);
    const works = tx.objectStore("work");
    const before = (await works.get(body.reference)) ?? { place: null, signed: null, confirmed_at: null };
    const heading = Object.fromEntries(HEADING.map((name) => [name, body[name]]));
    const next = await takeConflicts(tx, { ...before, reference: body.reference }, body.conflicts ?? []);
    const confirmed = body.receipt ? (before.confirmed_at ?? new Date().toISOString()) : null;
    await works.put({
      ...next,
      ...heading,
      clauses: body.items.length,
      etag,
      bytes,
      epoch: body.epoch,
      cursor: body.cursor,
      stale: false,
      receipt: body.receipt ?? null,
      confirmed_at: confirmed,
      downloaded_at: new Date().toISOString(),
      server: {
        ...before.server,
        status: body.status,
        results: body.results ?? [],
        blockers: body.blockers ?? [],
        on_team: body.on_team ?? true,
        message: body.message ?? "",
      },
    });
    await takeAnswers(tx, body);
    await takePhotos(tx, body);
  });
}

async function takeAnswers(tx, body) {
  const answers = tx.objectStore("answers");
  const told = new Set(body.answers.map((each) => `${each.item} ${each.field}`));
  for (const each of body.answers) await takeChange(tx, { work: body.reference, ...each });
  for (const mine of await answers.index("work").getAll(body.reference)) {
    if (told.has(`${mine.item} ${mine.field}`)) continue;
    const last = await latest(tx, mine.work, mine.item, mine.field);
    if (!last || ["acked", "settled"].includes(last.state)) await answers.delete([mine.work, mine.item, mine.field]);
  }
}

async function takePhotos(tx, body) {
  const media = tx.objectStore("media");
  const told = new Set((body.photos ?? []).map((each) => each.media_id));
  for (const value of body.photos ?? []) {
    await takePhotoChange(tx, {
      work: body.reference,
      item: value.item,
      kind: "photo.add",
      value,
      by: value.by,
      at: value.at,
    });
  }
  for (const photo of await media.index("work").getAll(body.reference)) {
    if (photo.state === "remote" && !told.has(photo.media_id)) await media.delete(photo.media_id);
  }
}

/** A photograph somebody else added, took away or named. Those of this tablet are known here already. */
export async function takePhotoChange(tx, { work, item, kind, value, by, at }) {
  const media = tx.objectStore("media");
  const known = await media.get(value.media_id);
  if (kind === "photo.add" && !known) {
    await media.put({
      media_id: value.media_id,
      work,
      item,
      sha256: value.sha256,
      name: value.name,
      caption: value.caption ?? "",
      size: value.size ?? null,
      by,
      at,
      thumb: value.thumb ?? null,
      full: value.full ?? null,
      state: "remote",
    });
  } else if (kind === "photo.remove" && known) {
    await media.put({ ...known, removed: true });
  } else if (kind === "photo.caption" && known && !(await captionWaits(tx, known))) {
    await media.put({ ...known, caption: value.caption });
  }
}

async function captionWaits(tx, photo) {
  const ops = await tx.objectStore("ops").index("field").getAll([photo.work, photo.item, "photos"]);
  return ops.some(
    (op) =>
      op.kind === "photo.caption" && op.value.media_id === photo.media_id && ["queued", "sending"].includes(op.state),
  );
}

/** What a copy on the tablet lacks, read back from the disk: "Ready offline" is said of nothing less. */
export async function missingIn(store, reference, body) {
  const kept = await store.get("snapshots", reference);
  if (!kept) return [reference];
  const items = new Map(kept.items.map((item) => [item.id, item]));
  const holes = kept.sections.flatMap((section) => section.items).filter((id) => !items.get(id)?.html);
  const changed = body?.items.filter((item) => JSON.stringify(items.get(item.id)) !== JSON.stringify(item)) ?? [];
  return [...new Set([...holes, ...changed.map((item) => item.id)])];
}

/** Small pictures of colleagues' photographs, for looking at without network; missing ones do no harm. */
export async function fetchThumbs(store, server, reference) {
  for (const photo of await store.of("media", reference)) {
    if (photo.state !== "remote" || !photo.thumb || photo.removed) continue;
    if (await store.read(["thumbs"], (tx) => tx.store.getKey(photo.media_id))) continue;
    const bytes = await server.picture(photo.thumb);
    if (bytes) await store.write(["thumbs"], (tx) => tx.store.put(bytes, photo.media_id));
  }
}
