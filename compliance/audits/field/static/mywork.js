/* My work: what is assigned and what is on the tablet; taking it along, and taking it off. */

import {
  alertLine,
  button,
  clone,
  counted,
  day,
  empty,
  link,
  make,
  places,
  renew,
  say,
  size,
  stateTag,
  waiting,
} from "./parts.js";
import { saveBackup, tablet } from "./tablet.js";
import { REMOVE_WORD } from "./words.js";

export async function show(app) {
  const made = clone("mywork"),
    place = places(made),
    busy = new Map();
  let shown = "";
  const draw = async () => {
    const list = await app.field.work(),
      here = list.filter((each) => each.downloaded).length,
      told = JSON.stringify([list, [...busy.keys()]]);
    if (told === shown) return;
    shown = told;
    say(place.meta, list.length ? `${counted(here, "piece")} of work on this tablet, ${list.length - here} not` : "");
    renew(
      place.list,
      ...(list.length
        ? list.map(
            (each) => busy.get(each.reference) || row(app, { ...each, first: each === urgent(list) }, busy, draw),
          )
        : [nothing(app)]),
    );
  };
  await draw();
  place.tablet.append(await tablet(app.field));
  return {
    title: "My work",
    main: [made],
    // The list asks the server; that the bar says something else is no reason to ask again.
    refresh: async (told) => {
      if (!told.every((each) => each.status)) await draw();
    },
  };
}

/** The one piece of work whose button is the loud one. */
function urgent(list) {
  const open = list.filter((each) => each.downloaded && ["ready", "progress", "attention"].includes(each.state));
  return open[0] || list.find((each) => !each.downloaded && (each.canDownload || each.mayBegin));
}

function nothing(app) {
  const offline = app.field.status().where !== "online";
  return empty(
    offline ? "Nothing has been downloaded to this tablet." : "No audit or exercise is assigned to you.",
    offline
      ? "Connect the tablet and sign in; your work then appears here."
      : "Work appears here as soon as you are on its team.",
  );
}

function row(app, work, busy, draw) {
  const made = clone("work"),
    place = places(made),
    opens = work.downloaded;
  place.title.textContent = work.title;
  if (opens) place.title.href = `#/${work.reference}`;
  place.title.dataset.key = `open ${work.reference}`;
  place.state.append(stateTag(work.state, true));
  place.reference.textContent = work.reference;
  say(place.site, [work.site?.code, work.site?.name, work.vendor].filter(Boolean).join(" "));
  say(place.lead, work.lead ? `Lead ${work.lead.name || work.lead}` : "");
  say(place.due, work.due_on ? `Due ${day(work.due_on)}` : "");
  place.done.setAttribute("width", work.clauses ? (100 * work.answered) / work.clauses : 0);
  say(place.progress, `${work.answered} of ${counted(work.clauses, "clause")} answered`);
  place.facts.append(...facts(work));
  place.acts.append(...acts(app, work, { made, place, busy, draw }));
  return made;
}

function facts(work) {
  const left = waiting(work.waiting),
    found = [];
  if (work.downloaded && work.state !== "ready") found.push(stateTag("ready"));
  if (work.downloaded) found.push(make("span", { class: "quiet", text: `${size(work.bytes)} on this tablet` }));
  if (left)
    found.push(make("a", { href: "#/waiting", text: `${left} not sent yet`, "data-key": `left ${work.reference}` }));
  if (work.conflicts)
    found.push(make("a", { href: `#/${work.reference}?show=conflicts`, text: counted(work.conflicts, "conflict") }));
  if (work.attention)
    found.push(
      make("a", {
        href: "#/attention",
        text: `${work.attention} ${work.attention === 1 ? "needs" : "need"} attention`,
      }),
    );
  return found;
}

function acts(app, work, at) {
  const name = work.reference,
    kind = work.first ? "primary" : "secondary";
  if (work.downloaded)
    return [
      link(
        ["signed", "confirmed", "held"].includes(work.state) ? "Look at it" : work.answered ? "Continue" : "Begin",
        `#/${name}`,
        { kind, key: `go ${name}` },
      ),
      button("Remove from tablet", () => remove(app, work, at), {
        kind: "quiet",
        glyph: "trash",
        key: `remove ${name}`,
      }),
    ];
  if (work.canStart)
    return [
      button("Start and download", () => download(app, work, at, true), {
        kind,
        glyph: "download",
        key: `download ${name}`,
      }),
    ];
  if (work.canDownload)
    return [
      button("Download for offline", () => download(app, work, at), {
        kind,
        glyph: "download",
        key: `download ${name}`,
      }),
    ];
  const refused = make("button", {
    type: "button",
    class: "btn btn-secondary",
    "aria-disabled": "true",
    "aria-describedby": `why-${name}`,
    text: "Download for offline",
  });
  return [
    refused,
    make("span", { class: "pl-reason", id: `why-${name}`, text: work.whyNot || "Connect the tablet to download it." }),
  ];
}

/** "Ready offline" is said only for what was read back and found whole. */
async function download(app, work, { made, place, busy, draw }, begin = false) {
  busy.set(work.reference, made);
  const bar = make("progress", { max: 1, "aria-label": `Downloading ${work.reference}` }),
    words = make("span", { text: "Downloading" });
  renew(place.acts, bar, words);
  try {
    const told = (share) => {
      bar.value = typeof share === "number" ? share : share.done / share.total;
    };
    const got = begin ? await app.field.begin(work.reference, told) : await app.field.download(work.reference, told);
    if (!got.ok) throw new Error(`Not ready: ${got.missing.join(", ")} could not be stored and read back.`);
    busy.delete(work.reference);
    app.say(`${work.reference} is ready offline, ${size(got.bytes)}`);
    await draw();
  } catch (error) {
    busy.delete(work.reference);
    renew(place.acts, ...acts(app, work, { made, place, busy, draw }));
    renew(place.problem, alertLine(`Not downloaded: ${error.message}`, "bad"));
  }
}

/** While something is unsent, taking work off the tablet asks for a word, and offers the backup file first. What is
    unsent is read anew: the list may have been drawn before the last answer. */
async function remove(app, work, { made, place, busy, draw }) {
  busy.set(work.reference, made);
  const left = await app.field.left(work.reference),
    asked = clone("removing"),
    spot = places(asked);
  spot.title.textContent = `Remove ${work.reference} from this tablet?`;
  say(
    spot.why,
    left
      ? `On this tablet only: ${left}. Removing destroys what was never sent. Save a backup file first, or sync.`
      : "Everything is on the server. You can download it again.",
  );
  spot.ask.hidden = !left;
  spot.label.textContent = `Type ${REMOVE_WORD} to remove what was never sent`;
  const close = () => {
    busy.delete(work.reference);
    renew(place.removing);
    place.acts.hidden = false;
    place.acts.querySelector("[data-key^=remove]")?.focus();
  };
  const yes = button(
    "Remove from tablet",
    async () => {
      try {
        await app.field.remove(work.reference, left ? spot.word.value.trim() : "");
        busy.delete(work.reference);
        app.say(`${work.reference} was removed from this tablet`);
        await draw();
      } catch (error) {
        renew(spot.problem, alertLine(error.message, "bad"));
      }
    },
    { kind: "danger", key: "remove-yes" },
  );
  const save = button(
    "Save a backup file",
    async () => {
      try {
        if (await saveBackup(app.field, work.reference))
          renew(spot.problem, alertLine("The backup file was handed over.", "ok"));
      } catch (error) {
        renew(spot.problem, alertLine(error.message, "bad"));
      }
    },
    { kind: left ? "primary" : "secondary", glyph: "download", key: "remove-backup" },
  );
  spot.acts.append(...(left ? [save, yes] : [yes]), button("Keep it", close, { kind: "secondary", key: "remove-no" }));
  place.acts.hidden = true;
  renew(place.removing, asked);
  spot.title.focus();
}
