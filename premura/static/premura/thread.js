// The open conversation: where it is scrolled to, what is kept when its parts are replaced, what is said aloud.

const NEAR = 80;
const narrow = matchMedia("(max-width: 819px)");
const by_id = (id) => document.getElementById(id);
const say = (text) => document.body.dispatchEvent(new CustomEvent("premura:say", { detail: text }));
const scroller = () => (narrow.matches ? document.scrollingElement : by_id("thread-scroll"));
const at_end = () => { const s = scroller(); return !s || s.scrollHeight - s.scrollTop - s.clientHeight < NEAR; };
const known = () => new Set([...document.querySelectorAll("#thread > li")].map((line) => line.id));
const corrects = (details) => asked_by?.closest(".correcting") === details; // it folds when it is done
let asked_by = null, was_at_end = true, were = new Set(), unfolded = [];

function to_the_point() {
  const theirs = [...document.querySelectorAll("#thread > [data-theirs]")].at(-1);
  const last = document.querySelector("#thread > li:last-child");
  const s = scroller();
  if (!s || location.hash) return;
  if (narrow.matches) (theirs ?? last)?.scrollIntoView({ block: "center" });
  else {
    s.scrollTop = s.scrollHeight;
    const above = theirs ? theirs.getBoundingClientRect().top - s.getBoundingClientRect().top - 80 : 0;
    if (above < 0) s.scrollTop += above;
  }
  were = known();
}

// Whoever writes still sees what they answer: the composer grows under it, not over it.
const GAP = 12;
let watched = null, tall = 0;
const grows = new ResizeObserver(() => {
  const grown = watched.offsetHeight - tall, s = scroller(), to = by_id("reply-form")?.to.value;
  tall = watched.offsetHeight;
  const said = to ? by_id(`message-${to}`) : [...document.querySelectorAll("#thread > [data-theirs]")].at(-1);
  if (!s || !said || grown <= 0) return;
  const { top, bottom } = said.getBoundingClientRect(), end = watched.getBoundingClientRect().top;
  const begin = narrow.matches ? document.querySelector(".conversation__back").getBoundingClientRect().bottom : s.getBoundingClientRect().top;
  const was_in_sight = top < end + grown && bottom > begin;
  if (was_in_sight && bottom > end) s.scrollTop += Math.max(0, Math.min(bottom - end + GAP, top - begin - GAP));
});
function watch() {
  const composer = by_id("composer");
  if (composer === watched) return;
  grows.disconnect();
  watched = composer;
  tall = 0;
  if (composer) grows.observe(composer);
}

// An answer that comes when another conversation is open already is for nobody.
document.body.addEventListener("htmx:beforeRequest", (event) => {
  event.detail.requestConfig.about = event.detail.elt.closest("#open")?.dataset.id;
});

document.body.addEventListener("htmx:beforeSwap", (event) => {
  const about = event.detail.requestConfig.about;
  if (about && about !== by_id("open")?.dataset.id) event.detail.shouldSwap = false;
  asked_by = event.detail.requestConfig.verb === "post" ? event.detail.requestConfig.elt : null;
  was_at_end = at_end();
  were = known();
  unfolded = [...document.querySelectorAll("#open details[open][id]:not(.menu)")].filter((details) => !corrects(details)).map((details) => details.id);
});

// While a deed is on its way bells wait: what they bring would take away the button that asked, and with it the answer's place.
const deeds = new Map();  // form -> the conversation that it stood in
let rang = false, pressed = false;
const is_deed = (event) => event.detail.requestConfig.verb === "post";
const under_way = () => pressed || [...deeds.keys()].some((form) => form.isConnected);
document.addEventListener("bell", (event) => {
  if (!under_way()) return;
  rang = true;
  event.stopPropagation();
}, true);
document.body.addEventListener("htmx:beforeSend", (event) => { if (is_deed(event)) deeds.set(event.detail.requestConfig.elt, event.detail.requestConfig.elt.closest("#open")?.dataset.id); });
document.body.addEventListener("htmx:beforeSwap", (event) => {
  if (is_deed(event) || event.detail.requestConfig.elt.id !== "open" || !under_way()) return;
  rang = true;
  event.detail.shouldSwap = false;
});
// What a deed brings belongs to the conversation in which it was done: another that is open by then keeps its own parts.
document.body.addEventListener("htmx:beforeSwap", (event) => {
  const done_in = is_deed(event) && deeds.get(event.detail.requestConfig.elt);
  if (done_in && done_in !== by_id("open")?.dataset.id) event.detail.shouldSwap = false;
});
document.body.addEventListener("htmx:afterRequest", (event) => {
  if (!is_deed(event)) return;
  deeds.delete(event.detail.requestConfig.elt);
  catch_up();
});
function catch_up() {
  if (!rang || under_way()) return;
  rang = false;
  by_id("open")?.dispatchEvent(new Event("bell"));
}
// Nor between down and up: a button that is replaced in between is never clicked.
document.addEventListener("pointerdown", () => { pressed = true; }, true);
for (const up of ["pointerup", "pointercancel"]) document.addEventListener(up, () => setTimeout(() => { pressed = false; catch_up(); }), true);

// A part in which somebody is choosing or typing is not taken away under their hands.
document.body.addEventListener("htmx:oobBeforeSwap", (event) => {
  const part = event.detail.target;
  const used = document.activeElement;
  const in_hand = part.contains(used) && used.matches("input:not([type=radio]), select, textarea");
  const open_menu = part.querySelector(".menu[open], .sure[open], .correcting[open]:focus-within");
  const by_it = asked_by && part.contains(asked_by);
  if ((in_hand || open_menu) && !by_it) event.detail.shouldSwap = false;
});

document.body.addEventListener("htmx:afterSettle", (event) => {
  watch();
  if (event.detail.target?.id === "pane") return to_the_point();
  unfolded.forEach((id) => by_id(id)?.setAttribute("open", ""));
  const corrected = asked_by?.closest(".correcting");
  if (corrected) {
    by_id(corrected.querySelector("summary").id)?.focus({ preventScroll: true });
    if (event.detail.xhr?.status === 200) say(asked_by.dataset.said);
  }
  asked_by = null;
  const added = [...document.querySelectorAll("#thread > li")].filter((line) => !were.has(line.id));
  if (!added.length) return;
  were = known();
  const s = scroller();
  if (was_at_end && s) s.scrollTop = s.scrollHeight;
  if (added.some((line) => line.matches("[data-message]:not(.said--ours)"))) {
    say(by_id("below").querySelector("button").dataset.said);
    if (!was_at_end) by_id("below").hidden = false;
  }
});

document.addEventListener("click", (event) => {
  if (event.target.closest("#below")) {
    const s = scroller();
    s.scrollTo({ top: s.scrollHeight });
    by_id("below").hidden = true;
  }
  // What floats closes when one clicks beside it.
  for (const menu of document.querySelectorAll(".menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  // "About" is a page on narrower screens, and only a fold in the one we have.
  const fold = event.target.closest("[data-about]");
  if (fold && !event.metaKey && !event.ctrlKey) {
    event.preventDefault();
    const about = by_id("open").classList.toggle("panes--about");
    (about ? by_id("about").querySelector("a") : [...document.querySelectorAll(".conversation [data-about]")].find((link) => link.checkVisibility()))?.focus();
    scrollTo({ top: 0 });
  }
});

document.body.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.requestConfig.verb === "post") event.detail.elt.closest(".menu")?.removeAttribute("open");
});

if (by_id("open")) to_the_point();
watch();
