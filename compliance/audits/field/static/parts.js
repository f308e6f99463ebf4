/* What every screen is made of: clones of templates, text, icons, chips, times. A person's text goes in as text. */

import { amount, CHIP, counted, STATE } from "./words.js";

export { counted };
const SVG = "http://www.w3.org/2000/svg";

/** A copy of the shell's `<template id="t-name">`. */
export function clone(name) {
  return document.getElementById(`t-${name}`).content.firstElementChild.cloneNode(true);
}

/** The marked places of a clone: its elements with data-p, by name. */
export function places(root) {
  const found = {};
  for (const each of root.querySelectorAll("[data-p]")) found[each.dataset.p] = each;
  return found;
}

/** An element. props: `class`, `text`, `on: {click}`, any attribute; null and false leave an attribute out. */
export function make(tag, props = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name === "text") made.textContent = value;
    else if (name === "on") for (const [event, act] of Object.entries(value)) made.addEventListener(event, act);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

/** Text into a place; an empty text hides it. */
export function say(place, text) {
  if (place.textContent !== (text || "")) place.textContent = text || "";
  place.hidden = !text;
}

/** New content for a place. Where the focus was inside, it goes to what now bears the same data-key. */
export function renew(place, ...nodes) {
  const held = place.contains(document.activeElement)
    ? document.activeElement.closest("[data-key]")?.dataset.key
    : null;
  place.replaceChildren(...nodes.filter(Boolean));
  if (held) place.querySelector(`[data-key="${CSS.escape(held)}"]`)?.focus({ preventScroll: true });
}

/**
 * New content for a place of links: what stays the same stays the same element, so that a tap that began before a
 * change ends on what it began on. Buttons keep the act they were made with.
 */
export function patch(place, ...nodes) {
  const old = [...place.childNodes], fresh = nodes.filter(Boolean);
  fresh.forEach((node, at) => {
    const was = old[at];
    if (!was) place.append(node);
    else if (was.isEqualNode(node)) return;
    else if (alike(was, node)) turnInto(was, node);
    else was.replaceWith(node);
  });
  for (const each of old.slice(fresh.length)) each.remove();
}

function alike(one, other) {
  const key = (node) => `${node.nodeName} ${node.getAttribute?.("class")} ${node.dataset?.key}`;
  return one.nodeType === Node.ELEMENT_NODE && other.nodeType === Node.ELEMENT_NODE && key(one) === key(other);
}

function turnInto(was, node) {
  for (const { name } of [...was.attributes]) if (!node.hasAttribute(name)) was.removeAttribute(name);
  for (const { name, value } of node.attributes) if (was.getAttribute(name) !== value) was.setAttribute(name, value);
  patch(was, ...node.childNodes);
}

/**
 * The text of a clause. The one place that sets markup as markup: it comes from the server, which has sanitised it and
 * marked the values in force and their sources in it. Nothing a person typed on a tablet passes through here.
 */
export function showRule(place, html, lang, dir) {
  place.innerHTML = html;
  speak(place, lang, dir);
}

/** Says in which language a place is, for screen readers, fonts and direction. */
export function speak(place, lang, dir) {
  if (lang) place.lang = lang;
  else place.removeAttribute("lang");
  if (dir) place.dir = dir;
  else if (dir !== undefined) place.removeAttribute("dir");
}

export function icon(name, label = "") {
  const svg = document.createElementNS(SVG, "svg"),
    use = document.createElementNS(SVG, "use");
  svg.setAttribute("class", "icon");
  if (label) {
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", label);
  } else svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/** The sprite, put into the page once, so that a glyph never waits for a network. */
export async function loadIcons() {
  const answer = await fetch(new URL("icons.svg", import.meta.url));
  const sprite = new DOMParser().parseFromString(await answer.text(), "image/svg+xml").documentElement;
  sprite.setAttribute("class", "d-none");
  sprite.setAttribute("aria-hidden", "true");
  document.body.prepend(document.adoptNode(sprite));
}

/* Conformities and states of a piece of work as the other pages of the product show them. */
const LOOKS = {
  conformity: ["Conformity", "check-circle-fill", "ok"],
  partial: ["Partial", "circle-half", "warn"],
  nonconformity: ["Nonconformity", "x-octagon-fill", "bad"],
  not_applicable: ["Not applicable", "slash-circle", ""],
  waived: ["Waived", "pause-circle", ""],
  not_assessed: ["Not assessed", "circle", ""],
  assigned: [STATE.assigned, "cloud-upload", ""],
  ready: [STATE.ready, "check-circle-fill", "ok"],
  progress: [STATE.progress, "circle-half", "busy"],
  signed: [STATE.signed, "clock", "warn"],
  confirmed: [STATE.confirmed, "patch-check", "ok"],
  attention: [STATE.attention, "exclamation-triangle-fill", "bad"],
  held: [STATE.held, "lock-fill", "warn"],
};
/* Where an answer or a photograph is. */
const CHIPS = {
  saved: [CHIP.saved, "tablet", ""],
  sending: [CHIP.sending, "arrow-repeat", ""],
  server: [CHIP.server, "cloud-check-fill", "ok"],
  conflict: [CHIP.conflict, "arrow-left-right", "warn"],
  attention: [CHIP.attention, "exclamation-triangle-fill", "bad"],
  lost: [CHIP.lost, "x-octagon-fill", "bad"],
};
const WORST = ["lost", "attention", "conflict", "sending", "saved", "server"];

export const wordOf = (value) => (LOOKS[value] || [sentence(value)])[0];
export const iconOf = (value) => (LOOKS[value] || ["", "circle"])[1];
export const toneOf = (value) => (LOOKS[value] || ["", "", ""])[2];
export const sentence = (value) =>
  value ? String(value)[0].toUpperCase() + String(value).slice(1).replaceAll("_", " ") : "";

export function tag(word, glyph = "circle", tone = "", boxed = false) {
  return make("span", { class: boxed ? "pl-tag boxed" : "pl-tag", "data-tone": tone || null }, icon(glyph), word);
}

export function stateTag(value, boxed = false) {
  const [word, glyph, tone] = LOOKS[value] || [sentence(value), "circle", ""];
  return tag(word, glyph, tone, boxed);
}

/** The chip of §"Words": icon and word, with the time it was saved. */
export function chip(state, at = null, after = "") {
  const [word, glyph, tone] = CHIPS[state] || CHIPS.saved;
  return make(
    "span",
    { class: state === "lost" ? "pl-chip lost" : "pl-chip", "data-tone": tone || null, "data-state": state },
    icon(glyph),
    [word, at && state !== "lost" ? clockTime(at) : "", after].filter(Boolean).join(" "),
  );
}
export const chipWord = (state) => (CHIPS[state] || CHIPS.saved)[0];

/** The state of several things at once is that of the one worst off. */
export function worst(states) {
  return WORST.find((state) => states.includes(state)) || null;
}

/** Three bars and the word, as everywhere. */
export function severity(value) {
  if (!value) return "";
  const level = { critical: 3, major: 2, minor: 1 }[value] || 0;
  const bars = document.createElementNS(SVG, "svg");
  bars.setAttribute("viewBox", "0 0 16 14");
  bars.setAttribute("aria-hidden", "true");
  [
    [1, 9, 5],
    [6, 5, 9],
    [11, 1, 13],
  ].forEach(([x, y, height], at) => {
    const bar = document.createElementNS(SVG, "rect");
    const facts = { x, y, width: 3.5, height, ...(level > at ? { class: "on" } : {}) };
    for (const [name, fact] of Object.entries(facts)) bar.setAttribute(name, fact);
    bars.append(bar);
  });
  return make("span", { class: "pl-sev", "data-sev": value }, bars, sentence(value));
}

/** A ring that shows how much of a photograph has been sent, as a picture beside its words. */
export function ring(share) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("class", "pl-ring");
  svg.setAttribute("aria-hidden", "true");
  for (const dash of ["100 0", `${Math.round(100 * share)} 100`]) {
    const circle = document.createElementNS(SVG, "circle");
    const facts = { cx: 10, cy: 10, r: 8, pathLength: 100, "stroke-dasharray": dash };
    for (const [name, fact] of Object.entries(facts)) circle.setAttribute(name, fact);
    svg.append(circle);
  }
  return svg;
}

const TONES = {
  ok: "check-circle-fill",
  warn: "exclamation-triangle-fill",
  bad: "x-octagon-fill",
  "": "info-circle-fill",
};

/** Something on this page needs to be known now. `action`: one button or link at most. */
export function alertLine(text, tone = "", action = null) {
  return make(
    "div",
    { class: "pl-alert", "data-tone": tone || null },
    icon(TONES[tone]),
    typeof text === "string" ? make("span", { text }) : text,
    action,
  );
}

export function button(label, act, { kind = "secondary", glyph = "", key = null, describedby = null } = {}) {
  return make(
    "button",
    { type: "button", class: `btn btn-${kind}`, "data-key": key, "aria-describedby": describedby, on: { click: act } },
    glyph ? icon(glyph) : null,
    label,
  );
}

export function link(label, href, { kind = "secondary", glyph = "", key = null, after = "" } = {}) {
  return make(
    "a",
    { class: `btn btn-${kind}`, href, "data-key": key },
    glyph ? icon(glyph) : null,
    label,
    after ? icon(after) : null,
  );
}

/** Stays visible, says why not. */
export function refuse(place, why, reason) {
  if (why) place.setAttribute("aria-disabled", "true");
  else place.removeAttribute("aria-disabled");
  say(reason, why);
}

export function empty(why, next = "") {
  return make("div", { class: "pl-empty" }, make("b", { text: why }), next);
}

export function section(title, ...children) {
  return make(
    "section",
    { class: "pl-section" },
    make("div", { class: "pl-section-head" }, make("h2", { text: title })),
    ...children,
  );
}

/** "12 answers, 4 photos", or "" for nothing. */
export const waiting = ({ ops = 0, media = 0 } = {}) => amount(ops, media);

export function size(bytes) {
  if (!bytes) return "0 KB";
  if (bytes < 1e6) return `${Math.max(1, Math.round(bytes / 1e3))} KB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

const TIME = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const NEAR = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short" });
const FAR = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });

/** "11:08" of today, "Fri 20 Nov 11:08" of another day; the clock of the tablet. */
export function clockTime(at) {
  const moment = new Date(at);
  if (Number.isNaN(moment.getTime())) return "";
  const time = TIME.format(moment);
  return moment.toDateString() === new Date().toDateString() ? time : `${NEAR.format(moment)} ${time}`;
}

/** "22 Nov 2026" for a date of the record, which belongs to the site and has no hour. */
export function day(date) {
  if (!date) return "";
  const [year, month, of] = String(date).slice(0, 10).split("-").map(Number);
  return FAR.format(new Date(year, month - 1, of));
}
