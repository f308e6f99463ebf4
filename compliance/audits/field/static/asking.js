/* What an answer asks for: the reason, the sample, the note and its language, the finding it proposes. */

import { icon, make, say, speak, wordOf } from "./parts.js";
import { bind, grow, setValue } from "./saving.js";
import { FLAGGED, valueOf } from "./sections.js";

const REASONED = new Set(["not_applicable", "not_assessed"]);
const SEVERITIES = ["critical", "major", "minor"];
const SAMPLE = ["sample_size", "sample_failed"];

/** What is typed into a counter; null for nothing, or for what is no number. */
function number(text) {
  return text.trim() === "" || Number.isNaN(Number(text)) ? null : Math.max(0, Math.trunc(Number(text)));
}

export class Asking {
  /** `put(field, value)` writes a tap, `told(state, at)` hears of what is typed. */
  constructor(app, { ref, id, item, closed, made, place, put, told, spoken }) {
    Object.assign(this, { app, ref, id, item, closed, made, place, put, told, drawn: false, severity: null });
    this.fields = [...made.querySelectorAll("[data-field]")];
    for (const field of this.fields) this.tie(field);
    for (const step of made.querySelectorAll("[data-step]")) {
      step.addEventListener("click", () => this.count(step));
    }
    place.draw.firstElementChild.addEventListener("click", () => this.draw());
    this.choices();
    this.counters();
    this.languages(spoken);
  }

  field(name) {
    return this.made.querySelector(`#f-${name}`);
  }

  tie(field) {
    if (this.closed) {
      field.readOnly = true;
      return;
    }
    const name = field.dataset.field,
      counting = SAMPLE.includes(name);
    bind(field, this.app.saving, this.ref, this.id, { told: this.told, parse: counting ? number : undefined });
    if (counting) field.addEventListener("input", () => this.share());
    if (name === "reason") field.addEventListener("input", () => this.paintReasons());
  }

  /* ---------- the sample ---------- */

  draw() {
    this.drawn = true;
    this.paint(this.state, this.chosen);
    this.field("sample_size").focus();
  }

  count(step) {
    if (this.closed) return;
    const field = this.field(step.dataset.of);
    const next = Math.max(0, (number(field.value) || 0) + Number(step.dataset.step));
    field.value = String(next);
    this.share();
    this.put(step.dataset.of, next);
  }

  share() {
    if (this.item.counters) return;
    const [checked, failed] = SAMPLE.map((name) => number(this.field(name).value));
    const wrong = `${failed} failed of ${checked} checked: correct one of the two`;
    say(this.place.share, checked === null ? "" : failed > checked ? wrong : `${failed ?? 0} of ${checked} failed`);
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
      for (const step of each.querySelectorAll("[data-step]")) {
        step.setAttribute("aria-label", `${Number(step.dataset.step) < 0 ? "Less" : "More"}: ${counter.label}`);
      }
    }
    this.place.sample.setAttribute("aria-label", "Measured");
  }

  hasSample(state) {
    if (this.item.counters) return this.item.counters.length > 0;
    return this.item.sampled || this.drawn || SAMPLE.some((name) => valueOf(state, this.id, name) !== null);
  }

  /* ---------- the note, the reason, the severity ---------- */

  /** The language somebody writes the note in, where the site speaks more than English. */
  languages(spoken) {
    const others = spoken.filter(({ code }) => code !== "en"),
      choice = this.place.language;
    if (!others.length) return;
    this.place.written.hidden = false;
    choice.append(
      make("option", { value: "", text: "English" }),
      ...others.map(({ code, name }) => make("option", { value: code, text: name, lang: code })),
    );
    choice.disabled = Boolean(this.closed);
    choice.addEventListener("change", () => {
      speak(this.field("note"), choice.value);
      this.put("written_in", choice.value);
    });
  }

  choices() {
    const reasons = this.item.na_reasons || [];
    this.place["reason-chips"].append(
      ...reasons.map((reason) => this.chipButton(reason, () => this.giveReason(reason))),
    );
    this.place.severities.append(
      ...SEVERITIES.map((value) => this.chipButton(wordOf(value), () => this.propose(value), value)),
    );
  }

  chipButton(label, act, value = label) {
    return make(
      "button",
      {
        type: "button",
        class: "chip",
        "data-value": value,
        "data-key": `chip ${value}`,
        "aria-pressed": "false",
        "aria-disabled": this.closed ? "true" : null,
        on: {
          click: () => {
            if (!this.closed) act();
          },
        },
      },
      icon("check-lg"),
      label,
    );
  }

  giveReason(reason) {
    const field = this.field("reason"),
      next = field.value.trim() === reason ? "" : reason;
    field.value = next;
    grow(field);
    this.paintReasons();
    this.put("reason", next);
  }

  propose(value) {
    this.severity = this.severity === value ? null : value;
    this.paint(this.state, this.chosen);
    this.put("proposed_severity", this.severity);
  }

  /* ---------- keeping in step ---------- */

  /** What the record holds, into the fields nobody is typing in. */
  refresh(state) {
    const { saving } = this.app;
    for (const field of this.fields) {
      setValue(field, valueOf(state, this.id, field.dataset.field), saving, this.ref, this.id);
    }
    if (saving.busy) return;
    if (!saving.isLost(this.ref, this.id, "proposed_severity")) {
      this.severity = valueOf(state, this.id, "proposed_severity");
    }
    const written = valueOf(state, this.id, "written_in") || "";
    this.place.language.value = written;
    speak(this.field("note"), written);
  }

  /** Shows what the chosen answer asks for, and nothing else. */
  paint(state, chosen) {
    Object.assign(this, { state, chosen });
    const { place } = this;
    place.finding.hidden = this.item.followup === false || !FLAGGED.has(chosen);
    place.reasons.hidden = !REASONED.has(chosen);
    const needed = (this.item.needs?.[chosen] || []).some((need) => need.code === "reason");
    say(place["reason-label"], needed ? "Why not? (needed)" : "Why not?");
    place.sample.hidden = !this.hasSample(state);
    place.draw.hidden = this.hasSample(state) || Boolean(this.item.counters) || Boolean(this.closed);
    press(place.severities, this.severity);
    this.paintReasons();
    this.share();
    for (const field of this.fields) grow(field);
  }

  paintReasons() {
    press(this.place["reason-chips"], this.field("reason").value.trim());
  }
}

/** The one of these buttons that stands for the value is pressed. */
export function press(place, value) {
  for (const each of place.querySelectorAll("[data-value]")) {
    each.setAttribute("aria-pressed", String(each.dataset.value === value));
  }
}
