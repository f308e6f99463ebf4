/* What is not on the server yet, and what needs a person: each line stays until settled, with what can be done. */

import {
  alertLine,
  button,
  chip,
  clockTime,
  clone,
  counted,
  empty,
  icon,
  link,
  make,
  patch,
  places,
  renew,
  say,
  waiting,
} from "./parts.js";
import { lastWords } from "./bar.js";
import { saveBackup } from "./tablet.js";

const KINDS = {
  conflict: ["arrow-left-right", "Conflict"],
  rejected: ["x-octagon-fill", "Not taken"],
  held: ["lock-fill", "Held for the lead"],
  photo: ["camera", "Photo"],
  lost: ["x-octagon-fill", "NOT SAVED"],
};

/* Their words end in what they are. */
const SAY_THEMSELVES = new Set(["conflict", "lost"]);

/** "What is not on the server yet". */
export async function showWaiting(app) {
  const { made, place } = page("What is not on the server yet");
  const draw = async () => {
    const entries = await app.field.unsent(),
      status = app.field.status();
    say(place.meta, [lastWords(status), entries.length ? waiting(counts(entries)) : ""].filter(Boolean).join(". "));
    const groups = new Map();
    for (const each of entries) groups.set(each.work, [...(groups.get(each.work) || []), each]);
    patch(
      place.list,
      ...(entries.length
        ? [...groups].map(([work, of]) => group(work, of))
        : [
            empty(
              "Everything on this tablet is on the server.",
              status.lastSync ? `As of ${clockTime(status.lastSync)}.` : "",
            ),
          ]),
    );
  };
  place.acts.append(...tools(app, place));
  await draw();
  return {
    title: "What is not on the server yet",
    main: [made],
    back: { href: "#/work", label: "My work" },
    refresh: draw,
  };
}

function counts(entries) {
  const media = entries.filter((each) => each.field === "photos").length;
  return { ops: entries.length - media, media };
}

function group(work, entries) {
  return make(
    "section",
    { class: "pl-section" },
    make("div", { class: "pl-section-head" }, make("h2", { text: work })),
    make("ul", { class: "pl-field-rows" }, ...entries.map((each) => row(work, each))),
  );
}

function row(work, each) {
  const to = each.item ? `#/${work}/${encodeURIComponent(each.item)}` : `#/${work}/finish`;
  return make(
    "li",
    {},
    make(
      "a",
      { class: "pl-field-row", href: to, "data-key": `unsent ${each.id}` },
      make("b", { class: "id", text: each.item || "Whole" }),
      make("span", { class: "grow", dir: "auto", text: each.words }),
      make("span", { class: "facts" }, chip(each.state, each.state === "saved" ? each.at : null)),
    ),
  );
}

/** "Needs attention": conflicts, what the server did not take, and what could not be written. */
export async function show(app) {
  const { made, place } = page("Needs your attention");
  let shown = "";
  const draw = async () => {
    const entries = await app.field.attention(),
      told = JSON.stringify(entries);
    if (told === shown) return;
    shown = told;
    say(
      place.meta,
      entries.length ? `${counted(entries.length, "thing")}. Nothing here is lost: all of it is on this tablet.` : "",
    );
    renew(
      place.list,
      ...(entries.length
        ? [make("ul", { class: "pl-field-entries" }, ...entries.map((each) => entry(app, each, draw)))]
        : [empty("Nothing needs you.", make("a", { href: "#/waiting", text: "See what is not on the server yet" }))]),
    );
  };
  place.acts.append(...tools(app, place));
  await draw();
  return { title: "Needs your attention", main: [made], back: { href: "#/work", label: "My work" }, refresh: draw };
}

function entry(app, each, draw) {
  const made = clone("entry"),
    place = places(made),
    [glyph, kind] = KINDS[each.kind] || ["exclamation-triangle-fill", "Needs attention"];
  place.icon.append(icon(glyph));
  const words = [each.item, each.words].filter(Boolean).join(" ");
  place.title.textContent = SAY_THEMSELVES.has(each.kind) ? words : `${kind}: ${words}`;
  say(place.why, each.why);
  say(place.meta, [each.work, each.at && clockTime(each.at)].filter(Boolean).join(", "));
  const act = (key) => async () => {
    try {
      await app.field.act(each.id, key);
      await draw();
    } catch (error) {
      renew(place.problem, alertLine(error.message, "bad"));
    }
  };
  const item = each.item ? encodeURIComponent(each.item) : "-";
  for (const { key, label } of each.actions || []) {
    if (each.kind === "conflict")
      place.acts.append(link("Choose", `#/${each.work}/${item}/conflict`, { key: `choose ${each.id}` }));
    else if (key === "open")
      place.acts.append(
        link(label, each.item ? `#/${each.work}/${item}` : `#/${each.work}/finish`, { key: `open ${each.id}` }),
      );
    else if (key === "backup")
      place.acts.append(button(label, () => backup(app, place, each.work), { key: `backup ${each.id}` }));
    else place.acts.append(button(label, act(key), { key: `${key} ${each.id}` }));
  }
  if (!place.acts.children.length)
    place.acts.append(
      link("Open", each.item ? `#/${each.work}/${item}` : `#/${each.work}`, { key: `open ${each.id}` }),
    );
  return made;
}

async function backup(app, place, ref = null) {
  const there = place.problem || place.notes;
  try {
    if (await saveBackup(app.field, ref)) renew(there, handedOver(app, ref));
  } catch (error) {
    renew(there, alertLine(error.message, "bad"));
  }
}

/** Only the person knows whether the file is safe; a tablet that was asked to empty itself waits for that word. */
function handedOver(app, ref) {
  const safe =
    app.field.status().wipe && !ref
      ? button("The file is safe: empty this tablet", () => app.field.backupKept().then(() => app.field.syncNow()), {
          key: "safe",
        })
      : null;
  return alertLine("The backup file was handed over. Keep it until the server has everything.", "ok", safe);
}

function tools(app, place) {
  return [
    button("Save a backup file", () => backup(app, { notes: place.notes }), { glyph: "download", key: "backup" }),
    button("Sync now", () => app.field.syncNow(), { kind: "primary", glyph: "arrow-repeat", key: "sync-now" }),
  ];
}

function page(title) {
  const made = clone("list"),
    place = places(made);
  place.title.textContent = title;
  return { made, place };
}
