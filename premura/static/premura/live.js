// The line on which the bell rings: one stream a page, told on as events on <body>.
//   premura:inbox  detail.ids  conversations that changed; empty: ask for everything again
//   "bell" on #open            the conversation that is open changed
// A page that nobody sees gives its line back: browsers allow six to a server, over all tabs.

const GIVE_BACK_MS = 20_000;
const LOOK_AGAIN_MS = 60_000;
let source, watched, timer;

const open = () => document.getElementById("open");
const tell = (ids) => document.body.dispatchEvent(new CustomEvent("premura:inbox", { detail: { ids } }));
const ring = () => open()?.dispatchEvent(new Event("bell"));
const everything = () => { tell([]); ring(); };

function listen() {
  const wanted = open()?.dataset.id ?? "";
  if (source && source.readyState !== EventSource.CLOSED && watched === wanted) return;
  source?.close();
  watched = wanted;
  source = new EventSource(`/live/${wanted && `?conversation=${wanted}`}`);
  // What came between the page and its line, or while the line was down, rang for nobody.
  source.addEventListener("hello", everything);
  source.addEventListener("inbox", (event) => tell(event.data.split(",").filter(Boolean)));
  source.addEventListener("conversation", ring);
  source.addEventListener("resync", everything);
}

function hang_up() {
  source?.close();
  source = undefined;
}

document.addEventListener("visibilitychange", () => {
  clearTimeout(timer);
  if (document.hidden) {
    timer = setTimeout(hang_up, GIVE_BACK_MS);
  } else if (!source) {
    listen();
    everything();
  }
});
addEventListener("pagehide", hang_up);
addEventListener("pageshow", (event) => { if (event.persisted) { listen(); everything(); } });
document.body.addEventListener("htmx:afterSettle", listen);
// Lost bells and times that grow old are mended by a look once a minute; hidden pages keep their counts this way.
setInterval(everything, LOOK_AGAIN_MS);
// Signed out meanwhile: do not put the sign-in form into a pane.
document.body.addEventListener("htmx:beforeSwap", (event) => {
  if (new URL(event.detail.xhr.responseURL || location.href).pathname.startsWith("/account/")) {
    event.detail.shouldSwap = false;
    location.reload();
  }
});
listen();
