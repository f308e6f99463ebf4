/* While somebody translates: what the server would refuse, said as it is typed. Without script it is said on sending. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-checks]");
  if (!form) return;
  const list = form.querySelector("[data-found]");
  const labels = { title: "Title", text: "Text" };
  let waiting;
  let asked = 0;

  function show(faults) {
    list.replaceChildren(...faults.map((fault) => {
      const entry = document.createElement("li");
      entry.dataset.tone = "warn";
      entry.textContent = `${labels[fault.field]}: ${fault.message}`;
      return entry;
    }));
    list.hidden = faults.length === 0;
  }

  async function check() {
    const mine = ++asked;
    const sent = new FormData(form);
    if (!sent.get("title").trim() || !sent.get("text").trim()) { show([]); return; }
    try {
      const answer = await fetch(form.dataset.checks, { method: "POST", body: sent, headers: { Accept: "application/json" } });
      if (answer.ok && mine === asked) show((await answer.json()).faults);
    } catch { /* offline: the server says it when it is sent */ }
  }

  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(check, 500);
  });
})();
