/* The answer to one clause: large buttons, where it is, what stands against it, its photographs. */

import { Asking, press } from "./asking.js";
import { alertLine, button, chip, clone, icon, iconOf, link, make, patch, places, renew, wordOf } from "./parts.js";
import { Photos } from "./photos.js";
import { answerOf, answerTag, closedWhy, conflictsOf, stateOf, valueOf } from "./sections.js";

const NOT_TAKEN = "The server did not take an answer here. It is kept on the tablet.";

export class Answering {
  constructor(app, { ref, id, state, reading }) {
    Object.assign(this, { app, ref, id, reading, item: state.items[id], at: null });
    this.closed = closedWhy(state);
    this.made = clone("answering");
    this.place = places(this.made);
    this.chosen = answerOf(state, id);
    this.place.answers.setAttribute("aria-label", `Answer for ${id}`);
    this.place.cell.before(...this.item.options.map((option) => this.answerButton(option)));
    const { made, place, item, closed } = this;
    this.asking = new Asking(app, {
      ref,
      id,
      item,
      closed,
      made,
      place,
      spoken: state.work.languages || [],
      put: (name, value) => this.put(name, value),
      told: (how, at) => this.told(how, at),
    });
    this.photos = new Photos(app, { ref, id, place: place.photos, problem: place["photo-problem"], closed });
    this.refresh(state);
  }

  /* ---------- the answer ---------- */

  answerButton({ value, label, note, refused, icon: glyph }) {
    const word = label || wordOf(value),
      why = this.closed || (refused && `${word}: ${note || refused}`);
    return make(
      "button",
      {
        type: "button",
        class: "answer",
        "data-value": value,
        "data-key": `answer ${value}`,
        "aria-pressed": "false",
        "aria-disabled": why ? "true" : null,
        on: {
          click: () => {
            if (why) this.app.say(why);
            else this.answer(value);
          },
        },
      },
      icon(glyph || iconOf(value)),
      make("span", {}, word, note ? make("small", { text: note }) : null),
    );
  }

  /** One tap answers, a second tap on the same takes it back, and Undo takes that back. */
  async answer(value) {
    const before = this.chosen,
      next = before === value ? null : value;
    this.chosen = next;
    this.paint();
    if (!(await this.put("conformity", next, before))) return;
    renew(this.place.undo, next === null ? this.undoButton(before) : null);
    if (next !== null) await this.readIn();
  }

  undoButton(before) {
    return button(
      "Undo",
      async () => {
        this.chosen = before;
        this.paint();
        await this.put("conformity", before, null);
        renew(this.place.undo);
        this.app.say(`${wordOf(before)} again`);
        this.place.answers.querySelector(`[data-value="${before}"]`).focus({ preventScroll: true });
      },
      { glyph: "arrow-counterclockwise", key: "undo" },
    );
  }

  /** In which language the rule was read is part of the answer. */
  async readIn() {
    const lang = this.reading();
    if ((valueOf(this.state, this.id, "read_in") || "") === lang) return;
    await this.app.saving.put(this.ref, this.id, "read_in", lang);
  }

  /** Writes at once and shows where it is. A refusal (a rule of the record) puts back what stood before. */
  async put(name, value, before = null) {
    try {
      const done = await this.app.saving.put(this.ref, this.id, name, value);
      this.told(done ? "saved" : "lost", done?.at);
      return Boolean(done);
    } catch (error) {
      if (name === "conformity") this.chosen = before;
      this.paint();
      this.told("refused", error.message);
      return false;
    }
  }

  /** How a write went: saving, saved, lost or refused; `at` is the time, or why it was refused. */
  told(how, at) {
    if (how === "saving") return;
    renew(this.place.refusal, how === "refused" ? alertLine(at, "bad") : null);
    if (how === "refused") return;
    if (how === "lost" || this.app.saving.lostOf(this.ref, this.id).length) {
      this.where("lost");
      return;
    }
    this.at = at;
    this.where("saved", at);
  }

  /** The chip, which leads on where it asks for something. */
  where(state, at = null) {
    const key = `${state} ${at || ""}`;
    if (this.shown === key) return;
    this.shown = key;
    renew(this.place.saved, state ? this.leading(state, chip(state, at)) : null);
  }

  leading(state, made) {
    const card = `#/${this.ref}/${encodeURIComponent(this.id)}`;
    const to = { conflict: `${card}/conflict`, attention: "#/attention" }[state];
    if (to) return make("a", { class: "tap", href: to, "data-key": state }, made);
    if (state !== "lost") return made;
    const again = { click: () => this.again() };
    return make("button", { type: "button", class: "btn btn-danger", "data-key": "lost", on: again }, made);
  }

  async again() {
    this.app.say((await this.app.saving.retry()) ? "Saved on tablet" : "Still not saved");
    this.refresh(await this.app.field.open(this.ref));
  }

  /* ---------- keeping in step ---------- */

  refresh(state) {
    const { saving } = this.app;
    this.state = state;
    this.asking.refresh(state);
    if (!saving.busy && !saving.isLost(this.ref, this.id, "conformity")) this.chosen = answerOf(state, this.id);
    this.photos.refresh(state.photos[this.id] || []);
    const lost = saving.lostOf(this.ref, this.id).length > 0,
      stands = lost ? "lost" : stateOf(state, this.id);
    this.where(stands, stands === "saved" ? this.at || lastAt(state, this.id) : null);
    this.alerts(state);
    this.needs(state);
    this.paint();
  }

  paint() {
    press(this.place.answers, this.chosen);
    this.asking.paint(this.state, this.chosen);
  }

  alerts(state) {
    const found = this.closed ? [alertLine(this.closed, "warn")] : [],
      here = conflictsOf(state, this.id).length;
    if (here) {
      const what = here === 1 ? "An answer differs" : `${here} answers differ`;
      found.push(
        alertLine(
          `${what} from what a colleague entered. Both are kept.`,
          "warn",
          link("Choose", `#/${this.ref}/${encodeURIComponent(this.id)}/conflict`, { key: "choose" }),
        ),
      );
    }
    const given = state.answers[this.id] || {};
    for (const each of Object.values(given).filter(({ state: stands }) => stands === "attention")) {
      found.push(alertLine(each.error || NOT_TAKEN, "bad", link("Settle", "#/attention", { key: "settle" })));
    }
    const { by, value } = given.conformity || {};
    if (by && value && by !== this.app.field.user.name) {
      found.push(
        alertLine(make("span", {}, "Answered by ", make("b", { text: by }), " ", answerTag(state, this.id, value))),
      );
    }
    patch(this.place.alerts, ...found);
  }

  /** Listed, never in the way: the walk goes on without it. */
  needs(state) {
    const open = state.missing.filter((each) => each.item === this.id && each.code !== "unanswered");
    const lines = open.map((each) => make("li", {}, icon("circle", "missing"), make("span", { text: each.message })));
    this.place.needs.hidden = !open.length;
    patch(this.place.needs, make("ul", { class: "pl-list checks", "aria-label": "Still needed" }, ...lines));
  }

  leave() {
    this.photos.leave();
  }
}

function lastAt(state, id) {
  return (
    Object.values(state.answers[id] || {})
      .map((field) => field.at)
      .filter(Boolean)
      .sort()
      .pop() || null
  );
}
