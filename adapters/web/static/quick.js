// Buttons for those who do not type: they only write words into the text field.

import { $, h } from "./dom.js";
import { commandOf, given } from "./complete.js";
import { t } from "./texts.js";

const SHOWN = ["preset", "stems", "strength"]; // options with a row of their own, the first that fits

export class Quick {
  #input = $("text");
  #place = $("quick");

  constructor(commands) {
    this.commands = commands;
    this.#input.addEventListener("input", () => this.draw());
  }

  draw() {
    const command = commandOf(this.#input.value, this.commands());
    const operations = this.commands().filter((one) => one.takes_sound);
    const focused = document.activeElement?.closest("#quick button")?.dataset.word;
    this.#place.replaceChildren(
      h("div", { role: "group", "aria-label": t("web-quick-operations") }, ...operations.map((one) =>
        this.#button(`/${one.name}`, one.label, one === command, () => this.#choose(one)))),
      ...this.#options(command));
    if (focused) this.#place.querySelector(`[data-word="${CSS.escape(focused)}"]`)?.focus();
  }

  #options(command) {
    const option = command && SHOWN
      .map((name) => command.options.find((one) => one.name === name)).find(Boolean);
    if (!option) return [];
    const chosen = given(this.#input.value, command).get(option.name) ?? [];
    return [h("div", { role: "group", class: "how", "aria-label": t("web-quick-options") },
      ...option.choices.map((choice) => this.#button(
        choice.word, choice.text, chosen.includes(choice.word),
        () => this.#set(command, option, choice.word, chosen))))];
  }

  #button(word, label, isPressed, onclick) {
    return h("button", { type: "button", class: "chip", "data-word": word,
      "aria-pressed": String(isPressed), onclick }, label);
  }

  #choose(command) {
    const isChosen = commandOf(this.#input.value, this.commands()) === command;
    this.#write(isChosen ? "" : `/${command.name} `);
  }

  #set(command, option, word, chosen) {
    const own = new Set(option.choices.map((choice) => choice.word));
    const rest = this.#input.value.trim().split(/\s+/).slice(1).filter((token) =>
      !token.startsWith(`${option.name}=`) && !token.split(",").every((one) => own.has(one)));
    const next = chosen.includes(word) ? chosen.filter((one) => one !== word)
      : option.many ? [...chosen, word] : [word];
    const words = next.length ? [next.join(",")] : [];
    this.#write(`/${[command.name, ...words, ...rest].join(" ")} `);
  }

  #write(text) {
    this.#input.value = text;
    this.#input.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
