// Beside the composer: a text is taken as a start, "/" offers the saved replies, "e" makes an entry of a sent reply.

const by_id = (id) => document.getElementById(id);
const field = () => by_id("reply-text");
const panel = () => document.querySelector(".beside");
const say = (text) => document.body.dispatchEvent(new CustomEvent("premura:say", { detail: text }));
const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
const in_private = () => panel()?.classList.contains("beside--private") || document.querySelector("#composer [name=way]:checked")?.value === "private";
const GAP = /«[^«»?\s]{2,20}\?»/;
const SLASH = /(?:^|\s)\/([\p{L}\p{N}_-]*)$/u;
let offered = [], chosen = 0;

// -- taking a text as a start -------------------------------------------------------------------

document.addEventListener("click", (event) => {
  const taken = event.target.closest("[data-inserts]");
  if (!taken || !field()) return;
  if (taken.dataset.only === "private" && !in_private()) return say(panel().dataset.direct);
  if (by_id("way-note")?.checked) document.querySelector(`#composer [name=way][value="${by_id("reply-form")?.stands.value}"]`)?.click();
  if (taken.dataset.at === "end") append(taken.dataset.inserts);
  else insert(taken.dataset.inserts, field().selectionStart, field().selectionEnd);
  count(taken.dataset.used);
});

// Once: what ends so already stays as it is.
function append(text) {
  const written = field().value.trimEnd();
  if (!written.endsWith(text)) insert((written ? " " : "") + text, written.length, field().value.length);
}

// What is written already stays; a gap is selected, so that the next key fills it.
function insert(text, start, end) {
  const place = field();
  place.focus();
  place.setRangeText(text, start, end, "end");
  const gap = GAP.exec(text);
  if (gap) place.setSelectionRange(start + gap.index, start + gap.index + gap[0].length);
  place.dispatchEvent(new Event("input", { bubbles: true }));
}

function count(url) {
  if (url) fetch(url, { method: "POST", body: new URLSearchParams({ csrfmiddlewaretoken: token() }), headers: { "HX-Request": "true" } }).catch(() => null);
}

// -- "/" and a name -----------------------------------------------------------------------------

const list = () => by_id("slash");

function look() {
  const place = field();
  const typed = place.selectionStart === place.selectionEnd && SLASH.exec(place.value.slice(0, place.selectionStart));
  const named = typed ? typed[1].toLowerCase() : "";
  const sayable = (one) => one.dataset.only !== "private" || in_private();
  offered = typed ? [...document.querySelectorAll("[data-saved]")].filter((one) => sayable(one) && one.dataset.name.toLowerCase().includes(named)).slice(0, 8) : [];
  offered.sort((a, b) => b.dataset.name.toLowerCase().startsWith(named) - a.dataset.name.toLowerCase().startsWith(named));
  chosen = 0;
  show();
}

function show() {
  list()?.remove();
  const place = field();
  if (!offered.length) return ["aria-controls", "aria-activedescendant", "aria-autocomplete"].forEach((name) => place?.removeAttribute(name));
  const box = Object.assign(document.createElement("ul"), { id: "slash", className: "slash" });
  box.setAttribute("role", "listbox");
  box.setAttribute("aria-label", panel().dataset.slash);
  box.append(...offered.map(option));
  place.after(box);
  place.setAttribute("aria-autocomplete", "list");
  place.setAttribute("aria-controls", "slash");
  place.setAttribute("aria-activedescendant", `slash-${chosen}`);
}

function option(one, at) {
  const line = Object.assign(document.createElement("li"), { id: `slash-${at}`, className: "slash__one" });
  line.setAttribute("role", "option");
  line.setAttribute("aria-selected", at === chosen);
  const name = Object.assign(document.createElement("strong"), { textContent: `/${one.dataset.name}` });
  line.append(name, " ", Object.assign(document.createElement("span"), { textContent: one.dataset.saved }));
  line.addEventListener("mousedown", (event) => { event.preventDefault(); take(at); });
  return line;
}

function take(at) {
  const place = field(), one = offered[at], end = place.selectionStart;
  const start = end - SLASH.exec(place.value.slice(0, end))[1].length - 1;
  offered = [];
  show();
  insert(one.dataset.saved, start, end);
  count(one.dataset.used);
}

document.addEventListener("input", (event) => { if (event.target === field()) look(); });
document.addEventListener("focusout", (event) => { if (event.target === field()) { offered = []; show(); } });

const keys = {
  ArrowDown: () => { chosen = (chosen + 1) % offered.length; show(); },
  ArrowUp: () => { chosen = (chosen + offered.length - 1) % offered.length; show(); },
  Enter: () => take(chosen),
  Tab: () => take(chosen),
  Escape: () => { offered = []; show(); },
};

document.addEventListener("keydown", (event) => {
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;
  if (offered.length && event.target === field() && plain && keys[event.key]) {
    event.preventDefault();
    event.stopImmediatePropagation();
    keys[event.key]();
  } else if (event.key === "e" && plain && by_id("keys-on")?.checked) make_an_entry(event);
}, true);

// The reply of ours that was clicked or has the focus.  It stays the one that is meant when the thread is drawn anew around it.
let meant = "";
const meant_reply = () => (meant ? document.querySelector(`.said--ours[data-ours="${meant}"]`) : null);
for (const kind of ["pointerdown", "focusin"])
  document.addEventListener(kind, (event) => { meant = event.target.closest?.(".said--ours")?.dataset.ours ?? ""; }, true);
document.body.addEventListener("htmx:afterSettle", () => {
  if (document.activeElement === document.body) meant_reply()?.focus({ preventScroll: true });
});

// With a reply of ours in mind "e" never resolves, also where no entry can be made of that one; anywhere else it does.
function make_an_entry(event) {
  if (event.target.matches("input, textarea, select")) return;
  const ours = meant_reply();
  if (!ours) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const link = ours.querySelector("[data-makes-entry]");
  if (link) link.click();
  else say(by_id("thread").dataset.noEntry);
}
