/* Two answers to one question: both shown whole, with who and when, until a person takes one of them. */

import { clockTime, clone, day, empty, link, make, places, renew, say, severity } from "./parts.js";
import { showPhotos } from "./photos.js";
import { answerTag, conflictsOf, sectionBar } from "./sections.js";
import { fieldWord } from "./words.js";

export async function show(app, ref, given) {
  const id = given === "-" ? "" : given,
    main = make("div", { class: "pl-main pl-field-wide" });
  const heading = make("h1", { id: "q", tabindex: "-1" }),
    problem = make("div", { role: "alert" }),
    list = make("div");
  main.append(
    make(
      "div",
      { class: "pl-head" },
      make("div", { class: "pl-head-row" }, heading),
      make("p", {
        class: "pl-meta",
        text: "Nothing is thrown away: the answer not taken stays in the record, with its author.",
      }),
    ),
    problem,
    list,
  );
  let state = null;
  const draw = async () => {
    state = await app.field.open(ref);
    const here = conflictsOf(state, id);
    heading.textContent = id ? `${id} ${state.items[id]?.title || ""}`.trim() : "The work as a whole";
    renew(
      list,
      ...(here.length
        ? await Promise.all(here.map((each) => one(app, state, ref, id, each, { draw, problem })))
        : [settled(state, ref, id)]),
    );
  };
  await draw();
  return {
    title: `Choose, ${id || ref}`,
    main: [main],
    back: { href: id ? `#/${ref}/${encodeURIComponent(id)}` : `#/${ref}/finish`, label: id || "Finish" },
    sections: id ? sectionBar(state, ref, id) : null,
    refresh: draw,
  };
}

function settled(state, ref, id) {
  const [next] = state.conflicts,
    way = make("span", { class: "pl-why-foot" });
  if (next)
    way.append(
      link(
        `Next conflict: ${next.item || "the work as a whole"}`,
        `#/${ref}/${next.item ? encodeURIComponent(next.item) : "-"}/conflict`,
        { kind: "primary", key: "next" },
      ),
    );
  way.append(
    link(id ? `Back to ${id}` : "Back to Finish", `#/${ref}/${id ? encodeURIComponent(id) : "finish"}`, {
      kind: next ? "secondary" : "primary",
      key: "back-to-clause",
    }),
  );
  return empty("One answer stands here.", way);
}

async function one(app, state, ref, id, conflict, { draw, problem }) {
  const made = clone("conflict"),
    place = places(made),
    { field, mine, theirs } = conflict;
  place.field.textContent = fieldWord(field);
  const shown = (name, value) =>
    name === "conformity" && value ? answerTag(state, id, value) : shownValue(name, value);
  side(place, "mine", mine, { where: "This tablet", field, shown, fallback: app.field.user.name });
  side(place, "theirs", theirs, { where: "On the server", field, shown });
  const photos = state.photos[id] || [],
    isMine = (photo) => photo.mine || photo.by === app.field.user.name;
  if (field === "conformity" || field === "note") {
    await showPhotos(app, place["mine-photos"], photos.filter(isMine));
    await showPhotos(
      app,
      place["theirs-photos"],
      photos.filter((photo) => !isMine(photo)),
    );
  }
  const bare = !place["mine-photos"].children.length && !place["theirs-photos"].children.length;
  place["mine-photos"].hidden = place["theirs-photos"].hidden = bare;
  const take = (which) => async () => {
    try {
      await app.field.choose(ref, id, field, which);
      app.say(which === "mine" ? "Yours is kept" : "Theirs is kept");
      await draw();
    } catch (error) {
      renew(problem, make("p", { class: "pl-error", text: error.message }));
    }
  };
  place.keep.append(`Keep mine: ${short(shown(field, mine?.value))}`);
  place.take.append(`Take theirs: ${short(shown(field, theirs?.value))}`);
  place.keep.dataset.key = `keep ${field}`;
  place.take.dataset.key = `take ${field}`;
  const lead = state.work.lead?.name ? `the lead auditor, ${state.work.lead.name},` : "the lead auditor",
    may = conflict.mayChoose || "both";
  for (const [which, chooser] of [
    ["mine", place.keep],
    ["theirs", place.take],
  ]) {
    if (may === "both" || may === which) chooser.addEventListener("click", take(which));
    else {
      chooser.setAttribute("aria-disabled", "true");
      chooser.setAttribute("aria-describedby", `lead-decides-${field}`);
    }
  }
  place.why.id = `lead-decides-${field}`;
  say(
    place.why,
    {
      theirs: `You may take theirs. Only ${lead} may put another answer over a colleague's.`,
      mine: `Only ${lead} may take this one: it puts another answer over a colleague's.`,
      none: `Only ${lead} chooses here.`,
    }[may] || "",
  );
  return made;
}

function side(place, which, told, { where, field, shown, fallback = "" }) {
  place[`${which}-who`].replaceChildren(
    make("span", { class: "block quiet", text: where }),
    told?.by || fallback || "A colleague",
  );
  place[which].replaceChildren(shown(field, told?.value));
  say(place[`${which}-when`], told?.at ? `at ${clockTime(told.at)}` : "");
}

/** A value as the record shows it, not as it is stored. */
function shownValue(field, value) {
  if (value === null || value === undefined || value === "")
    return make("span", { class: "quiet", text: field === "conformity" ? "No answer" : "Empty" });
  if (field === "proposed_severity") return severity(value);
  return make("span", { text: field === "meeting_on" ? day(value) : String(value) });
}

function short({ textContent: text }) {
  return text.length > 40 ? `${text.slice(0, 38)}…` : text;
}
