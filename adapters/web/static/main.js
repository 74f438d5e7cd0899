// Starts the page and ties its parts together.

import { $, announce, h, isTouch, notice } from "./dom.js";
import { boot, follow, knock, language } from "./api.js";
import { Composer } from "./composer.js";
import { takeDrops } from "./drop.js";
import { Log } from "./log.js";
import { offerRecording } from "./record.js";
import { Quick } from "./quick.js";
import { Suggest } from "./suggest.js";
import { learn, t } from "./texts.js";

let known = { commands: [], limits: {} };
let unfollow = () => {};
let wasLost = false;

const commands = () => known.commands;
const composer = new Composer({ commands, limits: () => known.limits });
const log = new Log({ press: (body) => composer.press(body) });
const suggest = new Suggest(commands);
const quick = new Quick(commands);

async function start() {
  let answer;
  try {
    answer = await boot();
  } catch {
    return offline();
  }
  known = { ...known, ...answer.body };
  learn(answer.body);
  languages(answer.body);
  $("offline").hidden = true;
  const isOpen = answer.status === 200;
  $("door").hidden = isOpen;
  $("room").hidden = !isOpen;
  if (!isOpen) return $("password").focus();
  $("invitation").textContent = t(isTouch() ? "web-welcome-touch" : "web-welcome");
  $("promise").textContent = t(known.is_local ? "web-stays-local" : "web-stays-server");
  $("sample").hidden = !known.has_sample;
  notice($("notice"), "");
  quick.draw();
  composer.draw();
  suggest.refresh();
  listen();
}

function listen() {
  unfollow();
  log.clear();
  unfollow = follow({
    chat: known.chat,
    message: (message) => { log.show(message); welcome(); },
    ready: () => { linked(); log.live(); welcome(); },
    lost: () => lost(),
    restart: () => start(),
  });
}

function welcome() {
  const isEmpty = log.isEmpty;
  document.body.classList.toggle("empty", isEmpty);
  $("welcome").hidden = !isEmpty;
}

function lost() {
  wasLost = true;
  $("link-state").hidden = false;
  $("link-state").textContent = t("web-reconnecting");
}

function linked() {
  $("link-state").hidden = true;
  if (wasLost) announce(t("web-connected"));
  wasLost = false;
}

// The one sentence that has to be there before the server could send any: it came with the page.
function offline() {
  $("offline").hidden = false;
  $("offline-text").textContent = document.body.dataset.offline;
  $("retry").textContent = document.body.dataset.retry;
}

function languages({ locales, locale }) {
  $("language").replaceChildren(...locales.map((one) =>
    h("option", { value: one.tag, lang: one.tag, selected: one.tag === locale }, one.name)));
}

function switchTheme() {
  const isDark = document.documentElement.dataset.theme
    ? document.documentElement.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = isDark ? "light" : "dark";
  localStorage.setItem("undertone-theme", document.documentElement.dataset.theme);
}

async function tryASample() {
  const answer = await fetch("/chat/static/sample.flac");
  composer.add([new File([await answer.blob()], "sample.flac", { type: "audio/flac" })], true);
}

$("theme").addEventListener("click", switchTheme);
$("retry").addEventListener("click", start);
$("choose").addEventListener("click", () => composer.pick(true));
$("sample").addEventListener("click", tryASample);
$("language").addEventListener("change", (event) => {
  localStorage.setItem("undertone-language", event.target.value);
  start();
});
$("door").addEventListener("submit", async (event) => {
  event.preventDefault();
  const trouble = await knock($("password").value).catch(() => t("web-offline"));
  notice($("door-notice"), trouble);
  $("password").select();
  if (!trouble) { $("password").value = ""; start(); }
});
takeDrops((files, now) => composer.add(files, now));
offerRecording((file) => composer.add([file], false), (text) => composer.complain(text));
start();
