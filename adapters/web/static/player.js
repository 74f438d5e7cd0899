// Plays the sound before and after: all parts run together, one of them is heard, so that
// switching is instant and stays at the same place.

import { h, icon, notice } from "./dom.js";
import { clock, t } from "./texts.js";

// s that two parts may be apart: putting a running one right costs a gap that one hears more
const DRIFT = { running: 0.15, standing: 0.005 };
const SKIP = 5; // s per arrow key
const MOST_TOGETHER = 4; // parts that keep running unheard; more would only cost power
const PATIENCE = 400; // ms of waiting for sound before the player says so
const probe = document.createElement("audio");

let playing = null; // one player at a time

/** `{ element, first, stop }`, or null where the browser can play none of these. */
export function makePlayer(sounds) {
  const playable = sounds.filter((sound) => probe.canPlayType(sound.play_mime));
  return playable.some((sound) => sound.part !== "source") ? new Player(playable) : null;
}

class Player {
  #sounds; #parts = []; #current; #other = 0; #position = 0; #isPlaying = false; #frame = 0;
  #seeking = false; #waits = 0;

  constructor(sounds) {
    this.#sounds = sounds;
    this.#parts = sounds.map(() => null);
    this.#current = sounds.findIndex((sound) => sound.part !== "source");
    this.length = Math.min(...sounds.filter((s) => s.part !== "source").map((s) => s.seconds));
    this.#build();
    this.#draw();
  }

  /** What takes the focus when the player appears under it. */
  get first() { return this.button; }

  #build() {
    const name = this.#sounds[this.#current].name;
    this.button = h("button", { type: "button", class: "play", onclick: () => this.toggle() });
    this.slider = h("input", { type: "range", min: 0, max: this.length, step: "any", value: 0,
      "aria-label": t("web-position"), oninput: () => this.#slide(),
      onchange: () => { this.#seeking = false; } });
    this.time = h("span", { class: "time" });
    this.trouble = h("p", { class: "notice", role: "alert", hidden: true });
    this.element = h("div", { class: "player", role: "group", title: t("web-keys"),
      "aria-label": t("web-player", { name }), onkeydown: (event) => this.#key(event) },
    this.button,
    h("div", { class: "along" }, this.slider, this.time),
    this.#sounds.length > 1 ? this.#choice() : null,
    this.trouble);
  }

  #choice() {
    const group = `part-${Math.random().toString(36).slice(2)}`;
    this.radios = this.#sounds.map((sound, n) => h("input", {
      type: "radio", name: group, checked: n === this.#current, onchange: () => this.listenTo(n) }));
    return h("div", { class: "parts", role: "radiogroup", "aria-label": t("web-listen-to") },
      ...this.#sounds.map((sound, n) =>
        h("label", { "data-part": sound.part }, this.radios[n], h("span", {}, sound.label))));
  }

  #part(n) {
    if (this.#parts[n]) return this.#parts[n];
    const audio = new Audio();
    audio.preload = "auto";
    audio.muted = n !== this.#current;
    audio.dataset.part = this.#sounds[n].part;
    audio.src = this.#sounds[n].play_url;
    audio.addEventListener("error", () => { if (audio.src) this.#fail(n); });
    audio.addEventListener("ended", () => { if (n === this.#current) this.#end(); });
    this.element.append(audio);
    audio.currentTime = this.#place(n);
    this.#parts[n] = audio;
    return audio;
  }

  // A result of an excerpt begins where the excerpt began in its source.
  #place(n) { return this.#position + this.#sounds[n].start; }

  toggle() { if (this.#isPlaying) this.pause(); else this.play(); }

  async play() {
    if (playing && playing !== this) playing.pause();
    playing = this;
    this.#isPlaying = true;
    if (this.#position >= this.length - 0.05) this.#position = 0;
    const together = this.#sounds.length <= MOST_TOGETHER ? this.#sounds.keys() : [this.#current];
    for (const n of together) this.#part(n);
    this.#align();
    // Whoever fails says so by an error event; a pause in between is no failure.
    const begun = this.#running().map((audio) => audio.play().catch(() => {}));
    this.#draw();
    this.#tick();
    await Promise.all(begun);
  }

  pause() {
    this.#isPlaying = false;
    cancelAnimationFrame(this.#frame);
    this.#running().forEach((audio) => audio.pause());
    this.#wait(false);
    this.#draw();
  }

  /** The sound is still being fetched, or made into one that browsers play. */
  #wait(isWaiting) {
    this.#waits = isWaiting ? this.#waits || performance.now() : 0;
    const isLong = isWaiting && performance.now() - this.#waits > PATIENCE;
    if (this.button.classList.toggle("waits", isLong)) this.element.setAttribute("aria-busy", "true");
    else this.element.removeAttribute("aria-busy");
  }

  stop() {
    this.pause();
    for (const audio of this.#running()) { audio.removeAttribute("src"); audio.load(); }
    if (playing === this) playing = null;
  }

  listenTo(n) {
    if (n === this.#current) return;
    this.#other = this.#current;
    const before = this.#parts[this.#current];
    if (before && this.#isPlaying) this.#position = before.currentTime - this.#sounds[this.#current].start;
    this.#current = n;
    const next = this.#part(n);
    this.#putAt(next, n);
    next.muted = false;
    if (before) before.muted = true;
    if (this.#isPlaying && next.paused) next.play().catch(() => {});
    if (this.#sounds.length > MOST_TOGETHER) before?.pause();
    if (this.radios) this.radios[n].checked = true;
    this.#draw();
  }

  seek(seconds) {
    this.#position = Math.min(Math.max(0, seconds), this.length);
    this.#align();
    this.#draw();
  }

  #running() { return this.#parts.filter(Boolean); }

  #align() { this.#parts.forEach((audio, n) => { if (audio) this.#putAt(audio, n); }); }

  #putAt(audio, n) {
    const apart = Math.abs(audio.currentTime - this.#place(n));
    if (apart > (audio.paused ? DRIFT.standing : DRIFT.running)) audio.currentTime = this.#place(n);
  }

  #slide() { this.#seeking = true; this.seek(Number(this.slider.value)); this.#seeking = false; }

  #tick() {
    cancelAnimationFrame(this.#frame);
    if (!this.#isPlaying) return;
    // What is heard stands still while its sound is still on its way.
    const audio = this.#parts[this.#current];
    this.#position = Math.max(0, audio.currentTime - this.#sounds[this.#current].start);
    this.#wait(audio.readyState < HTMLMediaElement.HAVE_FUTURE_DATA && !audio.ended);
    if (this.#position >= this.length) this.#end();
    else { this.#draw(); this.#frame = requestAnimationFrame(() => this.#tick()); }
  }

  #end() {
    this.pause();
    this.#position = 0;
    this.#align();
    this.#draw();
  }

  /** A part cannot be heard: gone for good, or of a kind that this browser does not know. */
  async #fail(n) {
    if (this.#takeCopy(n)) return;
    const answer = await fetch(this.#sounds[n].url, { method: "HEAD" }).catch(() => null);
    const isGone = answer?.status === 404;
    notice(this.trouble, t(isGone ? "web-sound-gone" : "web-cannot-play"));
    if (this.radios) this.radios[n].disabled = true;
    const other = this.#sounds.findIndex((sound, m) => m !== n && !this.radios[m].disabled);
    if (isGone || other < 0) {
      this.pause();
      this.button.disabled = true;
    } else if (n === this.#current) {
      this.listenTo(other);
    }
  }

  /** Try the copy that every browser plays; false where that is what failed. */
  #takeCopy(n) {
    const sound = this.#sounds[n];
    const copy = `${sound.url}?play=1`;
    if (sound.play_url === copy) return false;
    this.#sounds[n] = { ...sound, play_url: copy };
    const audio = this.#parts[n];
    audio.src = copy;
    audio.currentTime = this.#place(n);
    if (this.#isPlaying) audio.play().catch(() => {});
    return true;
  }

  #key(event) {
    const onButton = event.target === this.button;
    const onChoice = event.target.type === "radio";
    const onSlider = event.target === this.slider;
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === " " && !onButton) this.toggle();
    else if (event.key.toLowerCase() === "b") this.#flip();
    else if (event.key === "ArrowRight" && !onChoice) this.seek(this.#position + SKIP);
    else if (event.key === "ArrowLeft" && !onChoice) this.seek(this.#position - SKIP);
    else if (event.key === "Home" && onSlider) this.seek(0);
    else return;
    event.preventDefault();
  }

  /** Between the sound before and what was heard last besides it. */
  #flip() {
    const before = this.#sounds.findIndex((sound) => sound.part === "source");
    const first = before < 0 ? 0 : before;
    if (this.#current !== first) this.listenTo(first);
    else this.listenTo(this.#other !== first ? this.#other : (first + 1) % this.#sounds.length);
  }

  #draw() {
    const label = t(this.#isPlaying ? "web-pause" : "web-play");
    if (this.button.getAttribute("aria-label") !== label) {
      this.button.setAttribute("aria-label", label);
      this.button.title = label;
      this.button.replaceChildren(icon(this.#isPlaying ? "pause" : "play"));
    }
    const isWaiting = this.button.classList.contains("waits");
    const text = isWaiting ? t("web-preparing") : `${clock(this.#position)} / ${clock(this.length)}`;
    if (!this.#seeking) this.slider.value = this.#position;
    this.slider.style.setProperty("--done", `${(100 * this.#position) / (this.length || 1)}%`);
    if (this.time.textContent !== text) {
      this.time.textContent = text;
      this.slider.setAttribute("aria-valuetext", text);
    }
  }
}
