// What could be meant by what was typed so far. Pure.

/**
 * Suggestions for the word before the caret: `[{ word, text, insert, start }]`, where `insert`
 * replaces what stands from `start` to the caret.
 */
export function complete(text, caret, commands) {
  const head = text.slice(0, caret);
  if (!head.startsWith("/")) return [];
  const named = /^\/(\S*)$/.exec(head);
  if (named) return commandsLike(named[1], commands);
  const command = commandOf(head, commands);
  if (!command) return [];
  const start = Math.max(head.lastIndexOf(" "), head.lastIndexOf("\t")) + 1;
  return optionsLike(head.slice(start), start, command, given(text, command, start, caret));
}

/** The command at the beginning of `text`, if there is one. */
export function commandOf(text, commands) {
  const name = /^\/(\S+)/.exec(text)?.[1].toLowerCase();
  return commands.find((command) => command.name === name);
}

/** Every choice of the command that stands in `text`: option name -> words. */
export function given(text, command, skipFrom = -1, skipTo = -1) {
  const kept = skipFrom < 0 ? text : text.slice(0, skipFrom) + text.slice(skipTo);
  const found = new Map();
  for (const token of kept.trim().split(/\s+/).slice(1)) {
    const [, name, value] = /^-*(?:([a-z_]+)[=:])?(.*)$/i.exec(token);
    const option = command.options.find((one) =>
      (name ? one.name === name.toLowerCase() : knows(one, value)));
    if (option) found.set(option.name, [...(found.get(option.name) ?? []), ...value.split(",")]);
  }
  return found;
}

const count = (option, taken, typed) => new Set([...(taken.get(option.name) ?? []),
  ...typed.filter((word) => knows(option, word))]).size;

const knows = (option, value) =>
  option.choices.some((choice) => value.toLowerCase().split(",").includes(choice.word));

function commandsLike(prefix, commands) {
  return commands
    .filter((command) => command.name.startsWith(prefix.toLowerCase()))
    .map((command) => ({
      word: `/${command.name}`, text: command.text, insert: `/${command.name} `, start: 0,
    }));
}

function optionsLike(word, start, command, taken) {
  const [, name, value] = /^-*(?:([a-z_]+)[=:])?(.*)$/i.exec(word);
  const earlier = value.includes(",") ? value.slice(0, value.lastIndexOf(",") + 1) : "";
  const prefix = value.slice(earlier.length).toLowerCase();
  const typed = earlier.split(",").filter(Boolean);
  const open = command.options.filter((option) =>
    (name ? option.name === name : option.many || !taken.has(option.name)) &&
    !(option.most && count(option, taken, typed) >= option.most));
  const words = open.flatMap((option) => option.choices
    .filter((choice) => choice.word.startsWith(prefix) && !typed.includes(choice.word))
    .filter((choice) => !(taken.get(option.name) ?? []).includes(choice.word))
    .filter(() => !earlier || option.many)
    .map((choice, n) => ({
      word: choice.word, text: n ? choice.text : `${choice.text} · ${option.text}`, start,
      insert: `${name ? `${name}=` : ""}${earlier}${choice.word} `,
    })));
  const free = name ? [] : open
    .filter((option) => !option.choices.length && option.name.startsWith(prefix))
    .map((option) => ({ word: `${option.name}=`, text: option.text, insert: `${option.name}=`, start }));
  return [...words, ...free];
}
