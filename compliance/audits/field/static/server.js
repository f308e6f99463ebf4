/* Talking to the server: every answer is one of a few outcomes, and only an answer that says it is ours counts. */

const API = "/field/api/v1/";
const PROTOCOL = "1";

/**
 * What a request came to. `kind`:
 * ok · offline (no answer) · foreign (somebody else answered: a guest network's page, a proxy) · trouble (5xx) ·
 * wait (429, 503) · signin (401) · other-user · revoked · epoch · large (413) · malformed (422) · old (426) ·
 * refused
 * @typedef {{kind: string, status: number, body: any, wait: number}} Outcome
 */
const outcome = (kind, status = 0, body = null, wait = 0) => ({ kind, status, body, wait });

const BY_CODE = { user_mismatch: "other-user", device_revoked: "revoked", epoch_changed: "epoch" };
const BY_STATUS = { 401: "signin", 413: "large", 422: "malformed", 426: "old", 429: "wait", 503: "wait" };

/** Seconds as servers write them: a number, or a date. */
function seconds(retryAfter) {
  if (!retryAfter) return 0;
  const number = Number(retryAfter);
  if (Number.isFinite(number)) return Math.max(0, number);
  return Math.max(0, (Date.parse(retryAfter) - Date.now()) / 1000 || 0);
}

function judge(status, protocol, body, retryAfter) {
  // A guest network answers everything with 200 and its own page: believing it would lose a queue.
  if (protocol !== PROTOCOL) return status >= 500 ? outcome("trouble", status) : outcome("foreign", status);
  if (status < 300 || status === 304) return outcome("ok", status, body);
  const kind = BY_CODE[body?.code] ?? BY_STATUS[status] ?? (status >= 500 ? "trouble" : "refused");
  return outcome(kind, status, body, seconds(retryAfter));
}

export class Server {
  /** Milliseconds without an answer, and without a byte moving, after which a request is given up. */
  patience = { ask: 20_000, sync: 60_000, download: 120_000, stall: 30_000 };
  #csrf = "";
  #csrfUntil = 0;

  /** @param {{id: string}} user whose work this is @param {{id: string}} device */
  constructor(user, device) {
    this.user = user;
    this.device = device;
  }

  /** @returns {Promise<Outcome>} */
  async #fetch(path, { method = "GET", json, etag, patience = this.patience.ask, onProgress } = {}) {
    const headers = { Accept: "application/json" };
    if (json !== undefined) Object.assign(headers, { "Content-Type": "application/json", "X-CSRFToken": this.#csrf });
    if (etag) headers["If-None-Match"] = etag;
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), patience);
    try {
      const answer = await fetch(API + path, {
        method,
        headers,
        signal: stop.signal,
        cache: "no-store",
        redirect: "manual",
        credentials: "same-origin",
        body: json === undefined ? undefined : JSON.stringify(json),
      });
      const text = await readText(answer, onProgress);
      let body = null;
      try {
        body = text ? JSON.parse(text) : null;
      } catch {
        /* not ours, or cut: judged below */
      }
      const protocol = answer.headers.get("X-Field-Protocol");
      // Half a document under our header is an answer that was cut on its way.
      if (answer.ok && protocol === PROTOCOL && body === null) return outcome("offline", answer.status);
      const result = judge(answer.status, protocol, body, answer.headers.get("Retry-After"));
      return { ...result, bytes: text.length, etag: answer.headers.get("ETag") ?? "" };
    } catch {
      return outcome("offline");
    } finally {
      clearTimeout(timer);
    }
  }

  /** A write with a token from this very session: a stale one is fetched anew once, never asked of the auditor. */
  async #send(path, json, patience, method = "POST") {
    for (const last of [false, true]) {
      if (Date.now() > this.#csrfUntil) {
        const session = await this.session();
        if (session.kind !== "ok") return session;
      }
      const result = await this.#fetch(path, { method, json, patience });
      if (result.kind === "ok") return result;
      this.#csrfUntil = 0;
      if (last || result.body?.code !== "csrf") return result;
    }
  }

  async session() {
    const asked = Date.now();
    const result = await this.#fetch(`session?device=${encodeURIComponent(this.device.id)}`);
    if (result.kind !== "ok") return result;
    // Whoever is signed in now must not send what another wrote: not one byte goes out under the wrong name.
    if (this.user && result.body.user.id !== this.user.id) return { ...result, kind: "other-user" };
    this.#csrf = result.body.csrf;
    this.#csrfUntil = Date.now() + 5 * 60_000;
    // The middle of the round trip is the best guess of when the server looked at its clock.
    return { ...result, skew: Math.round((asked + Date.now()) / 2 - Date.parse(result.body.server_now)) };
  }

  work(patience) {
    return this.#fetch("work", { patience });
  }

  snapshot(reference, etag, onProgress) {
    return this.#fetch(`work/${encodeURIComponent(reference)}`, { etag, onProgress, patience: this.patience.download });
  }

  begin(reference) {
    return this.#send(`work/${encodeURIComponent(reference)}/start`, {}, this.patience.ask);
  }

  sync(body) {
    return this.#send("sync", body, this.patience.sync);
  }

  missing(work, media) {
    return this.#send("media/missing", { work, media }, this.patience.ask);
  }

  wiped() {
    return this.#send(`devices/${encodeURIComponent(this.device.id)}/wiped`, {}, this.patience.ask);
  }

  /** The picture of somebody else's photograph; it is no part of the protocol, so only an image counts. */
  async picture(url) {
    try {
      const answer = await fetch(url, { credentials: "same-origin", redirect: "manual" });
      const type = answer.headers.get("Content-Type") ?? "";
      return answer.ok && type.startsWith("image/") ? await answer.arrayBuffer() : null;
    } catch {
      return null;
    }
  }

  /** Send one photograph. XMLHttpRequest, because fetch does not tell whether bytes still move. */
  async upload(photo, bytes, onProgress) {
    if (Date.now() > this.#csrfUntil) {
      const session = await this.session();
      if (session.kind !== "ok") return session;
    }
    const where = new URLSearchParams({ work: photo.work, item: photo.item, media: photo.media_id });
    const result = await this.#put(`media/${photo.sha256}?${where}`, bytes, onProgress);
    if (result.kind === "signin" || result.body?.code === "csrf") this.#csrfUntil = 0;
    return result;
  }

  #put(path, bytes, onProgress) {
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      let timer = 0;
      // A fixed limit would cut a slow line that still moves; a line that does not move is dead after half a minute.
      const alive = () => {
        clearTimeout(timer);
        timer = setTimeout(() => request.abort(), this.patience.stall);
      };
      const end = (result) => {
        clearTimeout(timer);
        resolve(result);
      };
      request.open("PUT", API + path);
      request.setRequestHeader("Content-Type", "application/octet-stream");
      request.setRequestHeader("Accept", "application/json");
      request.setRequestHeader("X-CSRFToken", this.#csrf);
      request.upload.addEventListener("progress", (event) => {
        alive();
        onProgress?.(event.loaded / (event.total || 1));
      });
      request.upload.addEventListener("load", alive);
      request.addEventListener("progress", alive);
      request.addEventListener("load", () => {
        let body = null;
        try {
          body = JSON.parse(request.responseText || "null");
        } catch {
          /* judged by its header */
        }
        end(
          judge(
            request.status,
            request.getResponseHeader("X-Field-Protocol"),
            body,
            request.getResponseHeader("Retry-After"),
          ),
        );
      });
      for (const name of ["error", "abort", "timeout"]) request.addEventListener(name, () => end(outcome("offline")));
      alive();
      request.send(bytes);
    });
  }
}

/** The body as text, telling how much of it has come where somebody waits for it. */
async function readText(answer, onProgress) {
  const total = Number(answer.headers.get("Content-Length")) || 0;
  if (!onProgress || !answer.body || !total) return answer.text();
  const reader = answer.body.getReader(),
    decoder = new TextDecoder();
  let text = "",
    got = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    got += part.value.byteLength;
    text += decoder.decode(part.value, { stream: true });
    onProgress(Math.min(1, got / total));
  }
  return text + decoder.decode();
}
