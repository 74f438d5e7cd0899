// Records from the microphone; the recording is attached like any other file.

import { $, icon } from "./dom.js";
import { clock, t, timeOfDay } from "./texts.js";

const ENDINGS = [["audio/mp4", "m4a"], ["audio/ogg", "ogg"], ["audio/webm", "webm"]];

/** Show the button where the browser can record: not on plain http from another machine. */
export function offerRecording(attach, complain) {
  const button = $("record");
  button.hidden = !(navigator.mediaDevices?.getUserMedia && window.MediaRecorder);
  let running = null;
  button.addEventListener("click", async () => {
    if (running) return running.stop();
    button.disabled = true; // while the browser asks for permission
    let microphone;
    try {
      microphone = await navigator.mediaDevices.getUserMedia({ audio: RAW });
      running = new Recording(microphone, button, (file) => {
        running = null;
        attach(file);
      });
    } catch {
      microphone?.getTracks().forEach((track) => track.stop());
      complain(t("web-record-refused"));
    } finally {
      button.disabled = false;
    }
  });
}

// We clean better than the browser does, and its cleaning cannot be undone.
const RAW = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };

class Recording {
  #chunks = [];
  #began = performance.now();

  constructor(microphone, button, done) {
    this.microphone = microphone;
    this.button = button;
    this.done = done;
    this.recorder = new MediaRecorder(microphone);
    this.recorder.addEventListener("dataavailable", (event) => this.#chunks.push(event.data));
    this.recorder.addEventListener("stop", () => this.#finish());
    this.recorder.start(1000);
    this.#draw(true);
    this.timer = setInterval(() => this.#tell(), 500);
  }

  stop() { this.recorder.stop(); }

  #tell() {
    this.button.dataset.time = clock((performance.now() - this.#began) / 1000);
  }

  #finish() {
    clearInterval(this.timer);
    this.microphone.getTracks().forEach((track) => track.stop());
    this.#draw(false);
    const type = this.recorder.mimeType.split(";")[0];
    const ending = ENDINGS.find(([mime]) => mime === type)?.[1] ?? "webm";
    const time = timeOfDay(new Date().toISOString()).replace(/[^\d]+/g, ".").replace(/\.$/, "");
    const name = `${t("web-record-name", { time })}.${ending}`;
    this.done(new File(this.#chunks, name, { type }));
  }

  #draw(isRunning) {
    const label = t(isRunning ? "web-record-stop" : "web-record");
    this.button.setAttribute("aria-label", label);
    this.button.title = label;
    this.button.setAttribute("aria-pressed", String(isRunning));
    this.button.replaceChildren(icon(isRunning ? "stop" : "mic"));
    if (isRunning) this.#tell();
    else delete this.button.dataset.time;
  }
}
