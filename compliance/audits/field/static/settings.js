/* How this tablet shows things, who holds it, when it last synced, and what can be done with what it holds. */

import { alertLine, button, clockTime, clone, link, make, patch, places, renew, say, waiting } from "./parts.js";
import { saveBackup, tablet } from "./tablet.js";

const LOOK = "plumbline-field-look";
const USUAL = { mode: "", text: "100", hand: "right", split: "yes", dir: "ltr" };

export async function show(app) {
  const made = clone("settings"),
    place = places(made),
    look = { ...USUAL, ...kept() };
  for (const input of made.querySelectorAll("input[type=radio]")) {
    input.checked = look[input.name] === input.value;
    input.addEventListener("change", () => {
      look[input.name] = input.value;
      keep(look, place);
    });
  }
  const draw = () => {
    const status = app.field.status();
    patch(
      place.sync,
      ...facts(status).flatMap(([name, said]) => [make("dt", { text: name }), make("dd", { text: said })]),
    );
  };
  place.who.textContent = app.field.user.name;
  place.people.append(link("Somebody else takes the tablet", "#/who", { glyph: "people", key: "who-else" }));
  place.acts.append(...acts(app, place));
  say(
    place.build,
    `Version ${document.documentElement.dataset.build}`,
  );
  draw();
  place.tablet.append(await tablet(app.field));
  return { title: "Settings", main: [made], back: { href: "#/work", label: "My work" }, refresh: draw };
}

function kept() {
  try {
    return JSON.parse(localStorage.getItem(LOOK)) || {};
  } catch {
    return {};
  }
}

function keep(look, place) {
  try {
    localStorage.setItem(LOOK, JSON.stringify(look));
  } catch {
    renew(place.problem, alertLine("This browser does not keep settings in a private window.", "warn"));
  }
  dispatchEvent(new Event("plumbline-look"));
}

function facts(status) {
  const left = waiting({ ops: status.answers, media: status.photos });
  return [
    ["Now", status.words || status.where],
    ["Not sent", left || "Nothing"],
    ["Last on server", status.lastSync ? clockTime(status.lastSync) : "Not yet"],
    [
      "Next try",
      status.nextTry ? clockTime(status.nextTry) : left ? "When there is a network" : "When there is something to send",
    ],
  ];
}

function acts(app, place) {
  const backup = async () => {
    try {
      if (await saveBackup(app.field))
        renew(
          place.problem,
          alertLine("The backup file was handed over. Keep it until the server has everything.", "ok"),
        );
    } catch (error) {
      renew(place.problem, alertLine(error.message, "bad"));
    }
  };
  return [
    button("Sync now", () => app.field.syncNow(), { kind: "primary", glyph: "arrow-repeat", key: "settings-sync" }),
    button("Save a backup file", backup, { glyph: "download", key: "settings-backup" }),
    link("What is not on the server yet", "#/waiting", { kind: "quiet", key: "settings-waiting" }),
  ];
}
