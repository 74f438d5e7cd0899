// One card of Undertone: it changes in place from waiting to working to its result.

import { fileName, h, icon } from "./dom.js";
import { makePlayer } from "./player.js";
import { clock, percent, size, t } from "./texts.js";

/** `{ element, update, remove }`; `update` returns what is worth reading out, if anything. */
export function makeCard(message, press) {
  const body = h("div", { class: "body" });
  const element = h("li", { class: "message undertone", tabindex: "-1" },
    h("span", { class: "face" }, icon("mark")),
    h("span", { class: "hidden" }, t("web-undertone")), body);
  const card = new Card(element, body, press);
  card.fill(message);
  return {
    element,
    update: (next) => card.change(next),
    remove: () => card.player?.stop(),
  };
}

class Card {
  constructor(element, body, press) {
    Object.assign(this, { element, body, press, message: null, player: null, bar: null });
  }

  change(next) {
    const before = this.message;
    if (JSON.stringify(next) === JSON.stringify(before)) return "";
    const isOnlyProgress = before.progress && next.progress
      && JSON.stringify(before.actions) === JSON.stringify(next.actions);
    if (isOnlyProgress) {
      this.message = next;
      this.#say(next.lines);
      this.bar.show(next.progress);
      return next.lines[0] === before.lines[0] ? "" : next.lines[0];
    }
    const hadFocus = this.element.contains(document.activeElement);
    this.player?.stop();
    this.fill(next);
    if (hadFocus) (this.player?.first ?? this.element).focus({ preventScroll: true });
    return next.lines.join(" ");
  }

  fill(message) {
    this.message = message;
    this.player = null;
    this.element.dataset.tone = message.tone;
    this.lines = h("div", { class: "lines" });
    this.#say(message.lines);
    // While a question waits for its answer, nothing moves.
    this.bar = message.progress ? new Bar() : null;
    this.bar?.show(message.progress);
    this.body.replaceChildren(...[
      message.tone === "problem" ? icon("alert") : null,
      this.lines, this.bar?.element, this.#sounds(), this.#downloads(), this.#documents(),
      this.#steps(),
      this.#picture(),
    ].filter(Boolean));
  }

  #say(lines) {
    this.lines.replaceChildren(...lines.map((line, n) =>
      h("p", { class: n ? "muted" : "lead" }, line)));
  }

  #sounds() {
    const { sounds } = this.message;
    if (!sounds.length) return null;
    this.player = makePlayer(sounds.filter((sound) => sound.is_heard));
    return this.player?.element ?? h("p", { class: "muted" }, t("web-cannot-play"));
  }

  #picture() {
    const { picture } = this.message;
    if (!picture) return null;
    return h("a", { class: "picture", href: picture.url, target: "_blank", rel: "noopener",
      "aria-label": `${t("web-open-picture")}. ${picture.alt}` },
    h("img", { src: picture.url, alt: picture.alt, loading: "lazy" }));
  }

  #downloads() {
    const made = this.message.sounds.filter((sound) => sound.part !== "source");
    if (!made.length) return null;
    return h("ul", { class: "downloads", "aria-label": t("web-downloads") }, ...made.map((sound) =>
      h("li", {}, h("a", {
        class: "download", href: `${sound.url}?download=1`, download: sound.name,
        "aria-label": `${t("web-download", { name: sound.name })}, ${size(sound.bytes)}`,
      }, icon("down"), fileName(sound.name),
      h("span", { class: "muted" }, `${clock(sound.seconds)} · ${size(sound.bytes)}`)))));
  }

  #documents() {
    const { documents } = this.message;
    if (!documents.length) return null;
    return h("ul", { class: "downloads", "aria-label": t("web-downloads") }, ...documents.map((one) =>
      h("li", {}, h("a", {
        class: "download", href: one.url, download: one.name,
        "aria-label": `${t("web-download", { name: one.name })}, ${size(one.bytes)}`,
      }, icon("down"), fileName(one.name), h("span", { class: "muted" }, size(one.bytes))))));
  }

  #steps() {
    const { actions } = this.message;
    if (!actions.length) return null;
    const isPreset = (action) => "preset" in action.options;
    const main = actions.filter((action) => !isPreset(action));
    const presets = actions.filter(isPreset);
    return h("div", { class: "steps", role: "group", "aria-label": t("web-next-steps") },
      ...main.map((action) => this.#button(action)),
      presets.length ? h("details", { class: "presets" },
        h("summary", {}, t("web-other-presets")),
        h("div", {}, ...presets.map((action) => this.#button(action)))) : null);
  }

  #button(action) {
    const button = h("button", { type: "button", class: "step" }, action.label);
    let isPressed = false;
    button.addEventListener("click", async () => {
      if (isPressed) return;
      isPressed = true;
      // Stopping something is no thing to say; asking for something new is.
      const label = this.message.tone === "working" ? "" : action.label;
      await this.press({ action: { command: action.command, options: action.options }, label });
      isPressed = false;
    });
    return button;
  }
}

/** The bar of a running job; without a fraction it only shows that something happens. */
class Bar {
  constructor() {
    this.fillElement = h("span", { class: "fill" });
    this.track = h("div", { class: "bar", role: "progressbar", "aria-label": t("web-progress"),
      "aria-valuemin": "0", "aria-valuemax": "100" }, this.fillElement);
    this.figures = h("p", { class: "figures", "aria-hidden": "true" });
    this.element = h("div", { class: "progress" }, this.track, this.figures);
  }

  show(progress) {
    const fraction = progress?.fraction ?? null;
    this.track.classList.toggle("unknown", fraction === null);
    if (fraction === null) {
      this.track.removeAttribute("aria-valuenow");
      this.fillElement.style.removeProperty("inline-size");
      this.figures.replaceChildren();
      return;
    }
    this.track.setAttribute("aria-valuenow", String(Math.round(fraction * 100)));
    this.track.setAttribute("aria-valuetext", [percent(fraction), progress.left].filter(Boolean).join(", "));
    this.fillElement.style.setProperty("inline-size", `${fraction * 100}%`);
    this.figures.textContent = [percent(fraction), progress.left].filter(Boolean).join(" · ");
  }
}
