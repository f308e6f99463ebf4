/* The checklist saves each answer as it is given. The form works without this; nothing typed is ever thrown away. */
const form = document.getElementById("answer");
if (form) start(form);
document.querySelector(".pl-progress [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

function start(form) {
  const saved = form.querySelector("[data-saved]");
  const problem = form.querySelector("[data-problem]");
  const draftKey = `draft ${form.dataset.api}`;
  const token = form.elements.csrf_token.value;
  let dirty = false, sending = null, timer = 0;

  const value = (name) => {
    const field = form.elements[name];
    return field ? field.value.trim() : "";
  };
  const number = (name) => (value(name) === "" ? null : Number(value(name)));

  function answer() {
    return {
      version: Number(form.elements.version.value), conformity: value("conformity") || null, note: value("note"),
      reason: value("reason"), sample_size: number("sample_size"), sample_failed: number("sample_failed"),
      finding_title: value("finding_title"), finding_risk: value("finding_risk"),
      proposed_severity: value("proposed_severity") || null, proposed_action: value("proposed_action"), read_in: value("read_in"), written_in: value("written_in"),
    };
  }

  function say(text, tone) {
    const chip = document.createElement("span");
    chip.className = "pl-chip";
    if (tone) chip.dataset.tone = tone;
    chip.textContent = text;
    saved.replaceChildren(chip);
  }

  function alertBox(tone, ...parts) {
    const box = document.createElement("div");
    box.className = "pl-alert mt-2";
    box.dataset.tone = tone;
    const inside = document.createElement("div");
    inside.append(...parts);
    box.append(inside);
    problem.replaceChildren(box);
  }

  function line(text) {
    const paragraph = document.createElement("p");
    paragraph.textContent = text;
    return paragraph;
  }

  function button(label, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "btn btn-secondary";
    made.textContent = label;
    made.addEventListener("click", act);
    return made;
  }

  function keepDraft() {
    try { sessionStorage.setItem(draftKey, JSON.stringify(answer())); } catch { /* storage refused: the page holds it */ }
  }
  function dropDraft() {
    try { sessionStorage.removeItem(draftKey); } catch { /* nothing was kept */ }
  }

  function changed(soon) {
    dirty = true;
    keepDraft();
    clearTimeout(timer);
    timer = setTimeout(save, soon ? 0 : 700);
  }

  async function save() {
    clearTimeout(timer);
    if (sending) { await sending; }
    if (!dirty) return true;
    dirty = false;
    say("Saving", "");
    sending = send();
    const done = await sending;
    sending = null;
    if (!done) dirty = true;
    return done;
  }

  async function send() {
    let response, body = {};
    try {
      response = await fetch(form.dataset.api, {
        method: "PUT", headers: { "Content-Type": "application/json", "X-CSRFToken": token }, body: JSON.stringify(answer()),
      });
      body = await response.json().catch(() => ({}));
    } catch {
      return failed("no connection. What you typed is kept here.");
    }
    if (response.ok) return stored(body);
    if (response.status === 409 && body.theirs) return clash(body);
    if (response.status === 401) return failed("you are signed out. Sign in on another tab, then try again.");
    return failed(body.detail || `the server answered ${response.status}.`, Object.values(body.fields || {}).flat());
  }

  function stored(body) {
    form.elements.version.value = body.version;
    if (!dirty) dropDraft();
    const at = new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
    say(body.conformity ? `Saved ${at}` : `Saved ${at}, no answer`, "ok");
    problem.replaceChildren();
    return true;
  }

  function failed(why, more = []) {
    say("Not saved", "bad");
    alertBox("bad", line(`Not saved: ${why}`), ...more.filter((each) => each !== why).map(line), button("Try again", () => {
      dirty = true;
      save();
    }));
    return false;
  }

  function clash(body) {
    say("Not saved", "bad");
    const facts = document.createElement("dl");
    facts.className = "pl-facts mt-2";
    for (const [name, text] of Object.entries(body.theirs)) {
      const term = document.createElement("dt"), told = document.createElement("dd");
      term.textContent = `${name} is now`;
      told.textContent = text;
      facts.append(term, told);
    }
    alertBox("warn", line(`Not saved: ${body.detail}`), facts, button("Keep mine", () => {
      form.elements.version.value = body.version;
      dirty = true;
      save();
    }), " ", button("Take theirs", () => {
      dirty = false;
      dropDraft();
      location.reload();
    }));
    return false;
  }

  async function upload(field) {
    const data = new FormData();
    for (const file of field.files) data.append("file", file);
    say("Sending files", "");
    let response, body = {};
    try {
      response = await fetch(form.dataset.files, {
        method: "POST", headers: { "X-CSRFToken": token, Accept: "application/json" }, body: data,
      });
      body = await response.json().catch(() => ({}));
    } catch {
      alertBox("bad", line("Not sent: no connection. The file is still chosen."), button("Try again", () => upload(field)));
      return;
    }
    if (!response.ok) {
      field.value = "";
      say("File refused", "bad");
      alertBox("bad", line(`Nothing was stored: ${body.detail || response.status}`));
      return;
    }
    field.value = "";
    problem.replaceChildren();
    say("File saved", "ok");
    show(field.closest("ul"), body.evidence);
  }

  function show(list, evidence) {
    const last = list.querySelector("label.add").closest("li");
    [...list.children].forEach((item) => { if (item !== last) item.remove(); });
    for (const each of evidence) {
      const item = document.createElement("li"), link = document.createElement("a"), size = document.createElement("span");
      link.href = each.url;
      if (each.thumb) {
        const image = document.createElement("img");
        image.className = "thumb";
        image.src = each.thumb;
        image.alt = "";
        link.append(image);
      }
      link.append(each.name);
      size.className = "quiet block";
      size.textContent = each.note;
      item.append(link, size);
      last.before(item);
    }
  }

  /* A second tap on the chosen answer takes it back. */
  let pressed = null;
  form.addEventListener("pointerdown", (event) => {
    const radio = event.target.closest("label")?.querySelector("input[name=conformity]");
    pressed = radio && radio.checked ? radio : null;
  });
  form.addEventListener("click", (event) => {
    if (event.target !== pressed) return;
    pressed.checked = false;
    pressed = null;
    changed(true);
  });

  form.addEventListener("change", (event) => {
    if (event.target.matches("input[type=file]")) upload(event.target); else changed(true);
  });
  form.addEventListener("input", (event) => { if (event.target.matches("textarea, input:not([type])")) changed(false); });

  /* Leaving waits for the last answer; when it cannot be saved, the page stays and says so. */
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[href]");
    if (!link || (!dirty && !sending) || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    if (await save()) location.href = link.href;
  });
  form.addEventListener("submit", async (event) => {
    if (form.querySelector("input[type=file]").files.length) return;
    event.preventDefault();
    dirty = true;
    const next = document.querySelector("a[rel=next]");
    if (await save() && next) location.href = next.href;
  });
  window.addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });

  // Every answer is saved as it is given, so the button has nothing left to do.
  form.querySelector("button[type=submit]").closest("p").hidden = true;
  restore();

  function restore() {
    let kept = null;
    try { kept = JSON.parse(sessionStorage.getItem(draftKey)); } catch { return; }
    if (!kept) return;
    for (const [name, was] of Object.entries(kept)) {
      if (name !== "version" && form.elements[name]) form.elements[name].value = was ?? "";
    }
    form.elements.version.value = kept.version;
    alertBox("warn", line("This answer was not saved when you left. What you typed is back."), button("Save it now", () => {
      dirty = true;
      save();
    }));
  }
}
