/* What stands at the end of a piece of work: the receipt, what is missing, what it came to, what it raises. */

import { counted, day, icon, make, section, severity, waiting } from "./parts.js";
import { answerOf, FLAGGED, order, valueOf } from "./sections.js";
import { receipt as receiptWords } from "./words.js";

/* What the server asks of the whole, and the fields that answer it. Whether an answer is enough, it says itself. */
const UNSENT = new Set(["saved", "sending"]);
const KEEP_IT = "safe on this tablet and not on the server yet. Keep the tablet until this says Confirmed by server.";
const ANSWERS = {
  closing_meeting: ["meeting_on"],
  acknowledgement: ["acknowledged_by", "refusal_note"],
  not_assessed: ["not_assessed_reason"],
};

export function receipt(state) {
  const got = state.receipt;
  if (got) {
    return make(
      "div",
      { class: "pl-field-receipt", "data-tone": "ok" },
      icon("patch-check"),
      make(
        "div",
        {},
        make("b", { text: "Confirmed by server" }),
        make("span", { class: "block", text: receiptWords(got) }),
      ),
    );
  }
  if (!state.work.signed) return null;
  const left = waiting(unsent(state));
  return make(
    "div",
    { class: "pl-field-receipt", "data-tone": "warn" },
    icon("clock"),
    make(
      "div",
      {},
      make("b", { text: "Signed, waiting to send" }),
      make("span", {
        class: "block",
        text: `${left ? `${left} and the signature are` : "The signature is"} ${KEEP_IT}`,
      }),
    ),
  );
}

function unsent(state) {
  const count = (all) => all.filter((each) => UNSENT.has(each.state)).length;
  const fields = Object.values(state.answers).flatMap((item) => Object.values(item));
  return { ops: count(fields), media: count(Object.values(state.photos).flat()) };
}

export function needs(state) {
  const conflicts = state.conflicts.map((each) => ({
    item: each.item,
    code: "conflict",
    message: `${each.item || "The work as a whole"} has two answers: choose one.`,
  }));
  const given = (code) => ANSWERS[code].some((field) => valueOf(state, "", field));
  const whole = (state.work.blockers || []).filter((each) => !each.item && each.code in ANSWERS && !given(each.code));
  const unique = new Map();
  for (const each of [...conflicts, ...state.missing, ...whole])
    unique.set(`${each.item} ${each.code} ${each.message}`, each);
  return [...unique.values()];
}

/** Tapping a missing thing leads to where it is given. */
export function needRow(ref, { item, code, message }) {
  if (!item && code !== "conflict") {
    const [field] = ANSWERS[code] || ["meeting_on"];
    const act = () => {
      const there = document.getElementById(`f-${field}`);
      there.scrollIntoView({ block: "center" });
      there.focus({ preventScroll: true });
    };
    return make(
      "li",
      {},
      make(
        "button",
        { type: "button", class: "pl-field-row", "data-key": `need ${code}`, on: { click: act } },
        icon("circle", "missing"),
        make("span", { class: "grow", text: message }),
        icon("chevron-right"),
      ),
    );
  }
  const to =
    code === "conflict"
      ? `#/${ref}/${item ? encodeURIComponent(item) : "-"}/conflict`
      : `#/${ref}/${encodeURIComponent(item)}`;
  return make(
    "li",
    {},
    make(
      "a",
      { class: "pl-field-row", href: to, "data-key": `need ${item} ${code}` },
      icon(code === "conflict" ? "arrow-left-right" : "circle", "missing"),
      make("span", { class: "grow", text: message }),
      icon("chevron-right"),
    ),
  );
}

export function results(state) {
  const known = state.work.results || [];
  if (!known.length) return null;
  const rows = known.map((each) =>
    make(
      "li",
      {},
      make("b", { text: each.prefix }),
      " ",
      each.rating && each.rating !== "not rated"
        ? make("span", { class: "pl-rating", "data-r": each.rating, text: each.rating })
        : make("span", { class: "quiet", text: "not rated" }),
      each.score === null || each.score === undefined ? "" : ` ${Number(each.score).toFixed(1)} %`,
      each.cap ? make("span", { class: "block quiet", text: each.cap }) : "",
    ),
  );
  return section("What it came to at the last sync", make("ul", { class: "pl-list" }, ...rows));
}

export function findings(state, ref) {
  const failed = order(state).filter(
    (item) => state.items[item].followup !== false && FLAGGED.has(answerOf(state, item)),
  );
  if (!failed.length) return null;
  const rows = failed.map((id) =>
    make(
      "li",
      {},
      make(
        "a",
        { class: "pl-field-row", href: `#/${ref}/${encodeURIComponent(id)}`, "data-key": `finding ${id}` },
        make("b", { class: "id", text: id }),
        make("span", {
          class: "grow",
          dir: "auto",
          text: valueOf(state, id, "finding_title") || `${state.items[id].title}: not met`,
        }),
        severity(valueOf(state, id, "proposed_severity") || state.items[id].severity),
      ),
    ),
  );
  return section(
    `${counted(failed.length, "finding")} the review will issue`,
    make("ul", { class: "pl-field-rows" }, ...rows),
  );
}

export function statement(state) {
  const { site, fixed_on, kind } = state.work,
    { answered, total } = state.progress;
  const place = [site?.code, site?.name].filter(Boolean).join(" ");
  const did = kind === "exercise" ? `observed this exercise at ${place}` : `assessed ${place}`;
  const against = fixed_on ? `, against the criteria fixed on ${day(fixed_on)}` : "";
  const carried = `${answered} of ${total} clauses carry an answer, as it was found.`;
  return `I ${did}, myself or with the team of it${against}. ${carried}`;
}
