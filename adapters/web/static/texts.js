// The words of the page, as the server sent them in the visitor's language.

let words = {};
let locale = "en";

export function learn(boot) {
  words = boot.texts;
  locale = boot.locale;
  document.documentElement.lang = locale;
  for (const element of document.querySelectorAll("[data-text]")) {
    element.textContent = t(element.dataset.text);
  }
  for (const element of document.querySelectorAll("[data-label]")) {
    element.setAttribute("aria-label", t(element.dataset.label));
    if (element.matches("button")) element.title = t(element.dataset.label);
  }
}

/** The sentence behind `key`; `{name}` in it is replaced. */
export function t(key, args = {}) {
  const sentence = words[key] ?? key;
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => args[name] ?? whole);
}

const UNITS = [["gigabyte", 1e9], ["megabyte", 1e6], ["kilobyte", 1e3], ["byte", 1]];

/** A size as people write it. */
export function size(bytes) {
  const [unit, factor] = UNITS.find(([, least]) => bytes >= least) ?? UNITS[3];
  const digits = bytes / factor < 10 && factor > 1 ? 1 : 0;
  return new Intl.NumberFormat(locale, {
    style: "unit", unit, unitDisplay: factor > 1 ? "short" : "long", maximumFractionDigits: digits,
  }).format(bytes / factor);
}

/** A share as people write it. */
export function percent(fraction) {
  return new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 }).format(fraction);
}

/** A place in a recording: 0:07, 12:30, 1:02:03. */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (n) => String(n).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const rest = two(whole % 60);
  return hours ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}

/** The time of day of a message. */
export function timeOfDay(iso) {
  return new Date(iso).toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit" });
}
