/* The tablet: which screen is shown, the bar on top, what needs the person, and coming back to where one was. */

import { openUser, start } from "./field.js";
import * as attention from "./attention.js";
import * as card from "./card.js";
import * as checklist from "./checklist.js";
import * as conflict from "./conflict.js";
import * as finish from "./finish.js";
import * as home from "./home.js";
import * as mywork from "./mywork.js";
import { showBar, showNotices } from "./bar.js";
import { Saving } from "./saving.js";
import * as settings from "./settings.js";
import { alertLine, button, loadIcons, patch } from "./parts.js";

const element = (id) => document.getElementById(id);
const SCREENS = {
  who: home.show,
  work: mywork.show,
  waiting: attention.showWaiting,
  attention: attention.show,
  settings: settings.show,
};

/** What every screen is given: the open user's facade, their writes, and ways to speak and to go. */
const app = {
  field: null,
  saving: null,
  begun: null,
  attention: 0,
  go(path) {
    if (location.hash === `#/${path}`) show();
    else location.hash = `#/${path}`;
  },
  say(text) {
    element("said").textContent = "";
    requestAnimationFrame(() => {
      element("said").textContent = text;
    });
  },
  use,
  refreshBar,
  reload: () => show(),
};
let screen = null,
  turn = 0,
  pending = new Set(),
  timer = 0;

function parts() {
  return location.hash.replace(/^#\/?/, "").split("/").filter(Boolean).map(decodeURIComponent);
}

function pick([first, second, third]) {
  if (!app.field) return [home.show];
  if (!first) return [mywork.show];
  if (first in SCREENS) return [SCREENS[first]];
  if (!second) return [checklist.show, first];
  if (second === "finish") return [finish.show, first];
  if (third === "conflict") return [conflict.show, first, second];
  return [card.show, first, second];
}

/** Draws the screen of the address. What was typed on the one before is written first. */
async function show() {
  const mine = ++turn;
  const [render, ...given] = pick(parts());
  const before = screen;
  await app.saving?.flush();
  let next;
  try {
    next = await render(app, ...given);
  } catch (error) {
    next = broken(error);
  }
  if (mine !== turn) {
    next.leave?.();
    return;
  }
  before?.leave?.();
  screen = next;
  mount(next, before === null);
  refreshBar();
}

function mount(next, first) {
  document.title = `${next.title} · Plumbline`;
  element("main").className = next.mainClass || "";
  const held = document.activeElement?.closest?.("#foot, #sections")?.id;
  element("main").replaceChildren(...next.main);
  element("main").dataset.at = parts().join("/");
  place("sections", next.sections);
  place("foot", next.foot);
  element("skip").hidden = !next.foot;
  const back = next.back || null;
  element("back").hidden = !back;
  if (back) {
    element("back").href = back.href;
    element("back-to").textContent = back.label;
  }
  if (!first) {
    scrollTo(0, 0);
    if (!held || document.activeElement === document.body)
      (element("main").querySelector("#q") || element("main")).focus({ preventScroll: true });
    else app.say(next.title);
  }
  next.shown?.();
}

function place(id, nodes) {
  const there = element(id);
  there.hidden = !nodes;
  patch(there, ...(nodes || []));
}

function broken(error) {
  const again = button("Load it again", () => location.reload(), { kind: "primary" });
  const box = document.createElement("div");
  box.className = "pl-main pl-field-wide";
  const title = document.createElement("h1");
  title.id = "q";
  title.tabIndex = -1;
  title.textContent = "This cannot be shown";
  box.append(title, alertLine(`${error.message} What was saved on the tablet is still there.`, "bad"), again);
  return { title: "This cannot be shown", main: [box], back: { href: "#/work", label: "My work" } };
}

/* ---------- the person ---------- */

let opening = null;

/** Opens somebody's own store; nobody else's is touched. A second tap, or the person of before, opens nothing anew. */
function use(user) {
  if (opening?.id !== user.id) opening = { id: user.id, done: open(user) };
  return opening.done;
}

async function open(user) {
  await app.saving?.flush();
  app.saving?.close();
  await app.field?.close();
  app.field = await openUser(user);
  app.saving = new Saving(app.field);
  app.field.addEventListener("change", changed);
  app.field.addEventListener("wiped", () => {
    app.saving.close();
    app.field = app.saving = opening = null;
    app.go("who");
  });
  await app.saving.recover();
  refreshBar();
  countAttention();
}

/** Changes come in swarms while a batch is being sent: the screen is brought up to date once for many. */
function changed(event) {
  pending.add(event.detail || {});
  clearTimeout(timer);
  timer = setTimeout(refresh, 40);
}

async function refresh() {
  const told = [...pending];
  pending = new Set();
  refreshBar();
  countAttention();
  const of = screen,
    { field } = app;
  if (!field || !of?.refresh) return;
  try {
    await of.refresh(told);
  } catch (error) {
    if (of === screen && field === app.field) element("main").prepend(alertLine(error.message, "bad"));
  }
}

/** How many things need a person is read from the store, so it is counted after the bar is there. */
async function countAttention() {
  const { field } = app;
  if (!field) return;
  const many = (await field.attention().catch(() => [])).length;
  if (field !== app.field || many === app.attention) return;
  app.attention = many;
  refreshBar();
}

function refreshBar() {
  if (!app.field) {
    element("bar").hidden = true;
    element("notices").hidden = true;
    return;
  }
  const status = app.field.status();
  showBar(app, status);
  showNotices(app, status);
}

/** A reload keeps its address; a tablet that was switched off opens at the clause somebody stood at. */
function comeBack() {
  if (parts().length || !app.field) return;
  const at = app.field.at;
  history.replaceState(
    null,
    "",
    at?.item ? `#/${at.work}/${encodeURIComponent(at.item)}` : at?.work ? `#/${at.work}` : "#/work",
  );
}

async function begin() {
  addEventListener("hashchange", show);
  addEventListener("beforeunload", (event) => {
    if (app.saving?.busy || app.saving?.lost.length) event.preventDefault();
  });
  element("sync").addEventListener("click", () => app.field?.syncNow());
  loadIcons().catch(() => {
    /* words stand beside every glyph */
  });
  setInterval(() => {
    if (document.visibilityState === "visible") refreshBar();
  }, 15000);
  try {
    app.begun = await start();
    const known = app.begun.users.find((each) => each.id === app.begun.current);
    if (known) await use(known);
    comeBack();
  } catch (error) {
    screen = broken(error);
    mount(screen, true);
    return;
  }
  await show();
}

begin();
