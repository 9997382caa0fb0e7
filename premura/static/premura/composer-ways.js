// Each way has words of its own: what is written to one person never comes to stand where everybody reads it.

const by_id = (id) => document.getElementById(id);
const form = () => by_id("reply-form");
const ways = () => [...document.querySelectorAll("#composer [name=way]:not([value=note])")];
const drawer = () => `waits:${by_id("composer").dataset.id}`;
const FIELDS = ["text", "draft", "begun_at", "edits", "to", "seen", "promised_for"];
const MOST_SHOWN = 80;
let of = null;  // the composer that all this belongs to
let waiting = null;  // what is written for the way that is not chosen: { way, … }
let empty_lines = [];  // where pictures are chosen, as they were before any was

// -- in the box, and out of it -----------------------------------------------------------------------

const lines = () => form().querySelector("#pictures ol");
const pictured = () => Boolean(form().querySelector(".kept") || [...form().querySelectorAll("[type=file]")].some((one) => one.files.length));

function taken(way) {
  const words = Object.fromEntries(FIELDS.map((name) => [name, form()[name].value]));
  const kept = form().querySelector(".kept"), dropped = [...form().querySelectorAll(":scope > [name=dropped]")];
  return { ...words, way, our_mistake: form().our_mistake.checked, said_to: said_to(), kept, dropped, lines: [...lines()?.children ?? []] };
}

// Without words to put in, the box is as new; it still answers the message that was picked.
function put(words) {
  const now = { ...Object.fromEntries(FIELDS.map((name) => [name, ""])), edits: 0, to: form().to.value, seen: by_id("thread")?.dataset.seen ?? form().seen.value, ...words };
  for (const name of FIELDS) form()[name].value = now[name];
  form().our_mistake.checked = Boolean(now.our_mistake);
  form().querySelector(".kept")?.remove();
  form().querySelectorAll(":scope > [name=dropped]").forEach((one) => one.remove());
  if (now.kept) form().querySelector(".care").before(now.kept);
  form().append(...now.dropped ?? []);
  lines()?.replaceChildren(...now.lines?.length ? now.lines : empty_lines.map((line) => line.cloneNode(true)));
  if (now.said_to !== undefined) said_to(now.said_to, !now.to);
  // What was said of the other words, and made of them, says nothing of these.
  by_id("guard-list").replaceChildren();
  by_id("turned-place")?.replaceChildren();
  by_id(`composer-notice-${by_id("composer").dataset.id}`)?.replaceChildren();
}

function said_to(words, hidden) {
  const line = form().querySelector("[data-to]"), place = line.querySelector("span");
  if (words === undefined) return place.textContent;
  place.textContent = words;
  line.hidden = hidden;
}

// -- turning -----------------------------------------------------------------------------------------

function turn(to) {
  const from = form()?.stands.value;
  if (!from || to === from || to === "note") return;
  document.dispatchEvent(new Event("composer:turning"));
  form().stands.value = to;
  const written = form().text.value.trim() || pictured(), moves = to === "private" && written && !waiting;
  // Words that nobody has read yet may become private; never the other way round.
  if (!moves) {
    const before = written ? taken(from) : null;
    put(waiting);
    wait(before);
  }
  turned();
}

function turned() {
  tell();
  document.dispatchEvent(new Event("composer:turned"));
}

function wait(words) {
  waiting = words;
  if (words?.text.trim()) sessionStorage.setItem(drawer(), JSON.stringify({ ...words, kept: null, dropped: [], lines: [] }));
  else sessionStorage.removeItem(drawer());
}

// On purpose, and seen: they stand in the public box now.
function bring() {
  const words = waiting, written = form().text.value.trimEnd();
  wait(null);
  if (written || pictured()) form().text.value = [written, words.text].filter(Boolean).join("\n");
  else put(words);
  turned();
  form().text.focus();
}

function tell() {
  const place = by_id("words-wait");
  place.replaceChildren();
  if (!waiting) return;
  const words = waiting.text.trim().replace(/\s+/g, " ");
  const shown = words.length > MOST_SHOWN ? `${words.slice(0, MOST_SHOWN)}…` : words || "…";
  const told = place.dataset[waiting.way].replace("{words}", shown);
  place.append(Object.assign(document.createElement("span"), { textContent: told }));
  if (waiting.way !== "private") return;
  const button = Object.assign(document.createElement("button"), { type: "button", className: "button button--quiet button--small", textContent: place.dataset.brings });
  button.addEventListener("click", bring);
  place.append(" ", button);
}

// -- a composer that is new on the page ----------------------------------------------------------------

function begin() {
  if (by_id("composer") === of) return;
  of = by_id("composer");
  waiting = null;
  if (!of || !form()) return;
  empty_lines = [...lines()?.children ?? []].map((line) => line.cloneNode(true));
  const left = left_behind(), here = left.find((words) => words.way === form().stands.value), there = left.find((words) => words !== here);
  const comes_back = here && !form().text.value;
  if (comes_back) put(here);
  wait(there ?? null);
  const chosen = ways().find((way) => way.checked), first = ways().find((way) => !way.disabled);
  // The way of these words may be shut by now: they wait, and another way begins with none.
  if (!chosen && first && !by_id("way-note").checked) first.click();
  else if (chosen) turn(chosen.value);
  if (there && !there.draft) document.dispatchEvent(new CustomEvent("composer:left", { detail: there }));
  if (comes_back || there) turned();
  else tell();
}

// What this tab had for each way that is not in the box, and the server may not have yet.
function left_behind() {
  const apart = JSON.parse(sessionStorage.getItem(drawer()) ?? "null");
  const { reply: text, way, seen = "", begun_at, draft = "", edits = 0, saved_at } = JSON.parse(sessionStorage.getItem(`draft:${of.dataset.id}`) ?? "{}");
  const elsewhere = text && !saved_at && way && way !== form().stands.value && way !== apart?.way;
  const last = elsewhere && { text, way, seen, begun_at: begun_at || new Date().toISOString(), draft, edits };
  return [apart, last].filter(Boolean);
}

document.addEventListener("change", (event) => {
  if (event.target.matches("#composer [name=way]")) turn(event.target.value);
});
// What was sent while one had turned to other words is not written any more.
document.body.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.elt.id !== "reply-form" || !detail.successful || waiting?.text !== detail.elt.dataset.sent) return;
  wait(null);
  tell();
});
// What was sent is gone; its way may have been put back to the first one.
document.addEventListener("composer:empty", () => {
  const chosen = ways().find((way) => way.checked)?.value;
  if (chosen) form().stands.value = chosen;
  if (waiting && waiting.way === chosen) {
    put(waiting);
    wait(null);
  }
  tell();
});
document.addEventListener("composer:said", ({ detail: with_own }) => { if (waiting) waiting.seen = with_own(waiting.seen); });
document.addEventListener("composer:kept", ({ detail }) => {
  if (!waiting || waiting.begun_at !== detail.begun) return;
  waiting.draft = detail.draft ?? "";
  sessionStorage.removeItem(drawer());
});
document.body.addEventListener("htmx:afterSettle", begin);
document.body.addEventListener("htmx:oobAfterSwap", begin);
begin();
