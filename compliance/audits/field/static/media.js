/* Photographs: on the tablet as they came before anything else happens to them, then made small enough to send,
   then sent by what they are (their hash), so that sending one twice does no harm. */
import { keepAdding, operation, again, byId } from "./operations.js";
import { NotSaved } from "./store.js";

const LONG_SIDE = 2048,
  THUMB_SIDE = 320,
  QUALITY = 0.8;
const AT_ONCE = 2,
  FREED_AT_ONCE = 10,
  TRIES = 3;
/** Photographs the server is not known to have. */
export const UNSENT = new Set(["raw", "ready", "uploading", "unsure"]);

export async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Commit a picture as the camera gave it, with the operation that announces it.
 *
 * The operation names the hash of the bytes that will be sent, and those do not exist yet: it waits, blocked, until
 * they do. To make them first would lose the picture if the tab dies meanwhile, and cameras do kill tabs.
 * `check` may refuse inside the transaction.
 */
export async function keepPhoto(store, work, item, file, caption, check = async () => {}) {
  let raw;
  try {
    raw = await file.arrayBuffer();
  } catch (error) {
    throw new NotSaved("error", error);
  }
  const taken = new Date(file.lastModified || Date.now()).toISOString();
  const photo = {
    media_id: crypto.randomUUID(),
    work,
    item,
    name: file.name || "photo.jpg",
    caption,
    size: raw.byteLength,
    media_type: file.type,
    taken_at: taken,
    at: new Date().toISOString(),
    sha256: "",
    state: "raw",
    attempts: 0,
  };
  const value = { media_id: photo.media_id, sha256: "", name: photo.name, caption, size: photo.size, taken_at: taken };
  const op = operation(work, item, "photos", "photo.add", value, { blocked: true });
  photo.op_id = op.op_id;
  await store.write(["work", "ops", "media", "bytes"], async (tx) => {
    await check(tx);
    await keepAdding(tx, op);
    await tx.objectStore("bytes").put(raw, photo.media_id);
    await tx.objectStore("media").put(photo);
  });
  return photo;
}

/** Make the bytes to be sent of every picture that still lies as it came; one at a time, for the tablet's memory.
    Answers how many there were. */
export async function prepareAll(store, changed) {
  const waiting = await store.read(["media"], (tx) => tx.store.index("state").getAll("raw"));
  let failed = null;
  for (const photo of waiting) {
    try {
      await prepare(store, photo);
    } catch (error) {
      failed = error; // it stays as it came; the next one is not held up by it
    }
    changed(photo);
  }
  if (failed) throw failed;
  return waiting.length;
}

async function prepare(store, photo) {
  const raw = await store.get("bytes", photo.media_id);
  const small = await shrink(raw, photo.media_type);
  const bytes = small?.bytes ?? raw;
  const made = {
    sha256: await sha256(bytes),
    size: bytes.byteLength,
    width: small?.width ?? null,
    height: small?.height ?? null,
    media_type: small ? "image/jpeg" : photo.media_type,
    undecodable: !small,
  };
  await store.write(["ops", "media", "bytes", "thumbs"], async (tx) => {
    const now = await tx.objectStore("media").get(photo.media_id);
    if (now?.state !== "raw") return; // another tab was quicker
    if (small) {
      await tx.objectStore("bytes").put(small.bytes, photo.media_id);
      await tx.objectStore("thumbs").put(small.thumb, photo.media_id);
    }
    await tx.objectStore("media").put({ ...now, ...made, state: "ready" });
    const op = await byId(tx, photo.op_id);
    await tx
      .objectStore("ops")
      .put({
        ...op,
        blocked: false,
        value: {
          ...op.value,
          sha256: made.sha256,
          size: made.size,
          name: small ? asJpeg(op.value.name) : op.value.name,
        },
      });
  });
}

const asJpeg = (name) => `${name.replace(/\.[^.]*$/, "")}.jpg`;

/**
 * A picture turned the right way up, no longer than LONG_SIDE, without where and with what it was taken: drawing it
 * anew leaves all of that behind. Null for what this browser cannot read (HEIC on Android): it is sent as it is.
 */
async function shrink(raw, type) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(new Blob([raw], { type }), { imageOrientation: "from-image" });
    const full = await draw(bitmap, LONG_SIDE),
      thumb = await draw(bitmap, THUMB_SIDE);
    return { bytes: full.bytes, thumb: thumb.bytes, width: full.width, height: full.height };
  } catch {
    return null;
  } finally {
    bitmap?.close();
  }
}

async function draw(bitmap, side) {
  const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
  const width = Math.max(1, Math.round(bitmap.width * scale)),
    height = Math.max(1, Math.round(bitmap.height * scale));
  const canvas = blankCanvas(width, height);
  const context = canvas.getContext("2d");
  context.fillStyle = "#fff"; // JPEG has no transparency, and black behind a drawing hides it
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, width, height);
  const blob = canvas.convertToBlob
    ? await canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY })
    : await new Promise((resolve) => {
        canvas.toBlob(resolve, "image/jpeg", QUALITY);
      });
  return { bytes: await blob.arrayBuffer(), width, height };
}

function blankCanvas(width, height) {
  if (typeof OffscreenCanvas === "function") return new OffscreenCanvas(width, height);
  return Object.assign(document.createElement("canvas"), { width, height });
}

/**
 * Send what the server announced it knows of, the smallest first, two at a time.
 * @returns {Promise<{sent: number, failed: ?object}>} `failed` is the outcome that ended it early
 */
export async function uploadAll(store, server, onProgress) {
  const photos = await announced(store);
  const asked = await dropKnown(store, server, photos);
  if (asked.failed) return { sent: asked.known, failed: asked.failed };
  const queue = asked.left.sort((one, other) => one.size - other.size);
  const run = { sent: asked.known, failed: null };
  const one = async () => {
    while (queue.length && !run.failed) {
      const failed = await upload(store, server, queue.shift(), onProgress);
      if (failed) run.failed = failed;
      else run.sent += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  return run;
}

/** The photographs whose operation has a verdict: the server refuses bytes nobody spoke of. */
function announced(store) {
  return store.read(["media", "ops"], async (tx) => {
    const media = tx.objectStore("media").index("state");
    const waiting = (await Promise.all(["ready", "uploading", "unsure"].map((state) => media.getAll(state)))).flat();
    const ops = await Promise.all(waiting.map((photo) => byId(tx, photo.op_id)));
    return waiting.filter((photo, at) => ["acked", "held"].includes(ops[at]?.state));
  });
}

/** What was tried before may have arrived although its answer did not: asking costs less than sending again. */
async function dropKnown(store, server, photos) {
  const tried = photos.filter((photo) => photo.attempts || photo.state === "unsure");
  let known = 0;
  for (const work of new Set(tried.map((photo) => photo.work))) {
    const these = tried.filter((photo) => photo.work === work);
    const answer = await server.missing(
      work,
      these.map(({ media_id, sha256 }) => ({ media_id, sha256 })),
    );
    if (answer.kind !== "ok") return { known, failed: answer };
    const missing = new Set(answer.body.missing);
    for (const photo of these.filter(({ media_id }) => !missing.has(media_id))) {
      await mark(store, photo, { state: "stored" });
      photos = photos.filter((each) => each !== photo);
      known += 1;
    }
  }
  return { known, left: photos };
}

function mark(store, photo, change) {
  return store.note(["media"], async (tx) => {
    const now = await tx.store.get(photo.media_id);
    if (now) await tx.store.put({ ...now, ...change });
  });
}

/** Send one; answers null when there is nothing to stop for. */
async function upload(store, server, photo, onProgress) {
  const bytes = await store.get("bytes", photo.media_id);
  if (!bytes) {
    await mark(store, photo, { state: "refused", error: "The picture is no longer on this tablet." });
    return null;
  }
  await mark(store, photo, { state: "uploading", attempts: photo.attempts + 1 });
  onProgress(photo, 0);
  const answer = await server.upload(photo, bytes, (share) => onProgress(photo, share));
  const failed = await takeAnswer(store, photo, bytes, answer);
  onProgress(photo, null);
  return failed;
}

async function takeAnswer(store, photo, bytes, answer) {
  if (answer.kind === "ok") {
    await mark(store, photo, { state: "stored", stored_at: new Date().toISOString(), error: "" });
    return null;
  }
  if (answer.body?.code === "not_announced") {
    await store.note(["ops"], async (tx) => again(tx, await byId(tx, photo.op_id)));
    await mark(store, photo, { state: "ready" });
    return null;
  }
  if (answer.kind === "malformed" || answer.kind === "large") {
    // Bytes spoilt on the way are sent again; bytes the server cannot take stay here, and the auditor is told.
    const spoilt =
      ["hash", "size"].includes(answer.body?.code) &&
      photo.attempts + 1 < TRIES &&
      (await sha256(bytes)) === photo.sha256;
    const message = answer.body?.detail ?? answer.body?.message ?? "The server cannot take this picture.";
    await mark(
      store,
      photo,
      spoilt ? { state: "ready" } : { state: "refused", error: message, code: answer.body?.code },
    );
    return spoilt ? answer : null;
  }
  await mark(store, photo, { state: "ready" });
  return answer;
}

/**
 * Give up bytes the server has, those of confirmed work first; the small picture stays. False: there are none.
 *
 * Nothing but removed in the first transaction: with a single thing to write in it a full disk would refuse it whole.
 */
export async function freeStored(store) {
  const given = await store.transact(["media", "bytes", "work"], "readwrite", async (tx) => {
    const here = new Set(await tx.objectStore("bytes").getAllKeys());
    const stored = (await tx.objectStore("media").index("state").getAll("stored")).filter((photo) =>
      here.has(photo.media_id),
    );
    const works = (await tx.objectStore("work").getAll()).filter((work) => work.receipt);
    const confirmed = new Set(works.map((work) => work.reference));
    const first = stored.filter((photo) => confirmed.has(photo.work));
    const chosen = (first.length ? first : stored).slice(0, FREED_AT_ONCE);
    for (const photo of chosen) await tx.objectStore("bytes").delete(photo.media_id);
    return chosen;
  });
  await store
    .transact(["media"], "readwrite", async (tx) => {
      for (const photo of given) await tx.store.put({ ...(await tx.store.get(photo.media_id)), freed: true });
    })
    .catch(() => {}); // a mark that spares a question to the server later, no more
  return given.length > 0;
}
