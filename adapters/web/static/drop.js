// The whole window takes files; while one hovers, it shows what will happen.

import { $ } from "./dom.js";

// A hovering file tells so several times a second; browsers do not always tell that it left.
const QUIET = 900; // ms

export function takeDrops(add) {
  const overlay = $("drop");
  let watch;

  const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  const zoneOf = (event) => event.target.closest?.("[data-drop]")?.dataset.drop ?? "now";
  const end = () => { clearTimeout(watch); overlay.hidden = true; };
  const hover = (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    overlay.hidden = $("room").hidden;
    for (const zone of overlay.children) {
      zone.classList.toggle("over", zone.dataset.drop === zoneOf(event));
    }
    clearTimeout(watch);
    watch = setTimeout(end, QUIET);
  };

  window.addEventListener("dragenter", hover);
  window.addEventListener("dragover", hover);
  window.addEventListener("dragleave", (event) => { if (!event.relatedTarget) end(); });
  window.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    end();
    if (!$("room").hidden) add([...event.dataTransfer.files], zoneOf(event) === "now");
  });
}
