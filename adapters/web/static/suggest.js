// The list of suggestions over the text field: ARIA's combobox with a listbox.

import { $, h } from "./dom.js";
import { complete } from "./complete.js";

export class Suggest {
  #input = $("text");
  #list = $("popup");
  #items = [];
  #active = -1;
  #isShut = false; // by Escape, until something else is typed

  constructor(commands) {
    this.commands = commands;
    this.#input.addEventListener("input", () => { this.#isShut = false; this.refresh(); });
    this.#input.addEventListener("keydown", (event) => this.#key(event));
    this.#input.addEventListener("blur", () => this.#hide());
    this.#input.addEventListener("focus", () => this.refresh());
  }

  refresh() {
    const { value, selectionEnd } = this.#input;
    this.#items = this.#isShut ? [] : complete(value, selectionEnd ?? value.length, this.commands());
    // A half-typed command has a first guess; options wait until somebody looks at them, so that
    // Enter sends.
    const isExact = this.#items.length === 1 && this.#items[0].word === value;
    this.#active = /^\/\S*$/.test(value) && this.#items.length && !isExact ? 0 : -1;
    this.#draw();
  }

  #draw() {
    const isOpen = this.#items.length > 0 && document.activeElement === this.#input;
    this.#list.hidden = !isOpen;
    this.#input.setAttribute("aria-expanded", String(isOpen));
    this.#list.replaceChildren(...(isOpen ? this.#items : []).map((item, n) => this.#row(item, n)));
    this.#point();
  }

  #row(item, n) {
    const row = h("li", { role: "option", id: `suggestion-${n}` },
      h("code", {}, item.word), h("span", { class: "muted" }, item.text));
    // Before the field loses its focus, and with it this list.
    row.addEventListener("pointerdown", (event) => { event.preventDefault(); this.#take(n); });
    return row;
  }

  #point() {
    [...this.#list.children].forEach((row, n) => {
      row.setAttribute("aria-selected", String(n === this.#active));
      if (n === this.#active) row.scrollIntoView({ block: "nearest" });
    });
    if (this.#active >= 0 && !this.#list.hidden) {
      this.#input.setAttribute("aria-activedescendant", `suggestion-${this.#active}`);
    } else {
      this.#input.removeAttribute("aria-activedescendant");
    }
  }

  #take(n) {
    const item = this.#items[n];
    const { value, selectionEnd } = this.#input;
    const rest = value.slice(selectionEnd ?? value.length).replace(/^ /, "");
    this.#input.value = value.slice(0, item.start) + item.insert + rest;
    const caret = item.start + item.insert.length;
    this.#input.setSelectionRange(caret, caret);
    this.#input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  #hide() {
    this.#items = [];
    this.#draw();
  }

  #key(event) {
    if (this.#list.hidden || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      const count = this.#items.length;
      const from = this.#active < 0 && step < 0 ? 0 : this.#active;
      this.#active = (from + step + count) % count;
      this.#point();
    } else if (event.key === "Escape") {
      this.#isShut = true;
      this.#hide();
    } else if (event.key === "Tab" && !event.shiftKey && this.#input.value.trim() !== "") {
      // Tab leaves the field when there is nothing half-typed to complete.
      if (this.#active < 0 && /\s$/.test(this.#input.value)) return;
      this.#take(Math.max(0, this.#active));
    } else if (event.key === "Enter" && this.#active >= 0) {
      this.#take(this.#active);
    } else {
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}
