/* Sets the chosen theme before the first paint. Without a choice the page follows the device. */
(() => {
  let chosen = "";
  try { chosen = localStorage.getItem("theme") || ""; } catch { /* storage refused: follow the device */ }
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.bsTheme = chosen;
})();
