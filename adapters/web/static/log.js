// The conversation: one element per message, in the order in which they were first shown.

import { $, announce, fileName, h } from "./dom.js";
import { makeCard } from "./card.js";
import { size, t, timeOfDay } from "./texts.js";

const NEAR = 120; // px from the end that still count as being there
const ABOVE = 20; // px of room over a tall card

export class Log {
  #list = $("log");
  #region = $("region");
  #scroll = $("scroll");
  #shown = new Map(); // key -> { element, at, update }
  #isLive = false;

  constructor({ press }) {
    this.press = press;
    this.#scroll.addEventListener("scroll", () => this.#tellPlace(), { passive: true });
    $("newest").addEventListener("click", () => {
      this.#scroll.scrollTop = this.#scroll.scrollHeight;
    });
    // Who presses something in a card wants to stay there.
    this.#list.addEventListener("click", () => { this.#wasAtEnd = false; });
    // Also when the room gets smaller because the composer grew.
    const stay = new ResizeObserver(() => { if (this.#wasAtEnd) this.toEnd(); });
    stay.observe(this.#list);
    stay.observe(this.#scroll);
  }

  #wasAtEnd = true;
  #placed = 0; // where we scrolled to ourselves

  get isEmpty() { return this.#shown.size === 0; }

  /** Forget everything: the server is about to tell it again. */
  clear() {
    this.#isLive = false;
    this.#region.setAttribute("aria-live", "off");
    for (const one of this.#shown.values()) one.remove?.();
    this.#shown.clear();
    this.#list.replaceChildren();
  }

  /** History is complete: from now on new messages are read out. */
  live() {
    if (this.#isLive) return; // only the connection was new
    this.#isLive = true;
    this.#region.setAttribute("aria-live", "polite");
    this.toEnd();
  }

  show(message) {
    const known = this.#shown.get(message.key);
    if (message.by === "nobody") {
      known?.remove?.();
      known?.element.remove();
      this.#shown.delete(message.key);
    } else if (known?.update) {
      const said = known.update(message);
      if (said && this.#isLive) announce(said);
    } else if (!known) {
      this.#add(message);
    }
    if (this.#wasAtEnd) this.toEnd();
  }

  /** To the newest message: its end, or where it is taller than the room its beginning. */
  toEnd() {
    if (this.isEmpty) return;
    const last = this.#list.lastElementChild;
    const end = this.#scroll.scrollHeight - this.#scroll.clientHeight;
    const top = last?.matches("[data-tone=done]") ? last.offsetTop - ABOVE : end;
    this.#scroll.scrollTop = Math.min(end, top);
    this.#placed = this.#scroll.scrollTop;
    this.#wasAtEnd = true;
    $("newest").hidden = true;
  }

  #add(message) {
    const made = message.by === "person" ? makeSaid(message) : makeCard(message, this.press);
    const at = message.at;
    const next = [...this.#shown.values()].filter((one) => one.at > at).sort(byTime)[0];
    this.#list.insertBefore(made.element, next?.element ?? null);
    this.#shown.set(message.key, { ...made, at });
    if (message.by === "person") this.#wasAtEnd = true;
  }

  #tellPlace() {
    const left = this.#scroll.scrollHeight - this.#scroll.scrollTop - this.#scroll.clientHeight;
    const isOurs = Math.abs(this.#scroll.scrollTop - this.#placed) < 2;
    this.#wasAtEnd = left < NEAR || isOurs;
    $("newest").hidden = this.#wasAtEnd;
  }
}

const byTime = (one, other) => (one.at < other.at ? -1 : 1);

/** What the person said: words, files or both. */
function makeSaid(message) {
  const files = message.files.map((file) =>
    h("li", { class: "file" }, fileName(file.name),
      h("span", { class: "muted" }, size(file.bytes))));
  const element = h("li", { class: "message person" },
    h("span", { class: "hidden" }, t("web-you")),
    h("div", { class: "bubble" },
      files.length ? h("ul", { class: "files" }, ...files) : null,
      message.text ? h("p", {}, message.text) : null),
    h("time", { datetime: message.at }, timeOfDay(message.at)));
  return { element };
}
