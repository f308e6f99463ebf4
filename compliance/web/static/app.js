/* What pages gain from script; each works without it. No inline handlers: one listener per kind of event. */
(() => {
  "use strict";
  const root = document.documentElement;
  const each = (selector, act, within = document) => within.querySelectorAll(selector).forEach(act);

  /* Theme: "", light or dark; kept on this device. */
  function showThemes() {
    each("[data-themes]", (group) => {
      group.hidden = false;
      each("input", (input) => { input.checked = input.value === (root.dataset.bsTheme || ""); }, group);
    });
  }
  function chooseTheme(value) {
    if (value) root.dataset.bsTheme = value; else delete root.dataset.bsTheme;
    try { localStorage.setItem("theme", value); } catch { /* storage refused: holds until the next page */ }
  }

  /* A form is sent once. It comes alive again when the page is shown from the back cache. */
  function sendOnce(event) {
    const form = event.target;
    if (!form.matches("form[data-once]") || event.defaultPrevented) return;
    if (form.dataset.sending) { event.preventDefault(); return; }
    form.dataset.sending = "1";
    form.setAttribute("aria-busy", "true");
    // Disabling the button at once would take its name and value out of what is sent.
    setTimeout(() => each("button[type=submit]", (button) => { button.disabled = true; }, form), 0);
  }
  /* A form answered by a file leaves its page standing: it can be sent again, and what the page says is read anew. */
  function afterFile(event) {
    if (event.defaultPrevented || !event.target.closest("[data-answers=file]")) return;
    [600, 2500].forEach((wait) => setTimeout(() => { wakeForms(); freshen(); }, wait));
  }
  async function freshen() {
    if (!document.querySelector("[data-fresh]")) return;
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    each("[data-fresh]", (part) => {
      const fresh = page.querySelector(`[data-fresh="${part.dataset.fresh}"]`);
      if (fresh && !part.contains(document.activeElement)) part.replaceChildren(...fresh.childNodes);
    });
  }

  function wakeForms() {
    each("form[data-sending]", (form) => {
      delete form.dataset.sending;
      form.removeAttribute("aria-busy");
      each("button[type=submit]", (button) => { button.disabled = false; }, form);
    });
  }

  /* Fields that matter only for some answers: data-when="field" data-is="value other". */
  function showDependent(form) {
    each("[data-when]", (part) => {
      const chosen = new FormData(form).getAll(part.dataset.when);
      const wanted = part.dataset.is.split(" ");
      const shown = chosen.some((value) => wanted.includes(value));
      part.hidden = !shown;
      each("input, select, textarea", (field) => { field.disabled = !shown; }, part);
    }, form);
  }

  /* Questions and menus (details): Escape, a click outside and "Leave it" close them, and focus goes back. */
  const floating = "details.pl-confirm[open], details.pl-account[open]";
  function closeFloating(except) {
    each(floating, (details) => { if (details !== except) details.open = false; });
  }
  function onClick(event) {
    const inside = event.target.closest("details");
    closeFloating(inside);
    const cancel = event.target.closest("[data-cancel]");
    if (cancel && inside) { inside.open = false; inside.querySelector("summary").focus(); }
    if (event.target.closest("[aria-disabled=true]")) event.preventDefault();
    if (event.target.closest("[data-back]")) history.back();
    if (event.target.closest("[data-print]")) window.print();
    const step = event.target.closest("[data-step]");
    if (step) count(step);
    const said = event.target.closest(".said");
    if (said && !event.target.closest("a")) tellSource(said);
  }
  function onKey(event) {
    if (event.key !== "Escape") return;
    const open = document.querySelector(floating);
    if (open) { open.open = false; open.querySelector("summary").focus(); }
  }

  /* Counters: one more, one fewer; never below nothing nor above data-max. */
  function count(button) {
    const field = button.closest("[data-counter]").querySelector("input");
    const most = field.dataset.max ? Number(field.dataset.max) : Infinity;
    const next = (Number.parseInt(field.value, 10) || 0) + Number(button.dataset.step);
    field.value = Math.min(most, Math.max(0, next));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /* A tap on a sentence opens the list of who said what in its clause, at that sentence. */
  function tellSource(said) {
    const sources = said.closest("article")?.querySelector("[data-sources]");
    if (!sources || !getSelection().isCollapsed) return;
    each("[data-told]", (told) => { delete told.dataset.told; });
    sources.open = true;
    const entry = [...sources.querySelectorAll("[data-said]")].find((each) => each.dataset.said.split(" ").includes(said.id));
    [said, entry].forEach((told) => { if (told) told.dataset.told = ""; });
    entry?.scrollIntoView({ block: "nearest" });
  }

  function prepare(part) {
    each("form", (form) => { if (form.querySelector("[data-when]")) showDependent(form); }, part);
    each("[data-cancel], [data-step], [data-back], [data-print]", (button) => { button.hidden = false; }, part);
    showThemes();
  }

  document.addEventListener("submit", sendOnce);
  document.addEventListener("submit", afterFile);
  document.addEventListener("click", onClick);
  document.addEventListener("keydown", onKey);
  document.addEventListener("change", (event) => {
    if (event.target.closest("[data-themes]")) chooseTheme(event.target.value);
    if (event.target.form?.querySelector("[data-when]")) showDependent(event.target.form);
  });
  document.addEventListener("htmx:after:swap", () => prepare(document));
  window.addEventListener("pageshow", (event) => { wakeForms(); if (event.persisted) freshen(); });
  prepare(document);
  document.querySelector("[data-focus]")?.focus();
})();
