// The guard: what it says appears under the words while somebody types, takes no focus, and is mended with one key.

const PAUSE_MS = 350;
const by_id = (id) => document.getElementById(id);
const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
let waiting = 0, asked = 0;

function later() {
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
  const answer = await fetch(place.dataset.url, { method: "POST", body, headers: { "X-CSRFToken": token(), "HX-Request": "true" } }).catch(() => null);
  // What came back for words that were changed since says nothing about these.
  if (mine !== asked || !answer?.ok || answer.redirected || by_id("reply-form")?.text.value !== text) return;
  show(await answer.text(), text);
}

function show(html, text) {
  const list = by_id("guard-list");
  if (!list || list.contains(document.activeElement)) return mark(text);
  const open = list.querySelector("#guard-preview")?.open;
  list.innerHTML = html;
  if (open) list.querySelector("#guard-preview")?.setAttribute("open", "");
  const says = list.querySelector("template")?.dataset.says ?? "", status = by_id("guard-says");
  if (status && status.textContent !== says) status.textContent = says;
  mark(text);
}

// -- the line under the words ------------------------------------------------------------------

// Offsets are code points; a text field counts UTF-16.
const at = (text, points) => [...text].slice(0, points).join("").length;

function mark(text) {
  const field = by_id("reply-text");
  if (!field) return;
  const mirror = by_id("reply-mirror") ?? made(field);
  const found = [...document.querySelectorAll("#guard-list [data-start]")]
    .map((item) => ({ start: at(text, +item.dataset.start), end: at(text, +item.dataset.end), severity: item.dataset.severity }))
    .filter((one) => one.end - one.start < text.trim().length)
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
  const field = by_id("reply-text"), text = field.value;
  const start = at(text, +item.dataset.start), end = at(text, +item.dataset.end);
  field.focus();
  field.setRangeText(item.dataset.fix, start, end, "end");
  const tidy = field.value.replace(/[ \t]+\n/g, "\n").replace(/[ \t]{2,}/g, " ");
  if (tidy !== field.value) field.value = tidy;
  by_id("guard-list").replaceChildren();
  field.dispatchEvent(new Event("input", { bubbles: true }));
  clearTimeout(waiting);
  look();
}

document.addEventListener("input", (event) => {
  if (event.target.id === "reply-text") { mark(event.target.value); later(); }
});
document.addEventListener("change", (event) => {
  if (event.target.closest("#composer") && !event.target.closest("#guard-list [type=text]") && event.target.id !== "reply-text") later();
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
  if (event.detail.target?.id === "pane" || event.detail.elt?.id === "reply-form") later();
});
document.body.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.elt?.id === "reply-form") later();
});
later();
