// The keys.  Single keys never work while one is writing, and can be switched off (WCAG 2.1.4).

const sheet = document.getElementById("keys");
const on = document.getElementById("keys-on");
const rows = () => [...document.querySelectorAll("#rows .row__link")];
on.checked = localStorage.getItem("keys") !== "off";
on.addEventListener("change", () => localStorage.setItem("keys", on.checked ? "on" : "off"));

function move(step) {
  const all = rows();
  const from = all.findIndex((row) => row === document.activeElement);
  const open = all.findIndex((row) => row.getAttribute("aria-current"));
  const at = from >= 0 ? from : open;
  const next = all[Math.max(0, Math.min(all.length - 1, at + step))];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function write(id) {
  const field = document.getElementById(id);
  if (!field) return;
  const way = id === "note-text" ? document.getElementById("way-note") : document.querySelector(`#composer [name=way][value="${document.getElementById("reply-form")?.stands.value}"]`);
  if (id === "note-text" || document.getElementById("way-note").checked) way?.click();
  field.focus();
}

// Puts right how a message was read: the one that has the focus, or their latest.
function correct() {
  const here = document.activeElement.closest("[data-theirs]")?.querySelector(".correcting");
  const form = here ?? [...document.querySelectorAll("#thread > [data-theirs] .correcting")].at(-1);
  if (!form) return;
  form.open = true;
  form.scrollIntoView({ block: "nearest" });
  form.querySelector("select").focus();
}

const keys = {
  j: () => move(1),
  k: () => move(-1),
  r: () => write("reply-text"),
  i: () => write("note-text"),
  c: correct,
  "/": () => { const field = document.getElementById("q"); if (field) field.focus(); else location.assign("/search/"); },
  "?": () => sheet.showModal(),
};

document.addEventListener("keydown", (event) => {
  const writing = event.target.matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
  if (event.key === "Escape") {
    for (const mark of document.querySelectorAll(".mark:is(:hover, :focus-within)")) mark.classList.add("mark--dismissed");
    const menu = document.querySelector(".menu[open]") ?? event.target.closest(".correcting[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
    else if (writing) event.target.blur();
    return;
  }
  if (writing || sheet.open || !on.checked || event.ctrlKey || event.metaKey || event.altKey) return;
  const marked = ["a", "e", "s", "l", "n", "p"].includes(event.key) && document.querySelector(`[data-key="${event.key}"]`);
  if (!keys[event.key] && !marked) return;
  event.preventDefault();
  if (keys[event.key]) return keys[event.key]();
  if (marked.matches("input")) return marked.focus();
  marked.click();
  if (marked.matches("summary")) marked.parentElement.querySelector("button").focus();
});

// Why a mark is there is hidden by escape until pointer or focus come again (WCAG 1.4.13).
for (const left of ["pointerout", "focusout"])
  document.addEventListener(left, (event) => {
    const mark = event.target.closest?.(".mark--dismissed");
    if (mark && !mark.contains(event.relatedTarget)) mark.classList.remove("mark--dismissed");
  });

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens)?.showModal();
  if (event.target === sheet) sheet.close();
});
