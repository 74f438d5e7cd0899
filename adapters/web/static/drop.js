// The whole window takes files; while one hovers, it shows what will happen.

import { $ } from "./dom.js";

export function takeDrops(add) {
  const overlay = $("drop");
  let depth = 0; // dragenter and dragleave come for every child as well

  const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  const zoneOf = (event) => event.target.closest?.("[data-drop]")?.dataset.drop ?? "now";
  const show = (zone) => {
    for (const one of overlay.children) one.classList.toggle("over", one.dataset.drop === zone);
  };
  const end = () => { depth = 0; overlay.hidden = true; };

  window.addEventListener("dragenter", (event) => {
    if (!hasFiles(event) || $("room").hidden) return;
    event.preventDefault();
    depth += 1;
    overlay.hidden = false;
  });
  window.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    show(zoneOf(event));
  });
  window.addEventListener("dragleave", () => {
    depth -= 1;
    if (depth <= 0) end();
  });
  window.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    end();
    if (!$("room").hidden) add([...event.dataTransfer.files], zoneOf(event) === "now");
  });
}
