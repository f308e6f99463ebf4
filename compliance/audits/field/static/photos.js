/* The photographs of one clause: taken in two taps, shown at once, each with its caption and where it is. */

import { button, chip, chipWord, clone, make, places, renew, ring, say, size } from "./parts.js";

const CAPTION_PAUSE = 400;

/** Keeps the list `place` in step with the record; `problem` is where a refusal is told. */
export class Photos {
  constructor(app, { ref, id, place, problem, closed }) {
    Object.assign(this, { app, ref, id, place, problem, closed });
    this.tiles = new Map(); // media_id -> {made, place, urls}
    this.coming = []; // files being written right now: {file, made, url}
    this.gone = new Map(); // deleted since the clause was opened: media_id -> element
    this.adder = closed ? null : this.makeAdder();
  }

  makeAdder() {
    const made = clone("photo-add"),
      place = places(made);
    for (const field of [place.take, place.choose]) {
      field.addEventListener("change", () => {
        const files = [...field.files];
        field.value = "";
        this.add(files);
      });
    }
    return made;
  }

  /** The thumbnail is there before the photograph is written; the chip says when it is. */
  async add(files) {
    say(this.problem, "");
    const begun = files.map((file) => this.comingTile(file));
    this.coming.push(...begun);
    this.draw();
    for (const each of begun) {
      try {
        await this.app.saving.putPhoto(this.ref, this.id, each.file);
      } catch (error) {
        say(this.problem, `Not taken: ${error.message}`);
      }
      this.coming = this.coming.filter((one) => one !== each);
      URL.revokeObjectURL(each.url);
      await this.renewed();
    }
  }

  comingTile(file) {
    const url = URL.createObjectURL(file);
    const made = make(
      "li",
      {},
      make("img", { class: "thumb", alt: "", src: url }),
      make("span", { class: "state" }, chip("sending", null, "to the tablet")),
    );
    made.querySelector(".pl-chip").lastChild.textContent = "Saving on tablet";
    return { file, url, made };
  }

  async renewed() {
    const state = await this.app.field.open(this.ref);
    this.refresh(state.photos[this.id] || []);
  }

  refresh(photos) {
    this.photos = photos;
    for (const photo of photos) this.tile(photo);
    this.draw();
  }

  draw() {
    const shown = (this.photos || [])
      .filter((photo) => !this.gone.has(photo.media_id))
      .map((photo) => this.tiles.get(photo.media_id).made);
    const nodes = [...shown, ...this.gone.values(), ...this.coming.map((each) => each.made), this.adder].filter(
      Boolean,
    );
    const now = [...this.place.children];
    if (nodes.length === now.length && nodes.every((node, at) => node === now[at])) return;
    renew(this.place, ...nodes);
  }

  tile(photo) {
    const known = this.tiles.get(photo.media_id);
    if (known) {
      this.paint(known, photo);
      return;
    }
    const made = clone("photo"),
      place = places(made),
      tile = { made, place, urls: {} };
    const field = `photo-${photo.media_id}`;
    place.label.htmlFor = place.caption.id = field;
    place.label.textContent = "Caption of the photo";
    place.look.addEventListener("click", () => this.wide(tile, photo.media_id));
    place.remove.addEventListener("click", () => this.remove(photo.media_id, tile));
    place.remove.setAttribute("aria-label", "Delete this photo");
    place.caption.dataset.key = `caption ${photo.media_id}`;
    place.remove.dataset.key = `delete ${photo.media_id}`;
    this.caption(place.caption, photo.media_id);
    if (this.closed) {
      place.remove.remove();
      place.caption.readOnly = true;
    }
    this.tiles.set(photo.media_id, tile);
    this.paint(tile, photo);
    this.picture(tile, photo.media_id, "thumb");
  }

  paint({ place }, photo) {
    if (document.activeElement !== place.caption && !place.caption.dataset.dirty)
      place.caption.value = photo.caption || "";
    place.look.setAttribute("aria-label", `${photo.caption || photo.name || "Photo"}, show it larger`);
    place.remove.hidden = photo.state === "lost";
    const share = photo.state === "sending" ? (photo.progress ?? 0) : null;
    const told = share === null ? chip(photo.state || "saved") : chip("sending", null, `${Math.round(100 * share)} %`);
    if (share !== null) told.prepend(ring(share));
    renew(
      place.state,
      told,
      make("span", {
        class: "quiet block",
        text: [photo.size && size(photo.size), photo.by && photo.by !== this.app.field.user.name && `by ${photo.by}`]
          .filter(Boolean)
          .join(", "),
      }),
    );
    say(place.error, photo.error || "");
    if (photo.state === "lost")
      place.state.append(button("Save again", () => this.again(), { key: `again ${photo.media_id}` }));
  }

  async again() {
    this.app.say((await this.app.saving.retry()) ? "Saved on tablet" : "Still not saved");
    await this.renewed();
  }

  async picture(tile, mediaId, kind) {
    try {
      const url = (tile.urls[kind] = await this.app.field.photoUrl(mediaId, kind));
      if (url) tile.place.image.src = url;
      else tile.made.classList.add("unseen");
    } catch {
      tile.made.classList.add("unseen"); /* the words beside it still say where it is */
    }
  }

  wide(tile, mediaId) {
    const wide = tile.made.classList.toggle("wide");
    tile.place.look.setAttribute("aria-expanded", String(wide));
    if (wide) this.picture(tile, mediaId, "full");
  }

  caption(input, mediaId) {
    let timer = 0;
    const write = async () => {
      clearTimeout(timer);
      if (!input.dataset.dirty) return;
      delete input.dataset.dirty;
      try {
        await this.app.field.caption(this.ref, this.id, mediaId, input.value);
      } catch (error) {
        input.dataset.dirty = "yes";
        say(this.problem, `The caption is NOT SAVED: ${error.message} Leave the field to try again.`);
      }
    };
    input.addEventListener("input", () => {
      input.dataset.dirty = "yes";
      clearTimeout(timer);
      timer = setTimeout(write, CAPTION_PAUSE);
    });
    input.addEventListener("change", write);
    input.addEventListener("blur", write);
  }

  /** Deleting asks nothing; its place says so and takes it back. */
  async remove(mediaId, tile) {
    const made = clone("photo-gone"),
      place = places(made);
    say(place.name, `${tile.place.caption.value || "Photo"} deleted`);
    place.back.dataset.key = `undo ${mediaId}`;
    place.back.addEventListener("click", async () => {
      try {
        await this.app.field.restorePhoto(this.ref, this.id, mediaId);
      } catch (error) {
        say(this.problem, `Not restored: ${error.message}`);
        return;
      }
      this.gone.delete(mediaId);
      this.app.say("The photo is back");
      await this.renewed();
    });
    try {
      await this.app.field.removePhoto(this.ref, this.id, mediaId);
    } catch (error) {
      say(this.problem, `Not deleted: ${error.message}`);
      return;
    }
    this.gone.set(mediaId, made);
    await this.renewed();
    place.back.focus({ preventScroll: true });
    this.app.say("Photo deleted. Undo is beside it.");
  }

  leave() {
    for (const { urls } of this.tiles.values()) if (urls.full?.startsWith("blob:")) URL.revokeObjectURL(urls.full);
    for (const each of this.coming) URL.revokeObjectURL(each.url);
  }
}

/** Photographs only to be looked at, side by side in a conflict. */
export async function showPhotos(app, place, photos) {
  const made = await Promise.all(
    photos.map(async (photo) => {
      const url = await app.field.photoUrl(photo.media_id, "thumb").catch(() => null);
      const picture = url
        ? make("img", { class: "thumb", src: url, alt: photo.caption || photo.name || "Photo" })
        : make("span", { class: "thumb", text: "On another tablet" });
      return make(
        "li",
        {},
        picture,
        make("span", { text: photo.caption || "" }),
        make("span", { class: "quiet block", text: chipWord(photo.state) }),
      );
    }),
  );
  place.replaceChildren(...made);
}
