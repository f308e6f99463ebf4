/* Handing the work over: a signature, and a list of everything that belongs to it, so that the server can tell
   whether it has all of it. Only then it says "confirmed". */
import { operation } from "./operations.js";
import { prepareAll, sha256 } from "./media.js";
import { UPSET } from "./words.js";

/** What stands against signing now; `reasons` are sentences. */
export class Unready extends Error {
  constructor(reasons) {
    super(UPSET.settle(reasons));
    this.name = "Unready";
    this.reasons = reasons;
  }
}

async function bytesOf(png) {
  if (png instanceof Blob) return png.arrayBuffer();
  return ArrayBuffer.isView(png) ? png.buffer.slice(png.byteOffset, png.byteOffset + png.byteLength) : png;
}

/**
 * Sign and hand over. The signature, its picture and the sign-off are one write: half a signature is none.
 * @param {{closing: object, signature: object}} given signature: {png: Blob, strokes, name, role, statement}
 */
export async function signWork(store, reference, status, { closing, signature }) {
  await prepareAll(store, () => {});
  const png = await bytesOf(signature.png),
    media_id = crypto.randomUUID(),
    hash = await sha256(png);
  const { name, role, statement, strokes } = signature;
  const signed = operation(reference, "", "signature", "signature", {
    media_id,
    sha256: hash,
    name,
    role,
    statement,
    strokes,
  });
  const picture = {
    media_id,
    work: reference,
    item: "",
    name: "signature.png",
    caption: "",
    size: png.byteLength,
    media_type: "image/png",
    taken_at: signed.client_at,
    at: signed.client_at,
    sha256: hash,
    state: "ready",
    attempts: 0,
    op_id: signed.op_id,
    signature: true,
  };
  const off = operation(reference, "", "signoff", "signoff", null);
  await store.write(["work", "ops", "media", "bytes"], async (tx) => {
    const ops = tx.objectStore("ops"),
      media = tx.objectStore("media"),
      works = tx.objectStore("work");
    if (await ops.index("op_id").getKey(off.op_id)) return;
    await ops.put(signed);
    await media.put(picture);
    await tx.objectStore("bytes").put(png, media_id);
    const manifest = await manifestOf(tx, reference);
    await ops.put({
      ...off,
      value: {
        ...manifest,
        signature_media_id: media_id,
        statement,
        meeting_on: closing.meeting_on ?? null,
        acknowledged_by: closing.acknowledged_by ?? "",
        refusal_note: closing.refusal_note ?? "",
        not_assessed_reason: closing.not_assessed_reason ?? "",
        conclusion: closing.conclusion ?? "",
      },
    });
    await works.put({
      ...(await works.get(reference)),
      note: "",
      signed: { at: off.client_at, name, role, statement, op_id: off.op_id, status },
    });
  });
}

/** Everything of this work that went or will go out from this tablet. */
async function manifestOf(tx, reference) {
  const ops = await tx.objectStore("ops").index("work").getAll(reference);
  const media = await tx.objectStore("media").index("work").getAll(reference);
  return {
    ops: ops.filter((op) => op.kind !== "signoff" && !["dropped", "rejected"].includes(op.state)).map((op) => op.op_id),
    media: media
      .filter((photo) => photo.state !== "remote" && photo.state !== "refused" && !photo.removed)
      .map(({ media_id, sha256: hash }) => ({ media_id, sha256: hash })),
  };
}

/** A picture the server could not take was given up after signing: the list that nobody has seen yet leaves it out. */
export async function listAnew(tx, reference) {
  const ops = tx.objectStore("ops");
  const off = (await ops.index("work").getAll(reference)).find(
    (op) => op.kind === "signoff" && op.state === "queued" && !op.frozen,
  );
  if (off) await ops.put({ ...off, value: { ...off.value, ...(await manifestOf(tx, reference)) } });
}
