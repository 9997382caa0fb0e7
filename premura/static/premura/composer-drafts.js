// Drafts: what is being written is kept on the server a moment after the last key, for every device and all colleagues.

const PAUSE_MS = 1_000;
const by_id = (id) => document.getElementById(id);
const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
let timer = 0, on_its_way = null, deleting = false;

function later() {
  clearTimeout(timer);
  timer = setTimeout(save, PAUSE_MS);
}

function fields(form) {
  const body = new FormData(form);
  for (const name of [...body.keys()]) if (body.get(name) instanceof File) body.delete(name);
  const way = document.querySelector("#composer [name=way]:checked")?.value;
  if (way && way !== "note") body.set("way", way);
  return body;
}

async function save() {
  clearTimeout(timer);
  timer = 0;
  const form = by_id("reply-form"), composer = by_id("composer");
  if (!form || (!form.text.value.trim() && !form.draft.value)) return;
  const { id, draft: url } = composer.dataset, text = form.text.value;
  on_its_way = new AbortController();
  const headers = { "HX-Request": "true", "X-CSRFToken": token() };
  const answer = await fetch(url, { method: "POST", body: fields(form), headers, keepalive: true, signal: on_its_way.signal }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const { draft } = await answer.json();
  if (by_id("composer")?.dataset.id !== id || by_id("reply-form") !== form || !form.begun_at.value) return;
  form.draft.value = draft ?? "";
  if (form.text.value === text) kept(id);
}

function kept(id) {
  const drawer = JSON.parse(sessionStorage.getItem(`draft:${id}`) ?? "null");
  if (drawer) sessionStorage.setItem(`draft:${id}`, JSON.stringify({ ...drawer, saved_at: Date.now() }));
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("#reply-form");
  if (!form) return;
  if (event.target.id === "reply-text") {
    form.begun_at.value ||= new Date().toISOString();
    // Taking out what one wrote is an edit, however many letters go at once.
    const takes_out = event.inputType?.startsWith("delete") ?? false;
    if (takes_out && !deleting) form.edits.value = +form.edits.value + 1;
    deleting = takes_out;
  }
  later();
});

// What is sent is no draft any more: nothing may keep it a moment later.
document.body.addEventListener("htmx:beforeRequest", (event) => {
  if (!event.detail.elt.matches("#reply-form, [data-recalls]")) return;
  clearTimeout(timer);
  timer = 0;
  on_its_way?.abort();
});
document.body.addEventListener("htmx:beforeSwap", (event) => { if (event.detail.target.id === "pane" && timer) save(); });
addEventListener("pagehide", () => { if (timer) save(); });
