// Makes a form for each operation of the documents, sends it, and shows what comes back.
// Text goes in as text only: nothing here ever parses HTML.

const $ = (id) => document.getElementById(id);
const made = (id) => $(id).content.cloneNode(true);

async function fill(section) {
  try {
    const api = await (await fetch(section.dataset.document)).json();
    const operations = Object.entries(api.paths).flatMap(([path, item]) =>
      ["get", "post", "delete"].filter((method) => item[method]).map((method) =>
        new Operation(api, path, method, item, section.dataset.place)));
    section.querySelector(".loading").replaceWith(...operations.map((one) => one.element));
    for (const one of operations) one.others = operations;
  } catch {
    section.querySelector(".loading").replaceWith(made("unread"));
  }
}

/** One operation of a document: its form, and how it is sent. */
class Operation {
  constructor(api, path, method, item, place) {
    const told = item[method];
    Object.assign(this, { api, path, method, told, others: [] });
    this.id = told.operationId;
    this.element = made("operation").firstElementChild;
    this.form = this.element.querySelector("form");
    this.status = this.element.querySelector(".status");
    this.answer = this.element.querySelector(".answer");
    const content = told.requestBody ? Object.values(told.requestBody.content)[0] : null;
    this.fields = [...this.parameters(item), ...(content ? this.parts(content.schema) : [])];
    this.describe(place);
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.send(); });
  }

  describe(place) {
    this.element.querySelector(".method").textContent = this.method.toUpperCase();
    this.element.querySelector(".path").textContent = this.path;
    this.element.querySelector(".about").textContent = this.told.summary;
    this.element.querySelector(".more").textContent = plain(this.told.description);
    const fields = this.fields.map((field) => element(field, `${place}-${this.id}-${field.name}`));
    this.form.querySelector(".fields").append(...fields);
  }

  parameters(item) {
    return [...(item.parameters ?? []), ...(this.told.parameters ?? [])].map((one) =>
      ({ ...one, schema: resolved(this.api, one.schema) }));
  }

  parts(ref) {
    const schema = resolved(this.api, ref);
    return Object.entries(schema.properties).map(([name, one]) => ({
      name, in: "body", description: one.description, schema: resolved(this.api, one),
      required: (schema.required ?? []).includes(name),
    }));
  }

  request() {
    const headers = {}, body = new FormData();
    const query = new URLSearchParams();
    let path = this.path;
    const key = $("key").value.trim();
    if (key) headers.Authorization = this.word() + key;
    for (const { name, in: place, input } of this.fields) {
      const value = input.type === "file" ? input.files[0] : input.value;
      if (!value) continue;
      if (place === "path") path = path.replace(`{${name}}`, encodeURIComponent(value));
      else if (place === "query") query.append(name, value);
      else if (place === "header") headers[name] = value;
      else body.append(name, value);
    }
    const asked = `${query}` ? `?${query}` : "";
    const sent = this.told.requestBody ? { body } : {};
    return [this.api.servers[0].url + path + asked, { method: this.method.toUpperCase(), headers, ...sent }];
  }

  /** What stands before the key. */
  word() {
    const [needed] = this.told.security ?? this.api.security;
    const scheme = this.api.components.securitySchemes[Object.keys(needed)[0]];
    return scheme.scheme === "bearer" ? "Bearer " : "";
  }

  async send() {
    const button = this.form.querySelector("button");
    button.disabled = true;
    this.say("sending");
    try {
      const answer = await fetch(...this.request());
      const text = await answer.text();
      this.answer.replaceChildren(shown(answer, text));
      this.say(`${answer.status} ${answer.statusText}`.trim(), !answer.ok);
      if (answer.ok) this.follow(answer.status, parsed(text));
    } catch {
      this.say("silent", true);
    }
    button.disabled = false;
  }

  /** One line that is read out; words of the page are called by their names. */
  say(text, isBad = false) {
    this.status.textContent = $(text)?.content.textContent ?? text;
    this.status.classList.toggle("bad", isBad);
    if ($(text)) this.answer.replaceChildren();
  }

  /** Fill in what the document says that other operations take from this answer. */
  follow(status, body) {
    for (const link of Object.values(this.told.responses[status]?.links ?? {})) {
      const other = this.others.find((one) => one.id === link.operationId);
      for (const [name, value] of Object.entries(link.parameters)) {
        const field = other?.fields.find((one) => one.name === name);
        if (field) field.input.value = value.replace(/^\$response\.body#\/(\w+)$/, (_, key) => body[key]);
      }
    }
  }
}

// --- fields -----------------------------------------------------------------------------------------

/** The schema, with what it refers to; its own words go first. */
function resolved(api, schema) {
  if (!schema.$ref) return schema;
  const found = schema.$ref.slice(2).split("/").reduce((place, name) => place[name], api);
  return { ...found, ...schema };
}

/** The field with its label and its hint; `field.input` is what is filled in. */
function element(field, id) {
  const { schema } = field;
  const all = made("field").firstElementChild;
  const [label, hint] = [all.querySelector("label"), all.querySelector(".hint")];
  const input = field.input = control(schema);
  Object.assign(input, { id, name: field.name, required: Boolean(field.required) });
  label.htmlFor = id;
  label.querySelector(".name").textContent = field.name;
  label.querySelector(".needed").hidden = !field.required;
  hint.textContent = plain(field.description);
  hint.id = `${id}-hint`;
  if (hint.textContent) input.setAttribute("aria-describedby", hint.id);
  label.after(input);
  return all;
}

/** Words of the document without their marks. */
function plain(text = "") {
  return text.replaceAll("`", "");
}

function control(schema) {
  if (schema.enum) return choice(schema);
  if (schema.format === "binary") return made("file").firstElementChild;
  const input = made(schema.type === "integer" ? "number" : "text").firstElementChild;
  if (schema.minimum !== undefined) input.min = schema.minimum;
  if (schema.maximum !== undefined) input.max = schema.maximum;
  if (schema.maxLength !== undefined) input.maxLength = schema.maxLength;
  input.placeholder = schema.example ?? schema.examples?.[0] ?? schema.default ?? "";
  return input;
}

function choice(schema) {
  const select = made("choice").firstElementChild;
  select.append(...schema.enum.filter(Boolean).map((value) => new Option(value, value, false, value === schema.default)));
  return select;
}

// --- answers ----------------------------------------------------------------------------------------

function shown(answer, text) {
  const all = made("answer");
  const headers = [...answer.headers].map(([name, value]) => `${name}: ${value}`);
  all.querySelector(".headers pre").textContent = headers.join("\n");
  const body = parsed(text);
  all.querySelector(".body").textContent = body === undefined ? text : JSON.stringify(body, null, 2);
  all.querySelector(".links").append(...addresses(body).map(link));
  return all;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Every address in the answer where a result can be fetched, also inside texts that hold JSON. */
function addresses(value) {
  if (typeof value === "string") {
    if (value.startsWith("{")) return addresses(parsed(value));
    return /^https?:\/\/[^/]+\/api\/\S+$/.test(value) ? [value] : [];
  }
  if (value === null || typeof value !== "object") return [];
  return [...new Set(Object.values(value).flatMap(addresses))];
}

function link(address) {
  const item = made("link").firstElementChild;
  const anchor = item.querySelector("a");
  anchor.href = address;
  anchor.textContent = decodeURIComponent(new URL(address).pathname.split("/").pop());
  return item;
}

document.querySelectorAll("[data-document]").forEach(fill);
