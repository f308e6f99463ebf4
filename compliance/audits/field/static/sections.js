/* How far a piece of work is: the bar of its sections, the next unanswered clause, and how each item stands. */

import { counted, day, iconOf, make, tag, toneOf, wordOf, worst } from "./parts.js";

export const FLAGGED = new Set(["nonconformity", "partial"]);
const UNSENT = new Set(["saved", "sending", "attention", "lost", "conflict"]);

export const order = (state) => state.sections.flatMap((section) => section.items);
export const valueOf = (state, item, name) => state.answers[item]?.[name]?.value ?? null;
export const answerOf = (state, item) => valueOf(state, item, "conformity");
/** An answer as this work words it: an exercise says "Met" where an audit says "Conformity". */
export function answerTag(state, item, value) {
  const word = state.items[item]?.options?.find((option) => option.value === value)?.label;
  return tag(word || wordOf(value), iconOf(value), toneOf(value));
}
export const photosOf = (state, item) => state.photos[item] || [];
export const sectionOf = (state, item) => state.sections.find((section) => section.items.includes(item));

/** Worst state of the fields and photographs of an item; null where nothing has been entered. */
export function stateOf(state, item) {
  const fields = Object.values(state.answers[item] || {}).map((field) => field.state);
  return worst(
    [
      ...fields,
      ...photosOf(state, item).map((photo) => photo.state),
      ...(conflictsOf(state, item).length ? ["conflict"] : []),
    ].filter(Boolean),
  );
}

export function isUnsent(state, item) {
  return [...Object.values(state.answers[item] || {}), ...photosOf(state, item)].some((each) => UNSENT.has(each.state));
}

export const conflictsOf = (state, item) => state.conflicts.filter((each) => each.item === item);

/** The clause to answer next: the first unanswered after this one, else the first of all; null when none is left. */
export function nextUnanswered(state, after = null) {
  const all = order(state),
    open = (item) => !answerOf(state, item);
  const at = after === null ? -1 : all.indexOf(after);
  return all.slice(at + 1).find(open) || all.find((item) => open(item) && item !== after) || null;
}

/** "37 of 84, 3 flagged, 2 need a photo" */
export function progressWords({ answered, total, flagged, bare = 0 }) {
  const said = [`${answered} of ${total}`];
  if (flagged) said.push(`${flagged} flagged`);
  if (bare) said.push(`${bare} ${bare === 1 ? "needs" : "need"} a photo`);
  return said.join(", ");
}

/** The whole first, which jumps to the next unanswered; then each section, which jumps into itself. */
export function sectionBar(state, ref, current = null) {
  const next = nextUnanswered(state, current),
    here = current && sectionOf(state, current);
  const whole = entry(
    `${state.work.site?.code || ""} ${state.work.title}`.trim(),
    progressWords(state.progress),
    next ? `#/${ref}/${encodeURIComponent(next)}` : `#/${ref}/finish`,
    next ? `Next unanswered: ${next}` : "Finish",
  );
  whole.dataset.key = "whole";
  const parts = state.sections.map((section) => {
    const made = entry(
      section.title || "Clauses",
      progressWords(sectionProgress(state, section)),
      `#/${ref}/${encodeURIComponent(into(state, section))}`,
    );
    made.dataset.key = `section ${section.id}`;
    if (section === here) made.setAttribute("aria-current", "true");
    return made;
  });
  return [make("ul", { class: "pl-progress" }, ...[whole, ...parts].map((each) => make("li", {}, each)))];
}

function entry(label, note, href, hint = "") {
  return make(
    "a",
    { href },
    make("span", { text: label }),
    make("small", { text: note }),
    hint ? make("span", { class: "visually-hidden", text: `. ${hint}` }) : null,
  );
}

function into(state, section) {
  return section.items.find((item) => !answerOf(state, item)) || section.items[0];
}

/** Answered, flagged and without a needed photograph, in one section. */
export function sectionProgress(state, section) {
  const found = state.sectionsProgress?.find((each) => each.id === section.id);
  if (found) return found;
  const answered = section.items.filter((item) => answerOf(state, item)),
    flagged = answered.filter((item) => FLAGGED.has(answerOf(state, item)));
  return { answered: answered.length, total: section.items.length, flagged: flagged.length };
}

/** Why nothing can be entered any more, or "". */
export function closedWhy(state) {
  if (state.readonly) return state.readonly;
  if (state.receipt) return "Confirmed by the server. It is read only.";
  return "";
}

function newerWord({ prefix, scope, version, on, effective_on: since }, work) {
  const what = [prefix, scope && scope !== "global" ? scope : ""].filter(Boolean).join(" "),
    when = day(on || since);
  const told = version ? `${what} ${version} holds since ${when}` : `${what} ended on ${when}`;
  return `${told}. This work stays on the criteria fixed on ${day(work.fixed_on)}.`;
}

/** A line where other criteria than those of this audit have come into force since. */
export function newerWords(work) {
  return (work.newer || []).map((each) => newerWord(each, work));
}

export const photosWords = (state, item) =>
  photosOf(state, item).length ? counted(photosOf(state, item).length, "photo") : "";
