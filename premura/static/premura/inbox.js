// The living list.  When the bell rings it asks for the rows that changed, through the same view, and merges them by id.
// A row under the pointer or the focus does not move, and what is new above a list that is in use waits behind a button.

const AT_ONCE = 100;
const REST_MS = 400;
const list = document.getElementById("list");
const rows = document.getElementById("rows");
const scroller = document.getElementById("list-scroll");
const fresh = document.querySelector("#new");
const waiting = new Map(); // id -> row that waits
const asked = new Set();
let timer, everything = false, busy = false;

const narrow = matchMedia("(max-width: 819px)");
const scrolled = () => (narrow.matches ? scrollY : scroller.scrollTop) > 8;
const inUse = () => scrolled() || (!narrow.matches && list.matches(":hover")) || rows.contains(document.activeElement);
// Where a row stands: what comes first on top where so asked, else by its time.
const order = list.dataset.order;
const place = (row) => Number(order === "first" ? row.dataset.rank : row.dataset.at);
const comes_after = (a, b) => (order === "oldest" ? place(a) > place(b) : place(a) < place(b));
const address = (extra) => list.dataset.url + (list.dataset.url.includes("?") ? "&" : "?") + extra;
const is_first = (row) => !row.previousElementSibling;
const say = (text) => document.body.dispatchEvent(new CustomEvent("premura:say", { detail: text }));

document.body.addEventListener("premura:inbox", (event) => {
  event.detail.ids.forEach((id) => asked.add(id));
  everything ||= !event.detail.ids.length || asked.size > AT_ONCE;
  timer ??= setTimeout(ask, busy ? REST_MS : 30);
});

async function ask() {
  busy = true;
  const ids = everything ? [...rows.querySelectorAll(".row")].slice(0, AT_ONCE).map((row) => row.dataset.id) : [...asked];
  const all = everything;
  asked.clear();
  everything = false;
  try {
    if (all) merge(await fetched(list.dataset.url, "list"), []);
    if (ids.length) merge(await fetched(address(`only=${ids}`)), ids);
  } catch { /* the next bell, or the look once a minute, asks again */ }
  setTimeout(() => { busy = false; timer = undefined; if (asked.size || everything) ask(); }, REST_MS);
}

async function fetched(url) {
  const answer = await fetch(url, { headers: { "HX-Request": "true" } });
  if (!answer.ok || answer.redirected) throw new Error(answer.status);
  const holder = document.createElement("template");
  holder.innerHTML = await answer.text();
  return holder.content;
}

function merge(given, ids) {
  const came = new Map([...given.querySelectorAll(".row")].map((row) => [row.dataset.id, row]));
  for (const [id, row] of came) take(id, row);
  for (const id of ids) if (!came.has(id)) lose(id);
  count(given.querySelector("#counts"));
  show_waiting();
}

function take(id, row) {
  const here = document.getElementById(row.id);
  if (here && place(here) === place(row)) return refresh(here, row);
  if (is_below(row)) return here && lose(id);
  if (inUse()) {
    waiting.set(id, row);
    if (here) refresh(here, row, here.dataset);
  } else {
    put(row, here);
  }
}

// What is further down than the rows we have shows when one gets there.
function is_below(row) {
  const last = rows.querySelector(".row:last-of-type");
  return document.getElementById("more") && last && comes_after(row, last);
}

// The element stays, so that focus, pointer and scroll stay with it.
function refresh(here, row, { at, rank } = row.dataset) {
  const link = here.querySelector("a"), newer = row.querySelector("a");
  here.className = row.className;
  Object.assign(here.dataset, { at, rank });
  if (link.innerHTML !== newer.innerHTML) link.innerHTML = newer.innerHTML;
}

function put(row, here) {
  const is_open = here?.querySelector("a[aria-current]") || row.dataset.id === document.getElementById("open")?.dataset.id;
  here?.remove();
  const later = [...rows.querySelectorAll(".row")].find((other) => comes_after(other, row));
  rows.insertBefore(row, later ?? document.getElementById("more") ?? rows.querySelector("template"));
  htmx.process(row);
  if (is_open) row.querySelector("a").setAttribute("aria-current", "true");
  empty();
}

function lose(id) {
  waiting.delete(id);
  const here = document.getElementById(`row-${id}`);
  if (!here) return;
  const held = here.matches(":hover, :focus-within") || here.querySelector("a[aria-current]");
  if (held) here.classList.add("row--gone");
  else here.remove();
  empty();
}

function count(counts) {
  for (const { value, textContent } of counts?.content.querySelectorAll("data") ?? [])
    for (const place of document.querySelectorAll(`[data-count="${value}"]`)) place.textContent = textContent;
}

function empty() {
  document.getElementById("empty").hidden = Boolean(rows.querySelector(".row"));
}

function show_waiting() {
  const n = waiting.size, button = fresh.querySelector("button");
  if (!fresh.hidden === Boolean(n) && button.dataset.n === String(n)) return;
  fresh.hidden = !n;
  button.dataset.n = n;
  button.textContent = n === 1 ? button.dataset.one : button.dataset.many.replace("{n}", n);
  if (n) say(button.dataset.said.replace("{n}", n));
}

function let_in() {
  for (const [, row] of waiting) put(row, document.getElementById(row.id));
  waiting.clear();
  for (const gone of rows.querySelectorAll(".row--gone:not(:hover)")) if (!gone.querySelector("[aria-current]")) gone.remove();
  empty();
  show_waiting();
}

fresh.addEventListener("click", () => {
  let_in();
  (narrow.matches ? window : scroller).scrollTo({ top: 0 });
  rows.querySelector("a")?.focus({ preventScroll: true });
});
list.addEventListener("pointerleave", () => { if (!inUse()) let_in(); });

// -- opening one -----------------------------------------------------------------------------

// On a phone a conversation is a page: the browser's own way there and back keeps the list where it was.
document.addEventListener("click", (event) => {
  if (narrow.matches && event.target.closest(".row__link")) event.stopPropagation();
}, true);

document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "pane") return;
  const id = document.getElementById("open")?.dataset.id;
  document.getElementById("main").classList.toggle("desk--open", Boolean(id));
  rows.querySelectorAll("[aria-current]").forEach((link) => link.removeAttribute("aria-current"));
  const row = document.getElementById(`row-${id}`);
  row?.querySelector("a").setAttribute("aria-current", "true");
  row?.classList.remove("row--unread");
  for (const gone of rows.querySelectorAll(".row--gone")) if (gone !== row) gone.remove();
});

// What we did ourselves changes the list also where the bell's line is down.
document.body.addEventListener("htmx:afterRequest", (event) => {
  const id = document.getElementById("open")?.dataset.id;
  if (event.detail.requestConfig.verb === "post" && event.detail.successful && id)
    document.body.dispatchEvent(new CustomEvent("premura:inbox", { detail: { ids: [id] } }));
});
