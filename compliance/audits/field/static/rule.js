/* The rule of one clause as it is bound: its text, where it comes from, and what helps to check it. */

import { alertLine, clone, day, icon, make, places, renew, say, severity, showRule, speak, stateTag } from "./parts.js";
import { order, sectionOf } from "./sections.js";

const READ_IN = "plumbline-field-read";

/** The language somebody chose to read a piece of work in; "" is the language of the rule. */
export function readingOf(ref) {
  try {
    return localStorage.getItem(`${READ_IN} ${ref}`) || "";
  } catch {
    return "";
  }
}
function keepReading(ref, lang) {
  try {
    localStorage.setItem(`${READ_IN} ${ref}`, lang);
  } catch {
    /* chosen again next time */
  }
}

export function rule(state, ref, id, chose) {
  const made = clone("rule"),
    place = places(made),
    item = state.items[id];
  place.id.textContent = id;
  if (item.locked) {
    place.lock.append(icon("lock-fill", "locked"));
    place.lock.hidden = false;
  }
  place.severity.append(severity(item.severity));
  say(place.where, item.where || whereIn(state, id));
  if (item.last) {
    place.last.append("last time here ", stateTag(item.last.conformity), item.last.on ? `, ${day(item.last.on)}` : "");
    place.last.hidden = false;
  }
  readings(state, ref, item, place, chose);
  marks(place, item);
  place.told.append(...told(item));
  why(place, item);
  return made;
}

function whereIn(state, id) {
  const section = sectionOf(state, id),
    all = section ? section.items : order(state);
  return `${all.indexOf(id) + 1} of ${all.length}${section?.title ? ` in ${section.title}` : ""}`;
}

/** One button per language. What is read is noted with the answer, so the choice is told on. */
function readings(state, ref, item, place, chose) {
  const others = item.readings || [],
    own = { lang: item.lang, dir: item.dir, title: item.title, html: item.html, name: "" };
  const all = [own, ...others];
  const show = (reading) => {
    say(place.title, reading.title);
    speak(place.title, reading.lang, reading.dir);
    showRule(place.text, reading.html, reading.lang, reading.dir);
    place.readings
      .querySelectorAll("button")
      .forEach((each) => each.setAttribute("aria-pressed", String(each.dataset.lang === (reading.lang || ""))));
    chose(reading === own ? "" : reading.lang);
  };
  if (others.length) {
    place.readings.append(
      ...all.map((reading) => {
        const label = nameOf(state, reading.lang);
        const made = make(
          "button",
          {
            type: "button",
            class: "chip",
            "data-lang": reading.lang || "",
            "data-key": `read ${reading.lang}`,
            lang: reading.lang,
            on: {
              click: () => {
                keepReading(ref, reading === own ? "" : reading.lang);
                show(reading);
              },
            },
          },
          icon("check-lg"),
          label,
        );
        return made;
      }),
    );
    place.readings.hidden = false;
  }
  show(others.find((reading) => reading.lang === readingOf(ref)) || own);
}

function nameOf(state, code) {
  return (state.work.languages || []).find((each) => each.code === code)?.name || code || "As written";
}

function marks(place, item) {
  if (!item.marks?.length) return;
  for (const mark of item.marks) {
    place.marks.append(
      make(
        "span",
        { class: "block" },
        make("span", { class: "pl-src", "data-layer": mark.layer, text: mark.text }),
        " ",
        make("span", { text: mark.why || "", dir: "auto" }),
      ),
    );
  }
  place.marks.hidden = false;
}

/** To be known before answering: what a failure asks for, a waiver, a control, a rule that does not apply. */
function told(item) {
  const found = [];
  if (item.applicable === false)
    found.push(
      alertLine(
        "A local rule says this does not apply here. Confirm it with Not applicable, or answer what you found.",
      ),
    );
  if (item.waiver) found.push(waiver(item.waiver));
  if (item.control_of)
    found.push(
      alertLine(
        `This stands in for ${item.control_of} while its waiver holds. It is assessed as any clause.`,
      ),
    );
  if (item.warning) found.push(alertLine(item.warning, "warn"));
  return found;
}

function waiver({ reference, until, control }) {
  const text = make(
    "span",
    {},
    make("b", { text: `Waiver ${reference}. ` }),
    `It was in force on the day this audit is judged by${until ? `, until ${day(until)}` : ""}. `,
    `If the clause is not met, answer Waived${control ? `. In its place: ${control}` : ""}.`,
  );
  return alertLine(text);
}

function why(place, item) {
  const open = (item.open_findings || []).map((each) => `${each.reference} ${each.title}`).join("; ");
  const rows = [
    ["How to check", item.check],
    ["Guidance", item.guidance],
    ["Evidence", item.evidence],
    ["Law", item.law],
    ["Open here", open || `No open finding against ${item.id}`],
  ];
  renew(
    place.guidance,
    ...rows
      .filter(([, said]) => said && String(said).length)
      .flatMap(([name, said]) => [
        make("dt", { text: name }),
        make("dd", { text: Array.isArray(said) ? said.join("; ") : said, dir: "auto" }),
      ]),
  );
  place.summary.textContent = item.global_html ? "Why, guidance and the global text" : "Why, and guidance";
  if (item.global_html) {
    showRule(place.global, item.global_html, item.lang, item.dir);
    place.globally.hidden = false;
  }
  place.why.open = matchMedia("(orientation: landscape) and (min-width: 900px)").matches;
}
