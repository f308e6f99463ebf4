/* All clauses of one piece of work by section, with filters for what still needs somebody. */

import {
  alertLine,
  button,
  chip,
  clone,
  empty,
  icon,
  link,
  make,
  patch,
  places,
  say,
  severity,
  stateTag,
  tag,
} from "./parts.js";
import {
  answerOf,
  answerTag,
  closedWhy,
  conflictsOf,
  FLAGGED,
  isUnsent,
  newerWords,
  nextUnanswered,
  order,
  photosWords,
  progressWords,
  sectionBar,
  sectionProgress,
  stateOf,
  valueOf,
} from "./sections.js";

const FILTERS = {
  all: ["All", () => true, "There are no clauses here."],
  unanswered: ["Unanswered", (state, item) => !answerOf(state, item), "Every clause has an answer."],
  flagged: ["Flagged", (state, item) => FLAGGED.has(answerOf(state, item)), "Nothing is flagged so far."],
  conflicts: [
    "Conflicts",
    (state, item) => conflictsOf(state, item).length > 0,
    "Nobody answered anything differently.",
  ],
  unsent: ["Not sent", isUnsent, "Everything is on the server."],
};
let filter = { ref: null, name: "all" };

export async function show(app, given) {
  const [ref, query] = given.split("?"),
    wanted = new URLSearchParams(query || "").get("show");
  if (filter.ref !== ref || wanted) filter = { ref, name: wanted in FILTERS ? wanted : "all" };
  const made = clone("checklist"),
    place = places(made);
  let state = await app.field.open(ref);
  const draw = () => drawAll(app, place, ref, state, draw);
  draw();
  const screen = {
    title: `Checklist of ${ref}`,
    main: [made],
    back: { href: "#/work", label: "My work" },
    sections: sectionBar(state, ref),
    async refresh(told) {
      if (told.length && told.every((each) => each.work && each.work !== ref)) return;
      state = await app.field.open(ref);
      draw();
      patch(document.getElementById("sections"), ...sectionBar(state, ref));
    },
  };
  return screen;
}

function drawAll(app, place, ref, state, draw) {
  say(place.title, `${state.work.site?.code || ""} ${state.work.title}`.trim());
  place.reference.textContent = ref;
  say(place.site, [state.work.site?.name, state.work.vendor?.name || state.work.vendor].filter(Boolean).join(", "));
  say(place.saved, progressWords(state.progress));
  patch(place.state, state.state ? stateTag(state.state, true) : null);
  patch(place.acts, ...acts(state, ref));
  patch(place.notes, ...notes(state, ref));
  patch(place.filters, ...Object.keys(FILTERS).map((name) => filterButton(state, name, draw)));
  const [, keeps, none] = FILTERS[filter.name];
  const parts = state.sections
    .map((section) =>
      part(
        state,
        ref,
        section,
        section.items.filter((item) => keeps(state, item)),
      ),
    )
    .filter(Boolean);
  patch(
    place.parts,
    ...(parts.length
      ? parts
      : [
          empty(
            none,
            filter.name === "unanswered"
              ? make("a", { href: `#/${ref}/finish`, text: "See what signing still needs" })
              : "",
          ),
        ]),
  );
  const shown = order(state).filter((item) => keeps(state, item)).length;
  place.count.textContent = `${shown} of ${order(state).length} clauses shown`;
}

function acts(state, ref) {
  const next = nextUnanswered(state),
    at = state.place && state.items[state.place] && !answerOf(state, state.place) ? state.place : next;
  const done = closedWhy(state) || !next;
  const finish = link(state.receipt ? "See the receipt" : "Finish", `#/${ref}/finish`, {
    kind: done ? "primary" : "secondary",
    key: "finish",
  });
  return done
    ? [finish]
    : [finish, link(`Continue with ${at}`, `#/${ref}/${encodeURIComponent(at)}`, { kind: "primary", key: "continue" })];
}

function notes(state, ref) {
  const found = newerWords(state.work).map((words) => alertLine(words));
  if (closedWhy(state)) found.unshift(alertLine(closedWhy(state), state.receipt ? "ok" : "warn"));
  if (state.note) found.push(alertLine(state.note, "warn"));
  const [first] = state.conflicts;
  if (first)
    found.push(
      alertLine(
        "Somebody answered differently from this tablet. Both answers are kept until one is chosen.",
        "warn",
        link("Choose", first.item ? `#/${ref}/${encodeURIComponent(first.item)}/conflict` : `#/${ref}/-/conflict`, {
          key: "choose",
        }),
      ),
    );
  return found;
}

function filterButton(state, name, draw) {
  const [label, keeps] = FILTERS[name],
    many = order(state).filter((item) => keeps(state, item)).length;
  const made = button(
    label,
    () => {
      filter = { ...filter, name };
      draw();
    },
    { kind: "tab", key: `filter ${name}` },
  );
  made.append(make("span", { class: "pl-count", text: String(many) }));
  made.setAttribute("aria-pressed", String(filter.name === name));
  return made;
}

function part(state, ref, section, items) {
  if (!items.length) return null;
  const heading = make(
    "div",
    { class: "pl-section-head" },
    make("h2", { text: section.title || "Clauses" }),
    make("span", { class: "quiet", text: progressWords(sectionProgress(state, section)) }),
  );
  return make(
    "section",
    { class: "pl-section" },
    heading,
    make("ul", { class: "pl-field-rows" }, ...items.map((item) => row(state, ref, item))),
  );
}

function row(state, ref, id) {
  const made = clone("row"),
    place = places(made),
    item = state.items[id],
    answer = answerOf(state, id),
    where = stateOf(state, id);
  made.firstElementChild.href = `#/${ref}/${encodeURIComponent(id)}`;
  made.firstElementChild.dataset.key = `row ${id}`;
  place.id.textContent = id;
  place.title.textContent = item.title;
  say(place.note, valueOf(state, id, "note") || "");
  if (item.locked) place.severity.append(icon("lock-fill", "locked"), " ");
  place.severity.append(severity(item.severity));
  place.answer.append(answer ? answerTag(state, id, answer) : tag("No answer"));
  if (where) place.chip.append(chip(where));
  say(place.photos, photosWords(state, id));
  return made;
}
