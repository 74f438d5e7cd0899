// Runs before anything is painted, so that the page never flashes in the other theme.
(() => {
  const chosen = localStorage.getItem("undertone-theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
})();
