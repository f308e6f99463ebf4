/* Sets how this tablet shows things before the first paint: light, dark or bright, hand, text size, split. */
(() => {
  const root = document.documentElement;

  function apply() {
    let look = {};
    try {
      look = JSON.parse(localStorage.getItem("plumbline-field-look")) || {};
    } catch {
      /* storage refused: the usual look */
    }
    if (look.mode === "light" || look.mode === "bright") root.dataset.bsTheme = "light";
    else if (look.mode === "dark") root.dataset.bsTheme = "dark";
    else delete root.dataset.bsTheme;
    root.dataset.floor = look.mode === "bright" ? "bright" : "";
    root.dataset.text = look.text || "100";
    root.classList.toggle("hand-left", look.hand === "left");
    root.classList.toggle("one-column", look.split === "no");
    root.dir = look.dir === "rtl" ? "rtl" : "ltr";
  }
  apply();
  addEventListener("plumbline-look", apply);
  addEventListener("storage", apply);
})();
