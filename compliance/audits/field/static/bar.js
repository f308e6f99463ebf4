/* The bar on top and the lines under it: always there, worded with counts, calm when the network comes and goes. */

import { alertLine, button, clockTime, counted, icon, link, make, renew, say, waiting } from "./parts.js";

const element = (id) => document.getElementById(id);
const GLYPHS = {
  offline: "wifi-off",
  online: "cloud-check-fill",
  signin: "lock-fill",
  trouble: "exclamation-triangle-fill",
  stopped: "x-octagon-fill",
};
let shown = "";

export function showBar(app, status) {
  const glyph = GLYPHS[status.where] || GLYPHS.offline,
    word = status.title;
  element("bar").hidden = false;
  if (element("where").textContent !== word) {
    element("where-icon").replaceChildren(icon(glyph));
    element("where").textContent = word;
  }
  say(element("detail"), status.detail);
  say(element("last"), lastWords(status));
  element("who").textContent = app.field.user.name;
  element("who").setAttribute("aria-label", `${app.field.user.name}: settings, and who holds the tablet`);
}

/** "Last on server 10:42, next try 11:15". */
export function lastWords({ lastSync, nextTry, answers, photos }) {
  const last = lastSync ? `Last on server ${clockTime(lastSync)}` : "Not on server yet";
  return answers + photos && nextTry ? `${last}, next try ${clockTime(nextTry)}` : last;
}

/** Lines that stay until what they are about is settled; one action each. */
export function showNotices(app, status) {
  const lines = [...lost(app), ...trouble(app, status), ...session(status), ...care(app, status)];
  const told = JSON.stringify(lines.map(([tone, text]) => [tone, text.textContent ?? text]));
  if (told === shown) return;
  shown = told;
  element("notices").hidden = !lines.length;
  renew(element("notices"), ...lines.map(([tone, text, action]) => alertLine(text, tone, action)));
}

function lost(app) {
  const all = app.saving?.lost ?? [];
  if (!all.length) return [];
  const photos = all.filter((each) => each.photo).length,
    what = waiting({ ops: all.length - photos, media: photos });
  const text = make(
    "span",
    {},
    make("b", { text: "NOT SAVED. " }),
    `${what} could not be written: ${all[0].error} What you typed stays in the form. `,
    make("a", { href: "#/attention", "data-key": "free", text: "Sync, free space or save a backup" }),
  );
  return [
    [
      "bad",
      text,
      button(
        "Try again",
        async () => {
          app.say((await app.saving.retry()) ? "Saved on tablet" : "Still not saved");
          app.reload();
        },
        { key: "retry" },
      ),
    ],
  ];
}

function trouble(app, status) {
  const lines = [];
  if (status.where === "stopped")
    lines.push([
      "bad",
      status.message || "The tablet's storage stopped. Nothing already saved is lost.",
      button("Load again", () => location.reload(), { key: "again" }),
    ]);
  if (status.revoked)
    lines.push([
      "bad",
      "This tablet was revoked. It sends nothing any more; what it holds stays here.",
      link("Save a backup file", "#/waiting", { key: "revoked" }),
    ]);
  if (status.wipe)
    lines.push([
      "warn",
      "This tablet was asked to empty itself. What is not on the server stays until it is in a backup file.",
      link("See what is left", "#/waiting", { key: "wipe" }),
    ]);
  return lines;
}

function session(status) {
  if (status.where !== "signin") return [];
  const left = status.answers + status.photos;
  const what = waiting({ ops: status.answers, media: status.photos });
  return [
    [
      "warn",
      left
        ? `Sign in to send ${what}. You can go on working; nothing is lost.`
        : "Sign in to fetch and send work. You can go on working.",
      link("Sign in", "/sign-in?next=/field/", { key: "signin" }),
    ],
  ];
}

function care(app, status) {
  const lines = [];
  if (app.attention)
    lines.push([
      "warn",
      `${counted(app.attention, "thing")} on this tablet ${app.attention === 1 ? "needs" : "need"} your attention.`,
      link("See and settle", "#/attention", { kind: "quiet", key: "care" }),
    ]);
  if (status.skewWords) lines.push(["warn", status.skewWords]);
  if (status.update)
    lines.push([
      "",
      "A new version of Plumbline is ready. Nothing you entered changes.",
      button(
        "Update now",
        async () => {
          await app.saving.flush();
          await app.field.applyUpdate();
        },
        { key: "update" },
      ),
    ]);
  return lines;
}
