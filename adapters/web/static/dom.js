// Builds elements. Text goes in as text only: nothing here ever parses HTML.

const SVG = "http://www.w3.org/2000/svg";

export const $ = (id) => document.getElementById(id);

/** An element: `h("p", { class: "muted", onclick }, "text", child)`. */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) set(element, name, value);
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

function set(element, name, value) {
  if (value === false || value === null || value === undefined) return;
  if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
  else element.setAttribute(name, value === true ? "" : String(value));
}

/** One of the icons at the top of the page. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/** A file name that is cut in its middle where room is short: its ending tells most. */
export function fileName(name) {
  const ending = /(?:\.[^.]{1,9}){1,2}$/u.exec(name)?.[0] ?? "";
  const head = name.slice(0, name.length - ending.length);
  return h("span", { class: "name", title: name },
    h("span", { class: "head" }, head), ending ? h("span", {}, ending) : null);
}

/** Whether this is a phone or the like: nothing to drop, and a keyboard that covers the page. */
export const isTouch = () => !matchMedia("(pointer: fine)").matches;

/** Say something to screen readers without showing it. */
export function announce(text) {
  const status = $("status");
  status.textContent = "";
  // A change within the same turn would be seen as none.
  requestAnimationFrame(() => { status.textContent = text; });
}

/** Show or hide a sentence that needs attention. */
export function notice(element, text) {
  element.textContent = text;
  element.hidden = !text;
}
