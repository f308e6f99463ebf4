/* The answer to one clause and what it asks: large buttons, sample, note, photographs, the finding it proposes. */

import { alertLine, button, chip, clone, icon, iconOf, link, make, places, renew, say, speak, wordOf } from "./parts.js";
import { Photos } from "./photos.js";
import { bind, grow, setValue } from "./saving.js";
import { answerOf, answerTag, closedWhy, conflictsOf, FLAGGED, stateOf, valueOf } from "./sections.js";

const REASONED = new Set(["not_applicable", "not_assessed"]);
const SEVERITIES = ["critical", "major", "minor"];
const NUMBERS = new Set(["sample_size", "sample_failed"]);
const number = (text) => (text.trim() === "" || Number.isNaN(Number(text)) ? null : Math.max(0, Math.trunc(Number(text))));

export class Answering {
  constructor(app, { ref, id, state, reading }) {
    Object.assign(this, { app, ref, id, reading, item: state.items[id], at: null, drawn: false });
    this.closed = closedWhy(state);
    this.made = clone("answering");
    this.place = places(this.made);
    this.chosen = answerOf(state, id);
    this.place.answers.setAttribute("aria-label", `Answer for ${id}`);
    this.place.cell.before(...this.item.options.map((option) => this.answerButton(option)));
    this.fields = [...this.made.querySelectorAll("[data-field]")];
    for (const field of this.fields) this.tie(field);
    for (const step of this.made.querySelectorAll("[data-step]")) step.addEventListener("click", () => this.count(step));
    this.place.draw.firstElementChild.addEventListener("click", () => { this.drawn = true; this.paint(); this.made.querySelector("#f-sample_size").focus(); });
    this.choices();
    this.counters();
    this.languages(state.work.languages || []);
    this.photos = new Photos(app, { ref, id, place: this.place.photos, problem: this.place["photo-problem"], closed: this.closed });
    this.refresh(state);
  }

  /* ---------- the answer ---------- */

  answerButton({ value, label, note, refused, icon: glyph }) {
    const made = make("button", { type: "button", class: "answer", "data-value": value, "data-key": `answer ${value}`, "aria-pressed": "false" },
      icon(glyph || iconOf(value)), make("span", {}, label || wordOf(value), note ? make("small", { text: note }) : null));
    if (refused || this.closed) made.setAttribute("aria-disabled", "true");
    made.addEventListener("click", () => (refused || this.closed ? this.app.say(this.closed || `${label || wordOf(value)}: ${note || refused}`) : this.answer(value)));
    return made;
  }

  /** One tap answers, a second tap on the same takes it back, and Undo takes that back. */
  async answer(value) {
    const before = this.chosen, next = before === value ? null : value;
    this.chosen = next;
    this.paint();
    if (!await this.put("conformity", next, before)) return;
    renew(this.place.undo, next === null ? this.undoButton(before) : null);
    if (next !== null) await this.readIn();
  }

  undoButton(before) {
    return button("Undo", async () => {
      this.chosen = before;
      this.paint();
      await this.put("conformity", before, null);
      renew(this.place.undo);
      this.app.say(`${wordOf(before)} again`);
      this.place.answers.querySelector(`[data-value="${before}"]`).focus({ preventScroll: true });
    }, { glyph: "arrow-counterclockwise", key: "undo" });
  }

  /** In which language the rule was read is part of the answer. */
  async readIn() {
    const lang = this.reading();
    if ((valueOf(this.state, this.id, "read_in") || "") !== lang) await this.app.saving.put(this.ref, this.id, "read_in", lang);
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

  told(state, at) {
    if (state === "saving") return;
    renew(this.place.refusal, state === "refused" ? alertLine(at, "bad") : null);
    if (state === "refused") return;
    if (state === "saved" && !this.app.saving.lostOf(this.ref, this.id).length) { this.at = at; this.where("saved", at); }
    else this.where("lost");
  }

  /** The chip, which leads on where it asks for something. */
  where(state, at = null) {
    const key = `${state} ${at || ""}`;
    if (this.shown === key) return;
    this.shown = key;
    const made = state ? chip(state, at) : null, place = this.place.saved;
    if (state === "lost") renew(place, make("button", { type: "button", class: "btn btn-danger", "data-key": "lost", on: { click: () => this.again() } }, made));
    else if (state === "conflict") renew(place, make("a", { class: "tap", href: `#/${this.ref}/${encodeURIComponent(this.id)}/conflict`, "data-key": "conflict" }, made));
    else if (state === "attention") renew(place, make("a", { class: "tap", href: "#/attention", "data-key": "attention" }, made));
    else renew(place, made);
  }

  async again() {
    this.app.say(await this.app.saving.retry() ? "Saved on tablet" : "Still not saved");
    this.refresh(await this.app.field.open(this.ref));
  }

  /* ---------- what it asks ---------- */

  tie(field) {
    if (this.closed) { field.readOnly = true; return; }
    const counting = NUMBERS.has(field.dataset.field);
    bind(field, this.app.saving, this.ref, this.id, { told: (state, at) => this.told(state, at), parse: counting ? number : undefined });
    if (counting) field.addEventListener("input", () => this.share());
    if (field.dataset.field === "reason") field.addEventListener("input", () => this.paintReasons());
  }

  count(step) {
    if (this.closed) return;
    const field = this.made.querySelector(`#f-${step.dataset.of}`), next = Math.max(0, (number(field.value) || 0) + Number(step.dataset.step));
    field.value = String(next);
    this.share();
    this.put(step.dataset.of, next);
  }

  /** An exercise counts what it measures, in its own words and without a rule between the numbers. */
  counters() {
    const own = this.item.counters;
    if (!own) return;
    for (const each of this.made.querySelectorAll("[data-counter]")) {
      const counter = own.find(({ field }) => field === each.dataset.counter);
      each.hidden = !counter;
      if (!counter) continue;
      each.querySelector("label").textContent = counter.label;
      for (const step of each.querySelectorAll("[data-step]")) step.setAttribute("aria-label", `${Number(step.dataset.step) < 0 ? "Less" : "More"}: ${counter.label}`);
    }
    this.place.sample.setAttribute("aria-label", "Measured");
  }

  /** The language somebody writes the note in, where the site speaks more than English. */
  languages(spoken) {
    const others = spoken.filter(({ code }) => code !== "en"), choice = this.place.language;
    if (!others.length) return;
    this.place.written.hidden = false;
    choice.append(make("option", { value: "", text: "English" }), ...others.map(({ code, name }) => make("option", { value: code, text: name, lang: code })));
    if (this.closed) choice.disabled = true;
    choice.addEventListener("change", () => { speak(this.made.querySelector("#f-note"), choice.value); this.put("written_in", choice.value); });
  }

  share() {
    if (this.item.counters) return;
    const [checked, failed] = ["sample_size", "sample_failed"].map((name) => number(this.made.querySelector(`#f-${name}`).value));
    say(this.place.share, checked === null ? "" : failed > checked ? `${failed} failed of ${checked} checked: correct one of the two` : `${failed ?? 0} of ${checked} failed`);
  }

  choices() {
    const reasons = this.item.na_reasons || [];
    this.place["reason-chips"].append(...reasons.map((reason) => this.chipButton(reason, () => this.giveReason(reason))));
    this.place.severities.append(...SEVERITIES.map((value) => this.chipButton(wordOf(value), () => this.propose(value), value)));
  }

  chipButton(label, act, value = label) {
    return make("button", { type: "button", class: "chip", "data-value": value, "data-key": `chip ${value}`, "aria-pressed": "false", "aria-disabled": this.closed ? "true" : null,
      on: { click: () => { if (!this.closed) act(); } } }, icon("check-lg"), label);
  }

  giveReason(reason) {
    const field = this.made.querySelector("#f-reason"), next = field.value.trim() === reason ? "" : reason;
    field.value = next;
    grow(field);
    this.paintReasons();
    this.put("reason", next);
  }

  propose(value) {
    this.severity = this.severity === value ? null : value;
    this.paint();
    this.put("proposed_severity", this.severity);
  }

  /* ---------- keeping in step ---------- */

  refresh(state) {
    this.state = state;
    if (!this.app.saving.busy) {
      if (!this.app.saving.isLost(this.ref, this.id, "conformity")) this.chosen = answerOf(state, this.id);
      if (!this.app.saving.isLost(this.ref, this.id, "proposed_severity")) this.severity = valueOf(state, this.id, "proposed_severity");
    }
    for (const field of this.fields) setValue(field, valueOf(state, this.id, field.dataset.field), this.app.saving, this.ref, this.id);
    const written = valueOf(state, this.id, "written_in") || "";
    if (document.activeElement !== this.place.language) { this.place.language.value = written; speak(this.made.querySelector("#f-note"), written); }
    this.photos.refresh(state.photos[this.id] || []);
    const lost = this.app.saving.lostOf(this.ref, this.id).length > 0, stands = lost ? "lost" : stateOf(state, this.id);
    this.where(stands, stands === "saved" ? this.at || lastAt(state, this.id) : null);
    this.alerts(state);
    this.needs(state);
    this.paint();
    this.share();
  }

  paint() {
    for (const each of this.place.answers.querySelectorAll(".answer")) each.setAttribute("aria-pressed", String(each.dataset.value === this.chosen));
    this.place.finding.hidden = this.item.followup === false || !FLAGGED.has(this.chosen);
    this.place.reasons.hidden = !REASONED.has(this.chosen);
    const needed = (this.item.needs?.[this.chosen] || []).some((need) => need.code === "reason");
    say(this.place["reason-label"], needed ? "Why not? (needed)" : "Why not?");
    const sample = this.item.counters ? this.item.counters.length > 0 : this.item.sampled || this.drawn || valueOf(this.state, this.id, "sample_size") !== null || valueOf(this.state, this.id, "sample_failed") !== null;
    this.place.sample.hidden = !sample;
    this.place.draw.hidden = sample || Boolean(this.item.counters) || Boolean(this.closed);
    for (const each of this.place.severities.children) each.setAttribute("aria-pressed", String(each.dataset.value === this.severity));
    this.paintReasons();
    for (const field of this.fields) grow(field);
  }

  paintReasons() {
    const given = this.made.querySelector("#f-reason").value.trim();
    for (const each of this.place["reason-chips"].children) each.setAttribute("aria-pressed", String(each.dataset.value === given));
  }

  alerts(state) {
    const found = [];
    if (this.closed) found.push(alertLine(this.closed, "warn"));
    const here = conflictsOf(state, this.id);
    if (here.length) found.push(alertLine(`${here.length === 1 ? "An answer differs" : `${here.length} answers differ`} from what a colleague entered. Both are kept.`, "warn",
      link("Choose", `#/${this.ref}/${encodeURIComponent(this.id)}/conflict`, { key: "choose" })));
    for (const each of Object.values(state.answers[this.id] || {})) if (each.state === "attention") found.push(alertLine(each.error || "The server did not take an answer here. It is kept on the tablet.", "bad", link("Settle", "#/attention", { key: "settle" })));
    const by = state.answers[this.id]?.conformity;
    if (by?.by && by.value && by.by !== this.app.field.user.name) found.push(alertLine(make("span", {}, "Answered by ", make("b", { text: by.by }), " ", answerTag(state, this.id, by.value))));
    renew(this.place.alerts, ...found);
  }

  /** Listed, never in the way: the walk goes on without it. */
  needs(state) {
    const open = state.missing.filter((each) => each.item === this.id && each.code !== "unanswered");
    this.place.needs.hidden = !open.length;
    renew(this.place.needs, make("ul", { class: "pl-list checks", "aria-label": "Still needed" }, ...open.map((each) => make("li", {}, icon("circle", "missing"), make("span", { text: each.message })))));
  }

  leave() { this.photos.leave(); }
}

function lastAt(state, id) {
  return Object.values(state.answers[id] || {}).map((field) => field.at).filter(Boolean).sort().pop() || null;
}
