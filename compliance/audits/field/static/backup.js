/* A copy of everything the tablet holds, as lines of JSON that can be read one by one on the other side. */
import { onTheWire } from "./operations.js";

export const FORMAT = "plumbline-field-backup";
const CHUNK = 0x8000;

const line = (record) => `${JSON.stringify(record)}\n`;

function base64(bytes) {
  const view = new Uint8Array(bytes);
  let text = "";
  // In pieces: a photograph has more bytes than a function takes arguments.
  for (let at = 0; at < view.length; at += CHUNK) text += String.fromCharCode(...view.subarray(at, at + CHUNK));
  return btoa(text);
}

/**
 * The file, for one work or for all. From now on no operation in it is ever changed: the server may meet it in the
 * file and from the tablet, and must see the same one.
 * @returns {Promise<{blob: Blob, last: number, photos: string[]}>} `last` is the order of the last operation in it
 */
export async function makeBackup(store, { user, device, build, epoch, reference }) {
  const { ops, media } = await freeze(store, reference);
  const header = {
    type: "header",
    format: FORMAT,
    version: 1,
    user: { id: user.id, name: user.name },
    device_id: device.id,
    made_at: new Date().toISOString(),
    app_version: build,
    epoch,
    works: [...new Set(ops.map((op) => op.work))],
    ops: ops.length,
    photos: media.length,
  };
  const parts = [line(header), ...ops.map((op) => line({ type: "op", ...onTheWire(op), state: op.state }))];
  // One photograph at a time, each handed to a Blob at once: the browser may put Blobs on the disk, strings it may not.
  for (const photo of media) parts.push(new Blob([await photoLine(store, photo)]));
  parts.push(line({ type: "end", ops: ops.length, photos: media.length }));
  return {
    blob: new Blob(parts, { type: "application/x-ndjson" }),
    last: ops.at(-1)?.seq ?? 0,
    photos: media.map((photo) => photo.media_id),
  };
}

function freeze(store, reference) {
  return store.write(["ops", "media", "bytes"], async (tx) => {
    const all = tx.objectStore("ops"),
      of = (name) => (reference ? tx.objectStore(name).index("work").getAll(reference) : tx.objectStore(name).getAll());
    const ops = (await of("ops")).filter((op) => op.state !== "dropped");
    // What waits for its photograph is not final yet and no use without it: it is in the next copy.
    const final = ops.filter((op) => !op.blocked);
    for (const op of final) if (!op.frozen) await all.put({ ...op, frozen: true });
    const kept = new Set(await tx.objectStore("bytes").getAllKeys());
    const media = (await of("media")).filter((photo) => photo.sha256 && !photo.removed && kept.has(photo.media_id));
    return { ops: final, media };
  });
}

async function photoLine(store, photo) {
  const { media_id, work, item, sha256, name, media_type, size } = photo;
  return line({
    type: "photo",
    media_id,
    work,
    item,
    sha256,
    name,
    media_type,
    size,
    data: base64(await store.get("bytes", media_id)),
  });
}
