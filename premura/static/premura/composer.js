// The composer: what is being written is never lost, its length is shown as the network counts, colleagues see who writes.

const PING_MS = 5_000;
const LOOK_MS = 20_000;
const NEARLY = 20;
const by_id = (id) => document.getElementById(id);
const composer = () => by_id("composer");
const letters = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const measures = {
  graphemes: (text) => [...letters.segment(text)].length,
  code_points: (text) => [...text].length,
  utf16: (text) => text.length,
  bytes: (text) => new TextEncoder().encode(text).length,
};
let pinged = 0;
let asked_at = performance.timeOrigin;  // when what is shown was asked for

// -- length ----------------------------------------------------------------------------------

// As `premura.networks.length.count` does: the server says by which words.
function length(text) {
  const { unit, instead, bytes_each } = JSON.parse(composer().dataset.counts);
  for (const [pattern, n] of instead) text = text.replace(new RegExp(pattern, "giu"), "x".repeat(n));
  return Math.max(measures[unit](text), bytes_each ? Math.ceil(measures.bytes(text) / bytes_each) : 0);
}

// As `premura.interact.signing.signed` does: the name that it leaves with counts too.
function signed(text) {
  const { signs, signer } = composer().dataset;
  const bare = text.replace(/[^\p{L}\p{N}]+$/u, "").toLowerCase();
  const ends = (name) => bare.endsWith(name) && !/[\p{L}\p{N}]$/u.test(bare.slice(0, -name.length));
  return !signs || !text || ends(signs.toLowerCase()) || ends(signer.toLowerCase()) ? text : `${text} – ${signs}`;
}

function count() {
  const field = by_id("reply-text"), way = composer()?.querySelector("[name=way]:checked");
  if (!field || !way?.dataset.most) return;
  const most = +way.dataset.most, used = length(signed(field.value.trim()));
  const output = by_id("reply-length");
  output.textContent = used > most ? output.dataset.over.replace("{n}", used - most) : `${used} / ${most}`;
  output.classList.toggle("count--over", used > most);
  output.classList.toggle("count--near", used <= most && used > most - NEARLY);
}

// -- drafts ----------------------------------------------------------------------------------

const drawer = (id = composer()?.dataset.id) => `draft:${id}`;

function keep() {
  const texts = { reply: by_id("reply-text")?.value ?? "", note: by_id("note-text")?.value ?? "" };
  const form = by_id("reply-form"), of_form = ["seen", "to", "begun_at", "draft", "edits"].map((name) => [name, form?.[name].value]);
  const server_has = form?.dataset.saved ?? form?.text.defaultValue;
  if (texts.reply || texts.note) sessionStorage.setItem(drawer(), JSON.stringify({ ...texts, way: form?.stands.value, server_has, ...Object.fromEntries(of_form) }));
  else sessionStorage.removeItem(drawer());
}

function bring_back() {
  if (!composer()) return;
  const kept = JSON.parse(sessionStorage.getItem(drawer()) ?? "{}");
  const reply = by_id("reply-text"), note = by_id("note-text");
  // What the server has is newer on whatever device; only what was not there yet when it was asked is brought back.
  // Words of another way never come back under this one: they wait under theirs.
  const elsewhere = kept.way && kept.way !== by_id("reply-form")?.stands.value;
  if (reply && kept.reply && !elsewhere && !(kept.saved_at < asked_at) && !reply.value) {
    const form = by_id("reply-form");
    reply.value = kept.reply;
    // They go on as the draft that they were, or begin now.
    form.begun_at.value ||= kept.begun_at || new Date().toISOString();
    form.draft.value ||= kept.draft ?? "";
    // What came in since these words were written has not been seen with them.
    if (kept.seen) form.seen.value = kept.seen;
    const to = kept.to && document.querySelector(`[data-answers="${kept.to}"]`);
    if (to) point_to(kept.to, to.dataset.name);
  }
  if (note && kept.note && !note.value) note.value = kept.note;
  show_pictures();
  count();
}

// Who has just sent knows what they said, also where they write on, or have other words waiting.
function saw_own(form, shown) {
  const reply = /id="thread"[^>]*data-seen="\d+\.(\d+)/.exec(shown)?.[1];
  // The second number of what was seen is that of our replies.
  const with_own = (seen) => (reply ? [seen.split(".")[0] || 0, reply, ...seen.split(".").slice(2)].join(".") : seen);
  form.seen.value = with_own(form.seen.value);
  document.dispatchEvent(new CustomEvent("composer:said", { detail: with_own }));
  if (form.begun_at.value === form.dataset.begun) {
    form.draft.value = "";
    form.begun_at.value = form.text.value ? new Date().toISOString() : "";  // what they write on is a draft of its own
  }
  keep();
}

// As long as nothing is written, whoever looks has seen what is shown.
function now_seen() {
  const form = by_id("reply-form"), thread = by_id("thread");
  if (form && thread && !form.text.value.trim() && !document.hidden) form.seen.value = thread.dataset.seen;
}

function put_away(form) {
  const field = form.querySelector("textarea");
  field.value = "";
  if (form.id === "reply-form") {
    for (const one of form.elements) {
      if (one.type === "checkbox") one.defaultChecked = false;
      else if (one.matches("textarea, [type=datetime-local]")) one.defaultValue = "";
    }
    form.reset();
    form.querySelector(".kept")?.remove();
    form.to.value = form.draft.value = form.begun_at.value = "";
    form.edits.value = 0;
    form.querySelector("[data-to]").hidden = true;
    by_id(`composer-notice-${composer().dataset.id}`).replaceChildren();
    by_id("pictures")?.removeAttribute("open");
    form.querySelectorAll(".picture img").forEach((picture) => picture.remove());
    document.dispatchEvent(new Event("composer:empty"));
    show_pictures();
    now_seen();
  }
  keep();
  count();
}

function show_pictures() {
  const n = [...composer().querySelectorAll("[type=file]")].filter((field) => field.files.length).length;
  const place = composer().querySelector("[data-pictures]");
  if (place) place.textContent = n || "";
  // One empty line is enough: the next shows when it is used.
  const lines = [...composer().querySelectorAll(".picture")];
  const empty = lines.findIndex((line) => !line.querySelector("[type=file]").files.length);
  lines.forEach((line, at) => { line.hidden = empty >= 0 && at > empty; });
}

// -- who is here -----------------------------------------------------------------------------

async function look(fields = {}) {
  if (!composer() || document.hidden) return;
  const body = new URLSearchParams({ csrfmiddlewaretoken: token(), ...fields });
  const answer = await fetch(composer().dataset.looking, { method: "POST", body, headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const here = by_id("presence"), holder = document.createElement("template");
  holder.innerHTML = await answer.text();
  const given = holder.content.querySelector("#presence");
  if (here && given && here.innerHTML !== given.innerHTML) here.innerHTML = given.innerHTML;
}

const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];

function leave() {
  const leaving = composer()?.dataset.leaving;
  if (leaving) navigator.sendBeacon(leaving, new URLSearchParams({ csrfmiddlewaretoken: token() }));
}

setInterval(look, LOOK_MS);
addEventListener("pagehide", leave);

// -- events ----------------------------------------------------------------------------------

document.addEventListener("input", (event) => {
  if (!event.target.closest("#composer")) return;
  count();
  keep();
  if (event.target.matches("textarea") && Date.now() - pinged > PING_MS) {
    pinged = Date.now();
    look({ typing: "1" });
  }
});

// A label takes the focus away only to give it to its field: in between the composer would fold, and the click miss it.
document.addEventListener("mousedown", (event) => {
  if (event.target.closest("#composer label") && !event.target.matches("input, select, textarea")) event.preventDefault();
});

// The box has the words of another way now.
document.addEventListener("composer:turned", () => { show_pictures(); count(); keep(); });

document.addEventListener("change", (event) => {
  if (event.target.matches("#composer [name=way]")) count();
  if (event.target.matches("#composer [type=file]")) preview(event.target);
});

function preview(field) {
  field.parentElement.querySelector("img")?.remove();
  show_pictures();
  const [file] = field.files;
  if (!file?.type.startsWith("image/")) return;
  const reader = new FileReader();
  reader.onload = () => {
    const picture = Object.assign(document.createElement("img"), { src: reader.result, alt: "" });
    field.before(picture);
    field.parentElement.querySelector("[type=text]").focus();
  };
  reader.readAsDataURL(file);
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("#composer textarea")) {
    event.preventDefault();
    event.target.form.requestSubmit();
  }
});

document.addEventListener("click", (event) => {
  const to = event.target.closest("[data-answers], [data-to-off]");
  if (to && by_id("reply-form")) {
    event.preventDefault();
    answer_to(to.dataset.answers ?? "", to.dataset.name ?? "");
  }
  const copied = event.target.closest("[data-copies]");
  if (copied && by_id("reply-text") && stands_for(copied.dataset.way)) {
    by_id("reply-text").value = copied.dataset.copies;
    by_id("reply-text").dispatchEvent(new Event("input", { bubbles: true }));
    by_id("reply-text").focus();
  }
});

// Whether the box is that way's, or can be made so: what failed in private is never taken up in public.
function stands_for(way) {
  const radio = composer().querySelector(`[name=way][value="${way}"]`);
  // It left in private before anybody had answered in public: there was a reason, and there still is.
  if (radio?.disabled && "waits" in radio.dataset) composer().querySelector("[name=private_reason]:not(:checked)")?.click();
  if (!radio?.checked) radio?.click();
  return !way || by_id("reply-form").stands.value === way;
}

function answer_to(pk, name) {
  const form = by_id("reply-form");
  point_to(pk, name);
  if (by_id("way-note").checked) composer().querySelector(`[name=way][value="${form.stands.value}"]`)?.click();
  form.text.focus();
  // What is answered is part of the draft, and of what the guard looks at.
  for (const what of ["input", "change"]) form.to.dispatchEvent(new Event(what, { bubbles: true }));
}

function point_to(pk, name) {
  const form = by_id("reply-form"), line = form.querySelector("[data-to]"), words = line.querySelector("span");
  const said = by_id(`message-${pk}`)?.querySelector(".said__text")?.textContent.trim().slice(0, 60) ?? "";
  form.to.value = pk;
  line.hidden = !pk;
  if (pk) words.textContent = `${words.dataset.template.replace("{name}", name)}: ${said}`;
}

document.body.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.detail.elt;
  if (event.detail.target?.id === "pane") asked_at = Date.now();
  if (form.matches("#reply-form, #note-form")) form.dataset.sent = form.querySelector("textarea").value;
  if (form.id === "reply-form") form.dataset.begun = form.begun_at.value;
});
document.body.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id === "pane") leave();
});
document.body.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target?.id === "pane") { bring_back(); look(); }
  now_seen();
});
document.body.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt;
  if (form.id === "reply-form" && event.detail.successful && event.detail.xhr.status < 300) saw_own(form, event.detail.xhr.responseText);
  // Who writes on while the reply is on its way keeps what they wrote.
  if (form.dataset.sent !== form.querySelector("textarea")?.value) return;
  if (event.detail.xhr.status < 300 && event.detail.successful && form.matches("#reply-form, #note-form")) put_away(form);
});
// A reply that was called back, or a draft that was taken over, came with the whole composer.
document.body.addEventListener("htmx:oobAfterSwap", (event) => {
  if (event.detail.target?.id !== "composer") return;
  sessionStorage.removeItem(drawer());
  bring_back();
  by_id("reply-text")?.focus();
});
document.body.addEventListener("htmx:sendError", (event) => unsent(event.detail.elt));
document.body.addEventListener("htmx:responseError", (event) => unsent(event.detail.elt));

function unsent(form) {
  const notice = by_id(`composer-notice-${composer()?.dataset.id}`);
  if (!form.matches("#reply-form, #note-form") || !notice) return;
  const line = Object.assign(document.createElement("p"), { className: "notice notice--brick", textContent: composer().dataset.unsent });
  notice.replaceChildren(line);
}

bring_back();
look();
