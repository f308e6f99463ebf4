/* The editor keeps what is typed, looks at it while it is written, and loses nothing. The form works without this. */
const root = document.querySelector("[data-editor]");
if (root) start(root);

function start(root) {
  const form = document.getElementById("editor"), text = form.elements.source, lines = root.querySelector("[data-lines]");
  const state = root.querySelector("[data-state]"), token = form.elements.csrf_token.value;
  const storage = `draft ${root.dataset.save}`;
  let kept = text.value, saved = root.dataset.keptAt ? null : text.value, leaving = false;
  let keepTimer = 0, lintTimer = 0, linting = 0, problems = [];

  const clock = () => new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  const say = (words, tone = "") => { state.textContent = words; state.dataset.tone = tone; };

  async function send(method, url, sent) {
    const body = JSON.stringify(sent);
    const response = await fetch(url, {
      // Goes on when the page is left; browsers take this for small bodies only, and this browser holds the text anyway.
      method, headers: { "Content-Type": "application/json", "X-CSRFToken": token }, body, keepalive: body.length < 30_000,
    });
    return { status: response.status, ok: response.ok, body: await response.json().catch(() => ({})) };
  }
  const draft = () => ({ source: text.value, version: Number(form.elements.version.value) });

  /* Lines: the same words behind the text, wrapped the same way, so that each number stands beside its line. */
  let shown = [];
  function draw() {
    const now = text.value.split("\n");
    let from = 0, end = 0;
    while (from < now.length && from < shown.length && now[from] === shown[from]) from += 1;
    while (end < now.length - from && end < shown.length - from && now.at(-1 - end) === shown.at(-1 - end)) end += 1;
    for (let count = shown.length - from - end; count > 0; count -= 1) lines.children[from].remove();
    const before = lines.children[from] || null;
    for (const line of now.slice(from, now.length - end)) {
      const row = document.createElement("div");
      row.textContent = line || "\u200b";
      row.dir = "auto";
      lines.insertBefore(row, before);
    }
    shown = now;
    mark();
  }
  function mark() {
    lines.querySelectorAll("[data-fault]").forEach((row) => { delete row.dataset.fault; });
    for (const each of problems) {
      const row = lines.children[each.line - 1];
      if (row && row.dataset.fault !== "error") row.dataset.fault = each.warning ? "warning" : "error";
    }
  }
  function jump(number) {
    const all = text.value.split("\n"), at = Math.min(Math.max(number, 1), all.length);
    const begin = all.slice(0, at - 1).reduce((sum, line) => sum + line.length + 1, 0);
    text.focus({ preventScroll: true });
    text.setSelectionRange(begin, begin + all[at - 1].length);
    lines.children[at - 1]?.scrollIntoView({ block: "center" });
  }

  /* Keeping: this browser at once, the server soon after. */
  function remember() {
    try {
      localStorage.setItem(storage, JSON.stringify({ source: text.value, version: form.elements.version.value, at: clock() }));
    } catch { /* storage refused: the page and the server hold it */ }
  }
  function forget() {
    try { localStorage.removeItem(storage); } catch { /* nothing was kept */ }
  }
  function changed() {
    draw();
    remember();
    say("Not saved yet");
    clearTimeout(keepTimer);
    clearTimeout(lintTimer);
    keepTimer = setTimeout(keep, 1500);
    lintTimer = setTimeout(lint, 600);
  }
  async function keep() {
    clearTimeout(keepTimer);
    const sent = draft();
    if (sent.source === kept) return;
    try {
      const answer = await send("PUT", root.dataset.keep, sent);
      if (!answer.ok) return lost(answer);
      kept = sent.source;
      if (text.value !== sent.source) return;
      forget();
      say(`Kept ${clock()}, not saved`, "ok");
    } catch { lost(null); }
  }
  function lost(answer) {
    if (answer === null) say("Not kept: no connection, your text is still here", "bad");
    else if (answer.status === 401) say("Not kept: you are signed out. Sign in on another tab; your text is still here", "bad");
    else say(`Not kept: ${answer.body.detail || answer.status} Your text is still here`, "bad");
  }
  const numbered = () => /^version:[ \t]*["']?([0-9.]+)/m.exec(text.value)?.[1];
  async function save(event) {
    event?.preventDefault();
    clearTimeout(keepTimer);
    say("Saving");
    if (root.dataset.number && numbered() && numbered() !== root.dataset.number) return form.submit(); // its address changes too
    const sent = draft();
    let answer = null;
    try { answer = await send("PUT", root.dataset.save, sent); } catch { /* told below */ }
    if (answer === null) return say("Not saved: no connection, your text is still here", "bad");
    if (answer.status === 409 && answer.body.merged !== undefined) return form.submit();
    if (!answer.ok) return refused(answer);
    form.elements.version.value = answer.body.version;
    kept = saved = sent.source;
    root.querySelector("[data-refused]")?.remove();
    document.querySelector("[data-kept]")?.remove();
    if (text.value === sent.source) { forget(); say(`Saved ${clock()}`, "ok"); }
  }
  function refused(answer) {
    say("Not saved, your text is still here", "bad");
    const box = root.querySelector("[data-refused]") || document.createElement("div");
    box.className = "pl-alert";
    box.dataset.tone = "bad";
    box.dataset.refused = "";
    box.setAttribute("role", "alert");
    const words = [answer.body.detail || `The server answered ${answer.status}.`, ...Object.values(answer.body.fields || {}).flat()];
    box.replaceChildren(...[...new Set(words)].map((each) => Object.assign(document.createElement("p"), { textContent: each })));
    form.prepend(box);
  }

  /* What was typed here and never reached the server is offered back, not pushed in. */
  function restore() {
    let found = null;
    try { found = JSON.parse(localStorage.getItem(storage)); } catch { /* nothing readable was kept */ }
    if (!found || found.source === text.value) { forget(); return; }
    const box = root.querySelector("[data-restore]"), words = document.createElement("p");
    words.textContent = `This browser holds a text of ${found.at} that never reached the server.`;
    box.className = "pl-alert";
    box.dataset.tone = "warn";
    box.hidden = false;
    box.append(words, button("Take it up", () => {
      text.value = found.source;
      form.elements.version.value = found.version;
      box.hidden = true;
      changed();
      text.focus();
    }), button("Drop it", () => { forget(); box.hidden = true; text.focus(); }));
  }
  function button(label, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "btn btn-secondary";
    made.textContent = label;
    made.addEventListener("click", act);
    return made;
  }

  /* Looking at it: problems, parts and values come back together. */
  async function lint() {
    const mine = ++linting;
    let answer = null;
    try { answer = await send("POST", root.dataset.lint, { source: text.value }); } catch { return; }
    if (mine !== linting || !answer.ok) return;
    problems = answer.body.problems;
    mark();
    showProblems();
    showParts(root.querySelector("[data-outline]"), answer.body.outline, (part) => [part.title, "", part.clause ? "clause" : ""]);
    showParts(root.querySelector("[data-values]"), answer.body.values, (each) => [each.name, each.value, ""]);
  }
  function showProblems() {
    const list = root.querySelector("[data-problems]"), count = problems.filter((each) => !each.warning).length;
    root.querySelector("[data-problem-count]").textContent = count || "";
    list.replaceChildren(...(problems.length ? problems.map(problem) : [clean()]));
  }
  function glyph(name) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg"), use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    const drawn = document.querySelector("svg.icon use")?.getAttribute("href") || "";
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    use.setAttribute("href", `${drawn.split("#")[0]}#i-${name}`);
    svg.append(use);
    return svg;
  }
  function problem(each) {
    const item = document.createElement("li"), link = document.createElement("a"), words = document.createElement("span");
    if (each.warning) item.className = "warning";
    link.href = "#f-source";
    link.dataset.line = each.line;
    const line = document.createElement("b"), remedy = document.createElement("span");
    line.textContent = `Line ${each.line}`;
    remedy.className = "quiet";
    remedy.textContent = each.remedy;
    words.append(line, ` ${each.message.replace(/\.$/, "")}. `, remedy);
    link.append(glyph(each.warning ? "exclamation-triangle-fill" : "x-octagon-fill"), words);
    item.append(link);
    return item;
  }
  function clean() {
    const item = document.createElement("li"), words = document.createElement("span");
    item.className = "none";
    words.textContent = "Nothing: the text can be read as it stands.";
    item.append(glyph("check-circle-fill"), words);
    return item;
  }
  function showParts(list, parts, told) {
    if (!list) return;
    const forms = new Map([...list.children].map((item) => [item.querySelector("a")?.textContent, item.querySelector("a.faint")]));
    list.replaceChildren(...parts.map((part) => {
      const [name, more, kind] = told(part);
      const item = document.createElement("li"), link = document.createElement("a"), words = document.createElement("bdi");
      item.className = kind;
      link.href = "#f-source";
      link.dataset.line = part.line;
      words.textContent = name;
      link.append(words);
      item.append(link);
      if (more) item.append(" ", Object.assign(document.createElement("b"), { textContent: more }));
      if (forms.get(name)) item.append(" ", forms.get(name));
      return item;
    }));
  }

  /* Preview of what stands in the box, saved or not. */
  async function preview(event) {
    event.preventDefault();
    const place = root.querySelector("[data-previewed]"), site = event.target.elements.site.value;
    place.setAttribute("aria-busy", "true");
    try {
      const answer = await send("POST", root.dataset.preview, { source: text.value, site });
      if (answer.ok) place.innerHTML = answer.body.html;
      else place.textContent = Object.values(answer.body.fields || {}).flat()[0] || answer.body.detail || "There is no preview now.";
    } catch { place.textContent = "No connection: the preview is made on the server."; }
    place.removeAttribute("aria-busy");
  }

  /* Tab indents, and leaves the text after Escape: nobody is caught in the box. */
  function onKey(event) {
    if ((event.ctrlKey || event.metaKey) && event.key === "s") return save(event);
    if (event.key === "Escape") { leaving = true; return undefined; }
    if (event.key === "Tab" && !leaving && !event.shiftKey && !event.altKey && !text.readOnly) {
      event.preventDefault();
      // The one way of writing that the browser's own undo knows of.
      if (!document.execCommand("insertText", false, "  ")) text.setRangeText("  ", text.selectionStart, text.selectionEnd, "end");
    }
    if (event.key !== "Shift") leaving = false;
    return undefined;
  }
  function onClick(event) {
    const link = event.target.closest("a[data-line]");
    if (!link) return;
    event.preventDefault();
    jump(Number(link.dataset.line));
  }

  form.addEventListener("submit", save);
  text.addEventListener("input", changed);
  text.addEventListener("keydown", onKey);
  text.addEventListener("focus", () => { leaving = false; });
  root.addEventListener("click", onClick);
  root.querySelector("[data-preview-form]").addEventListener("submit", preview);
  window.addEventListener("pagehide", () => { if (text.value !== kept) { remember(); keep(); } });
  root.querySelectorAll("[data-problems] li a").forEach((link) => problems.push({
    line: Number(link.dataset.line), warning: link.closest("li").className === "warning",
  }));
  root.classList.add("live");
  draw();
  restore();
  if (saved !== null) say("Saved");
  const at = root.querySelector(`[data-key="${CSS.escape(root.dataset.at)}"]`);
  if (root.dataset.at && at) jump(Number(at.dataset.line));
}
