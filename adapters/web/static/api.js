// Talks to the server.

const TRIES = [0, 1000, 3000]; // ms before each try of a question that got no answer

/** The language the visitor chose here, if any. */
export function language() {
  return localStorage.getItem("undertone-language") ?? "";
}

export function address(path, args = {}) {
  const query = new URLSearchParams({ ...args, ...(language() ? { lang: language() } : {}) });
  return query.size ? `${path}?${query}` : path;
}

/** The answer to the page's first question: `{ status, body }`. */
export async function boot() {
  const answer = await fetch(address("/chat/boot"));
  return { status: answer.status, body: await answer.json() };
}

/** Give the password; an empty string when the door is open now, else what to say. */
export async function knock(password) {
  const answer = await post("/chat/door", { password });
  return answer.ok ? "" : (await answer.json()).message;
}

/**
 * Ask for something: `{ trouble, isTaken }`, what to say and whether work was begun on the files.
 * The same event asks only once, so a lost answer may be tried again.
 */
export async function ask(body) {
  const event = crypto.randomUUID?.() ?? randomId();
  for (const wait of TRIES) {
    await new Promise((done) => setTimeout(done, wait));
    try {
      const answer = await post("/chat/asks", { event, ...body });
      const said = await answer.json();
      return { trouble: answer.ok ? "" : said.message, isTaken: Boolean(said.taken) };
    } catch (problem) {
      if (wait === TRIES.at(-1)) throw problem;
    }
  }
}

function post(path, body) {
  return fetch(address(path), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

// Plain http on another machine's address has no randomUUID.
function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Send a file. `fetch` cannot tell how far an upload is, XMLHttpRequest can.
 * Resolves to `{ id, name, bytes }`, rejects with an Error whose message is for people or empty.
 */
export function upload(file, { progress, signal }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", address("/chat/files", { name: file.name || "" }));
    request.responseType = "json";
    request.upload.onprogress = (event) => progress(event.total ? event.loaded / event.total : 0);
    request.onload = () => {
      if (request.status === 200) resolve(request.response);
      else reject(new Error(request.response?.message ?? ""));
    };
    request.onerror = () => reject(new Error(""));
    request.onabort = () => reject(new DOMException("", "AbortError"));
    signal.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}

/** Where the visitor is, so that times are told as their own clock shows them. */
const zone = () => Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";

/** Follow the chat from its first message; returns what ends it. */
export function follow({ chat, message, ready, lost, restart }) {
  let last = 0;
  let stream;
  let timer;
  const open = () => {
    stream = new EventSource(address("/chat/events", { after: last, zone: zone() }));
    stream.addEventListener("message", (event) => {
      last = Number(event.lastEventId);
      message(JSON.parse(event.data));
    });
    stream.addEventListener("ready", ready);
    stream.onerror = () => {
      lost();
      // The browser tries again by itself unless the server refused.
      if (stream.readyState === EventSource.CLOSED) timer = setTimeout(again, 2000);
    };
  };
  const again = async () => {
    try {
      const { status, body } = await boot();
      // A server that knows this browser no more gives it a new chat, which begins at number one.
      if (status === 401 || body.chat !== chat) restart();
      else open();
    } catch {
      timer = setTimeout(again, 2000);
    }
  };
  open();
  return () => { clearTimeout(timer); stream.close(); };
}
