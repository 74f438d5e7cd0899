// Where a message is written: text, attached recordings, sending.

import { $, announce, fileName, h, icon, isTouch, notice } from "./dom.js";
import { ask, upload } from "./api.js";
import { commandOf } from "./complete.js";
import { percent, size, t } from "./texts.js";

export class Composer {
  #input = $("text");
  #chips = $("chips");
  #notice = $("notice");
  #files = []; // { file, chip, done: Promise, sent: {id,…} | null, abort }
  #isWaiting = false; // for files that are on their way
  #isBroken = false; // one of them did not come through

  constructor({ commands, limits }) {
    this.commands = commands;
    this.limits = limits;
    $("composer").addEventListener("submit", (event) => { event.preventDefault(); this.send(); });
    this.#input.addEventListener("input", () => { notice(this.#notice, ""); this.draw(); });
    $("attach").addEventListener("click", () => this.pick(false));
    $("picker").addEventListener("change", () => {
      this.add([...$("picker").files], this.pickNow);
      $("picker").value = "";
    });
    window.addEventListener("beforeunload", (event) => {
      if (this.#files.some((one) => !one.sent)) event.preventDefault();
    });
    this.#input.addEventListener("paste", (event) => {
      if (event.clipboardData?.files.length) {
        event.preventDefault();
        this.add([...event.clipboardData.files], false);
      }
    });
  }

  /** Open the file dialog; `now`: start as soon as the files are there. */
  pick(now) {
    this.pickNow = now;
    $("picker").click();
  }

  /** Attach files; `now`: send them as soon as they have arrived. */
  add(files, now) {
    notice(this.#notice, "");
    for (const file of files) this.#attach(file);
    this.draw();
    if (now && this.#files.length) this.send();
    else this.#focus();
  }

  async send() {
    if (this.#isWaiting || this.#lacksSomething()) return;
    this.#isWaiting = true;
    this.#isBroken = false;
    this.draw();
    // More files may be attached meanwhile.
    while (this.#files.some((one) => !one.sent)) {
      await Promise.all(this.#files.map((one) => one.done));
    }
    this.#isWaiting = false;
    this.draw();
    // A file that did not come through has said so; what the person wrote stays where it is.
    if (!this.#isBroken && !this.#lacksSomething()) await this.#deliver();
  }

  #lacksSomething() {
    const text = this.#input.value.trim();
    if (this.#files.length) return false;
    const hasLink = /(^|[\s=:<])https?:\/\//i.test(text);
    const takesSound = commandOf(text, this.commands())?.takes_sound;
    if (takesSound && !hasLink) this.complain(t("web-needs-file"));
    else if (text) return false;
    return true;
  }

  /** Press a button of a card. */
  async press(body) {
    try {
      const { trouble } = await ask(body);
      if (trouble) this.complain(trouble);
    } catch {
      this.complain(t("web-offline"));
    }
  }

  /** Send what is there and make room for the next; it comes back if it cannot be sent. */
  async #deliver() {
    const text = this.#input.value.trim();
    const files = this.#files;
    this.#fill("", []);
    try {
      const { trouble, isTaken } = await ask({ text, files: files.map((one) => one.sent.id) });
      // The chat says what was wrong with the words; the files need not be sent again.
      const isKept = files.length > 0 && !isTaken;
      if (trouble || isKept) this.#takeBack(text, files, trouble || t("web-kept"));
    } catch {
      this.#takeBack(text, files, t("web-offline"));
    }
  }

  #takeBack(text, files, trouble) {
    this.#fill(this.#input.value || text, [...files, ...this.#files]);
    this.complain(trouble);
  }

  #fill(text, files) {
    this.#files = files;
    this.#chips.replaceChildren(...files.map((one) => one.chip));
    this.#input.value = text;
    this.#input.dispatchEvent(new Event("input", { bubbles: true }));
    this.#focus();
  }

  // On a phone the keyboard would cover the conversation.
  #focus() {
    if (!isTouch()) this.#input.focus();
  }

  /** Say what is wrong, next to where it can be put right. */
  complain(text) {
    notice(this.#notice, text);
    this.#focus();
  }

  #attach(file) {
    const limit = this.limits().bytes;
    if (limit && file.size > limit) {
      this.complain(t("web-upload-too-large", { name: file.name, limit: size(limit) }));
      return;
    }
    const stop = new AbortController();
    const one = { file, sent: null, abort: () => stop.abort() };
    one.chip = this.#chip(one);
    one.done = this.#upload(one, stop.signal);
    this.#files.push(one);
    this.#chips.append(one.chip);
  }

  async #upload(one, signal) {
    try {
      one.sent = await upload(one.file, { signal, progress: (part) => this.#progress(one, part) });
      one.chip.classList.add("sent");
      one.note.textContent = size(one.file.size);
      announce(t("web-uploaded", { name: one.file.name }));
    } catch (problem) {
      if (problem.name === "AbortError") return;
      this.#isBroken = true;
      this.#drop(one);
      this.complain(problem.message || t("web-upload-failed", { name: one.file.name }));
    }
    this.draw();
  }

  #progress(one, part) {
    one.chip.style.setProperty("--done", `${part * 100}%`);
    one.note.textContent = percent(part);
    one.meter.setAttribute("aria-valuenow", String(Math.round(part * 100)));
  }

  #chip(one) {
    const { name } = one.file;
    one.note = h("span", { class: "muted" }, percent(0));
    one.meter = h("span", { class: "meter", role: "progressbar", "aria-valuemin": "0",
      "aria-valuemax": "100", "aria-valuenow": "0", "aria-label": name });
    return h("li", { class: "filechip" }, icon("sound"), fileName(name),
      one.note, one.meter,
      h("button", { type: "button", class: "icon small", title: t("web-remove-file", { name }),
        "aria-label": t("web-remove-file", { name }),
        onclick: () => { one.abort(); this.#drop(one); this.#focus(); } }, icon("close")));
  }

  #drop(one) {
    this.#files = this.#files.filter((other) => other !== one);
    one.chip.remove();
    this.draw();
  }

  /** Show what is attached and whether it can be sent. */
  draw() {
    this.#chips.hidden = !this.#files.length;
    const empty = isTouch() ? "web-placeholder-touch" : "web-placeholder";
    this.#input.placeholder = t(this.#files.length ? "web-placeholder-file" : empty);
    const hasSomething = Boolean(this.#input.value.trim() || this.#files.length);
    $("send").classList.toggle("ready", hasSomething);
    $("send").classList.toggle("busy", this.#isWaiting);
    $("composer").setAttribute("aria-busy", String(this.#isWaiting));
  }
}
