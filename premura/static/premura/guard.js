// The guard: what it says appears under the words while somebody types, takes no focus, and is mended with one key.

const PAUSE_MS = 350, AGAIN_MS = 15_000, LONGEST_MS = 30_000;
const by_id = (id) => document.getElementById(id);
const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
let waiting = 0, asked = 0;
let known = null;  // the text that the findings on the screen belong to; null: nobody remembers
let wished = null;  // a fix that was asked for while they were of other words

// Look once they pause.  What was asked before now is of a state that is gone: its answer would take a tick back.
function later() {
  asked++;
  clearTimeout(waiting);
  waiting = setTimeout(look, PAUSE_MS);
}

async function look() {
  const place = by_id("guard"), form = by_id("reply-form");
  if (!place || !form) return;
  const mine = ++asked, text = form.text.value;
  const body = new FormData(form);
  for (const name of [...body.keys()]) if (body.get(name) instanceof File) body.delete(name);
  const way = document.querySelector("#composer [name=way]:checked");
  if (way) body.set("way", way.value);
  if (way?.value === "note" || !text.trim()) return show("", text);
  const headers = { "X-CSRFToken": token(), "HX-Request": "true" }, signal = AbortSignal.timeout(LONGEST_MS);
  const answer = await fetch(place.dataset.url, { method: "POST", body, headers, signal }).catch(() => null);
  const html = answer?.ok && !answer.redirected ? await answer.text().catch(() => null) : "";
  // What came back for words that were changed since says nothing about these.
  if (mine !== asked || by_id("reply-form")?.text.value !== text) return;
  if (html === null || !answer || answer.status >= 500) return cannot_look();
  if (answer.ok && !answer.redirected) show(html, text);
}

// Nobody is to think that all is well because nothing is said.
function cannot_look() {
  tell(by_id("guard-cannot")?.dataset.words);
  clearTimeout(waiting);
  waiting = setTimeout(look, AGAIN_MS);
}

function tell(words) {
  const line = by_id("guard-cannot");
  if (line && line.textContent !== words) line.textContent = words;
}

function show(html, text) {
  const list = by_id("guard-list");
  tell("");
  // Who is writing a reason is left alone: it is looked at again when they leave it.
  if (!list || list.contains(document.activeElement) && is_reason(document.activeElement)) return mark(text);
  const open = [...list.querySelectorAll("details[open]")].map(path), given = given_in(list);
  const focused = list.contains(document.activeElement) && path(document.activeElement);
  list.innerHTML = html;
  known = text;
  if (text.trim()) give_back(list, given);
  for (const one of open) list.querySelector(one)?.setAttribute("open", "");
  if (focused) (list.querySelector(focused) ?? by_id("reply-text"))?.focus({ preventScroll: true });
  const says = list.querySelector("template")?.dataset.says ?? "", status = by_id("guard-says");
  if (status && status.textContent !== says) status.textContent = says;
  mark(text);
  reach();
  if (!by_id("way-note")?.checked && ![...list.querySelectorAll("[data-rule]")].some(stops)) document.querySelector("#composer [data-stopped]")?.remove();
  grant();
}

// What scrolls can be scrolled with the keys too.
function reach() {
  const place = by_id("guard");
  if (place.scrollHeight > place.clientHeight + 1) place.tabIndex = 0;
  else place.removeAttribute("tabindex");
}

// Whether a finding keeps the reply from leaving: a reason that was given lets it go.
function stops({ dataset: { severity, rule } }) {
  const why = document.querySelector(`#guard-list [name="override-${CSS.escape(rule)}"]`);
  return ["block", "warn"].includes(severity) && rule !== "collision" && !why?.value.trim();
}

// -- what is kept when the list is made anew -----------------------------------------------------

const is_reason = (input) => input.matches?.("#guard-list [name^='override-'][type=text]");

// Return how the same control is found in a list that was made anew.
function path(control) {
  const item = control.closest("[data-rule]"), within = item ? `[data-rule="${CSS.escape(item.dataset.rule)}"] ` : "";
  if (control.id) return `#${CSS.escape(control.id)}`;
  if (control.name) return `[name="${CSS.escape(control.name)}"][value="${CSS.escape(control.value)}"]:not([type=hidden])`;
  if (control.matches("summary")) return `${path(control.parentElement)} > summary`;
  if (control.matches("[data-fixes]")) return `${within}[data-fixes]`;
  return `${within}${control.localName}`;
}

function given_in(list) {
  const all = [...list.querySelectorAll("input[name]")].filter((input) => input.type === "checkbox" ? input.checked : input.value.trim());
  return all.map(({ name, value }) => ({ name, value }));
}

// What was ticked is in the answer; a reason is kept for when it is asked for again, and where nothing is asked, all is.
function give_back(list, given) {
  const empty = !list.firstElementChild;
  for (const { name, value } of given) {
    const reason = name.startsWith("override-"), which = reason ? "" : `[value="${CSS.escape(value)}"]`;
    const input = list.querySelector(`[name="${CSS.escape(name)}"]${which}`);
    if (input && is_reason(input)) input.value = value;
    else if (!input && (empty || reason)) keep(list, name, value);
  }
}

function keep(list, name, value) {
  const input = Object.assign(document.createElement("input"), { type: "hidden", name, value });
  input.setAttribute("form", "reply-form");
  list.append(input);
}

// -- the line under the words ------------------------------------------------------------------

// Offsets are code points; a text field counts UTF-16.
const at = (text, points) => [...text].slice(0, points).join("").length;
const once = (text, words) => text.indexOf(words) >= 0 && text.indexOf(words) === text.lastIndexOf(words);

// Return where the words that a finding means stand in `text`; null where nobody can tell without asking.
function place(item, text) {
  if (known === null) return null;
  const start = at(known, +item.dataset.start), end = at(known, +item.dataset.end);
  if (text === known) return { start, end };
  const meant = known.slice(start, end), longer = text.length - known.length, least = Math.min(text.length, known.length);
  if (!meant.trim() || meant.trim() === known.trim()) return null;
  let before = 0, after = 0;
  while (before < least && text[before] === known[before]) before++;
  while (after < least - before && text.at(-1 - after) === known.at(-1 - after)) after++;
  if (end <= before) return { start, end };
  if (start >= known.length - after) return { start: start + longer, end: end + longer };
  if (!once(known, meant) || !once(text, meant)) return null;
  return { start: text.indexOf(meant), end: text.indexOf(meant) + meant.length };
}

function mark(text) {
  const field = by_id("reply-text");
  if (!field) return;
  const mirror = by_id("reply-mirror") ?? made(field);
  const found = [...document.querySelectorAll("#guard-list [data-start]")]
    .map((item) => ({ ...place(item, text), severity: item.dataset.severity }))
    .filter((one) => one.end > one.start && one.end - one.start < text.trim().length)
    .sort((a, b) => a.start - b.start);
  mirror.replaceChildren();
  let here = 0;
  for (const one of found) {
    if (one.start < here) continue;
    mirror.append(text.slice(here, one.start));
    mirror.append(Object.assign(document.createElement("mark"), { className: `meant meant--${one.severity}`, textContent: text.slice(one.start, one.end) }));
    here = one.end;
  }
  mirror.append(text.slice(here), "\u200b");
  mirror.scrollTop = field.scrollTop;
}

function made(field) {
  const holder = Object.assign(document.createElement("div"), { className: "mirrored" });
  const mirror = Object.assign(document.createElement("div"), { id: "reply-mirror", className: "mirrored__words" });
  mirror.setAttribute("aria-hidden", "true");
  const focused = document.activeElement === field, [from, to] = [field.selectionStart, field.selectionEnd];
  field.replaceWith(holder);
  holder.append(mirror, field);
  if (focused) { field.focus(); field.setSelectionRange(from, to); }
  field.addEventListener("scroll", () => { mirror.scrollTop = field.scrollTop; });
  return mirror;
}

// -- mending -----------------------------------------------------------------------------------

function mend(item) {
  const field = by_id("reply-text"), here = place(item, field.value), { rule, fix } = item.dataset;
  wished = here ? null : { field, rule, fix, words: words_of(item) };
  if (here) {
    write(field, joined(field.value, here, fix));
    const list = by_id("guard-list"), given = given_in(list);
    list.replaceChildren();
    give_back(list, given);
  }
  clearTimeout(waiting);
  look();
}

const words_of = (item) => item.querySelector(".guard__words")?.textContent;

// Mend what was asked for before the answer was there, where it still is the same thing.
function grant() {
  const { field, rule, fix, words } = wished ?? {};
  wished = null;
  if (!field?.isConnected) return;
  const all = [...document.querySelectorAll("#guard-list [data-start]")]
    .filter((item) => item.dataset.rule === rule && item.dataset.fix === fix && words_of(item) === words);
  if (all.length === 1 && all[0].querySelector("[data-fixes]")) mend(all[0]);
}

// Return what is to be written where, so that no blanks are doubled or left at the end of a line.
function joined(text, { start, end }, fix) {
  if (/^$|\s$/.test(text.slice(0, start))) fix = fix.replace(/^[ \t]+/, "");
  if (/^$|\s$/.test(text.slice(0, start) + fix)) end += /^[ \t]*/.exec(text.slice(end))[0].length;
  if (text[end] === "\n") {
    fix = fix.replace(/[ \t]+$/, "");
    if (!fix) start -= /[ \t]*$/.exec(text.slice(0, start))[0].length;
  }
  return { start, end, words: fix };
}

// Written as if by hand, so that the keys for undoing give it back.
function write(field, { start, end, words }) {
  field.focus();
  field.setSelectionRange(start, end);
  if (start === end && !words) return;
  if (document.execCommand(words ? "insertText" : "delete", false, words)) return;
  field.setRangeText(words, start, end, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("input", (event) => {
  if (event.target.id === "reply-text") { mark(event.target.value); later(); }
});
document.addEventListener("composer:turned", () => { mark(by_id("reply-text").value); later(); });
document.addEventListener("change", (event) => {
  if (event.target.closest("#composer") && !event.target.closest("#guard-list [type=text]") && event.target.id !== "reply-text") later();
});
addEventListener("online", look);
document.addEventListener("focusout", (event) => {
  if (is_reason(event.target) && event.target.isConnected) later();
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-fixes]");
  if (button) mend(button.closest("[data-start]"));
});
document.addEventListener("keydown", (event) => {
  const n = /^F([1-9])$/.exec(event.key)?.[1];
  if (!n || event.ctrlKey || event.metaKey || event.altKey || !event.target.closest("#composer, #reply-form")) return;
  const item = document.querySelectorAll("#guard-list [data-start]")[n - 1];
  if (item?.querySelector("[data-fixes]")) {
    event.preventDefault();
    mend(item);
  }
});
document.body.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target?.id === "pane") known = wished = null;
  if (event.detail.target?.id === "pane" || event.detail.elt?.id === "reply-form") later();
});
document.body.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.elt?.id === "reply-form") later();
});
later();
