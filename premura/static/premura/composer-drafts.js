// Drafts: what is being written is kept on the server a moment after the last key, for every device and all colleagues.

const PAUSE_MS = 1_000, AGAIN_MS = 15_000;
const by_id = (id) => document.getElementById(id);
const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
const uploading = new Set();  // lines whose picture is on its way
const refused = new Set();  // pictures that the server did not take: they wait in the form until one chooses again
const unsaved = new Map();  // what the server does not have yet: also what has left the box meanwhile
let timer = 0, deleting = false;

function later() {
  clearTimeout(timer);
  timer = setTimeout(save, PAUSE_MS);
}

const key = (id, { begun_at, draft }) => `${id} ${begun_at.value || draft.value}`;

function fields(form) {
  const body = new FormData(form);
  for (const [name, value] of [...body]) {
    if (value instanceof File && (!value.size || uploading.has(name) || refused.has(value))) body.delete(name);
  }
  body.set("way", form.stands.value);  // under the note, too, the words stay those of their way
  return body;
}

function save() {
  clearTimeout(timer);
  timer = 0;
  const now = written();
  if (now) {
    unsaved.delete(now.key);
    unsaved.set(now.key, now);  // the last to be sent, and so the newest
  }
  for (const one of [...unsaved.values()]) if (!one.on_its_way) send(one);
}

function written() {
  const form = by_id("reply-form"), composer = by_id("composer");
  if (!form) return null;
  const { id, draft: url } = composer.dataset, text = form.text.value, begun = form.begun_at.value, body = fields(form);
  const files = [...body].filter(([, value]) => value instanceof File).map(([name, file]) => [name, file, form.elements[name]]);
  if (!text.trim() && !form.draft.value && !files.length) return null;
  return { key: key(id, form), id, url, form, text, begun, body, files };
}

async function send(one) {
  const { url, body, files } = one;
  one.on_its_way = new AbortController();
  files.forEach(([name]) => uploading.add(name));
  const headers = { "HX-Request": "true", "X-CSRFToken": token() };
  // What is kept alive beyond the page may not be as large as a picture.
  const answer = await fetch(url, { method: "POST", body, headers, keepalive: !files.length, signal: one.on_its_way.signal }).catch(() => null);
  files.forEach(([name]) => uploading.delete(name));
  const saved = answer?.ok && !answer.redirected ? await answer.json().catch(() => null) : null;
  one.on_its_way = null;
  const lost = !saved && (!answer || answer.ok && !answer.redirected || answer.status >= 500);
  if (unsaved.get(one.key) === one) {
    if (!lost) unsaved.delete(one.key);
    else if (!timer) timer = setTimeout(save, AGAIN_MS);
  }
  if (!saved) return;
  saved_apart(one);
  arrived(one, saved);
}

function saved_apart({ id, begun }) {
  const before = apart(id), left = before.filter((words) => words.begun_at !== begun);
  if (left.length === before.length) return;
  set_apart(id, left);
  if (by_id("composer")?.dataset.id === id) by_id("open")?.dispatchEvent(new Event("bell"));  // to be shown beside the box
}

function arrived({ id, form, text, begun, files }, { draft, pictures, trouble }) {
  if (by_id("composer")?.dataset.id !== id || by_id("reply-form") !== form) return;
  document.dispatchEvent(new CustomEvent("composer:kept", { detail: { begun, draft } }));
  for (const [name, file, field] of files) hold(field, file, pictures[name.slice("picture-".length)]);
  // They wait meanwhile, and other words are in the box.
  if (!begun || form.begun_at.value !== begun) return;
  form.draft.value = draft ?? "";
  form.dataset.saved = text;
  if (trouble) {
    files.forEach(([, file]) => refused.add(file));
    tell(trouble);
  }
  kept(id, text, form.text.value === text);
}

// A picture that the draft has is not sent again: its line names it, and describes it there.
function hold(field, file, picture) {
  if (!picture) return;
  const line = field?.closest(".picture"), own = field?.files[0] === file;
  const name = own ? "kept" : "dropped";
  (line ?? by_id("reply-form")).append(Object.assign(document.createElement("input"), { type: "hidden", name, value: picture }));
  if (!own) return;
  const alt = line.querySelector("[type=text]");
  field.dataset.name = field.name;
  alt.dataset.name = alt.name;
  field.removeAttribute("name");
  alt.name = `alt-kept-${picture}`;
}

// Another picture in its place, or none: what the line named goes out of the draft.
function let_go(line) {
  for (const field of line.querySelectorAll("[data-name]")) {
    field.name = field.dataset.name;
    delete field.dataset.name;
  }
  const held = line.querySelector("[name=kept]");
  if (held) held.name = "dropped";
}

function tell(trouble) {
  const line = Object.assign(document.createElement("p"), { className: "notice notice--brick", textContent: trouble });
  by_id(`composer-notice-${by_id("composer").dataset.id}`)?.replaceChildren(line);
}

function kept(id, server_has, whole) {
  const drawer = in_drawer(id);
  if (drawer) sessionStorage.setItem(`draft:${id}`, JSON.stringify({ ...drawer, server_has, ...whole && { saved_at: Date.now() } }));
}

const in_drawer = (id) => JSON.parse(sessionStorage.getItem(`draft:${id}`) ?? "null");

// Before all others, so that what the tab keeps of the words says when they were begun.
document.addEventListener("input", (event) => {
  const form = event.target.closest("#reply-form");
  if (!form) return;
  if (event.target.type === "file") {
    form.begun_at.value ||= new Date().toISOString();
    let_go(event.target.closest(".picture"));
    refused.clear();
  }
  if (event.target.id === "reply-text") {
    form.begun_at.value ||= new Date().toISOString();
    // Taking out what one wrote is an edit, however many letters go at once.
    const takes_out = event.inputType?.startsWith("delete") ?? false;
    if (takes_out && !deleting) form.edits.value = +form.edits.value + 1;
    deleting = takes_out;
  }
  later();
}, true);

// What is sent is no draft any more: nothing may keep it a moment later.
const SENDS = "#reply-form, [data-recalls]";
document.body.addEventListener("htmx:beforeRequest", (event) => {
  if (!event.detail.elt.matches(SENDS)) return;
  clearTimeout(timer);
  timer = 0;
  const form = by_id("reply-form"), mine = (one) => one.form === form && ["", form.begun_at.value].includes(one.begun);
  for (const one of [...unsaved.values()].filter(mine)) {
    unsaved.delete(one.key);
    one.on_its_way?.abort();
  }
  if (unsaved.size) timer = setTimeout(save, AGAIN_MS);
});
// What did not leave is one still.
document.body.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.elt.matches(SENDS) && !(detail.successful && detail.xhr.status < 300)) later();
});
document.addEventListener("composer:empty", () => {
  document.querySelectorAll("#reply-form .picture").forEach(let_go);
  document.querySelectorAll("#reply-form [name=dropped]").forEach((field) => field.remove());
});
document.addEventListener("composer:turning", () => { if (timer) save(); });
document.addEventListener("composer:turned", later);
document.body.addEventListener("htmx:beforeSwap", (event) => { if (event.detail.target.id === "pane" && timer) save(); });
addEventListener("pagehide", () => { if (timer) save(); });
addEventListener("online", () => { if (timer) save(); });

// Words of another way that this tab had from before, and the server never got.
document.addEventListener("composer:left", ({ detail: words }) => send_too(words));

function send_too(words) {
  const form = by_id("reply-form"), { id, draft: url } = by_id("composer").dataset, { text, begun_at: begun } = words;
  const body = new FormData(), given = { way: words.way, stands: words.way, our_mistake: words.our_mistake ? "1" : "", aside: "1" };
  for (const name of ["text", "begun_at", "edits", "to", "seen", "promised_for"]) given[name] = words[name] ?? "";
  for (const [name, value] of Object.entries(given)) body.set(name, value);
  // They were written where nobody had answered in public: a reason was given, and it still holds.
  if (words.way === "private" && document.querySelector("#composer [name=private_reason]")) body.set("private_reason", "1");
  const name = `${id} ${begun}`;
  unsaved.set(name, { key: name, id, url, form, text, begun, body, files: [] });
  later();
}

// And those of this way: they came back into the box, or go on from what the server got, or stand beside it.
function resume() {
  const form = by_id("reply-form"), id = by_id("composer")?.dataset.id;
  if (!form) return;
  apart(id).forEach(send_too);
  const words = in_drawer(id);
  if (!words?.reply?.trim() || words.saved_at || words.way !== form.stands.value) return;
  if (alike(words.reply, form.text.value)) return later();
  if (is_of(form, words) && alike(words.server_has ?? "", form.text.value)) form.text.value = words.reply;
  else stand_apart(id, form, words);
  document.dispatchEvent(new Event("composer:turned"));
}

const alike = (one, other) => one.trim() === other.trim();

function is_of({ draft, begun_at }, words) {
  return words.draft ? words.draft === draft.value : Date.parse(words.begun_at) === Date.parse(begun_at.value);
}

// The box has another draft, or the same as it was changed elsewhere: these become one of their own, however often the
// page is loaded before the server has it.
function stand_apart(id, form, { reply: text, way, to, seen, edits, begun_at }) {
  const begun = begun_at && Date.parse(begun_at) !== Date.parse(form.begun_at.value) ? begun_at : new Date().toISOString();
  const words = { text, way, to, seen, edits, begun_at: begun };
  set_apart(id, [...apart(id), words]);
  send_too(words);
}

const apart = (id) => JSON.parse(sessionStorage.getItem(`apart:${id}`) ?? "[]");

function set_apart(id, words) {
  if (words.length) sessionStorage.setItem(`apart:${id}`, JSON.stringify(words));
  else sessionStorage.removeItem(`apart:${id}`);
}

document.body.addEventListener("htmx:afterSettle", (event) => { if (event.detail.target?.id === "pane") resume(); });
resume();
