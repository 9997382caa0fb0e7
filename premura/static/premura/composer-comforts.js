// Comforts of the composer: emoji, names after an @, the private way that waits for a public answer, the closing line.

const by_id = (id) => document.getElementById(id);

function type(words, { over = 0 } = {}) {
  const field = by_id("reply-text");
  field.focus();
  field.setRangeText(words, field.selectionStart - over, field.selectionEnd, "end");
  field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText" }));
}

// A line of its own below what is written; once.
function add_line(line) {
  const field = by_id("reply-text"), written = field.value.trimEnd();
  if (written.split("\n").includes(line)) return field.focus();
  field.setSelectionRange(written.length, field.value.length);
  type(written ? `\n${line}` : line);
}

// -- emoji -------------------------------------------------------------------------------------

document.addEventListener("click", (event) => {
  const emoji = event.target.closest("[data-emoji]");
  if (emoji) {
    type(emoji.dataset.emoji);
    by_id("emoji").open = false;
  }
  const closing = event.target.closest("[data-closes]");
  if (closing && by_id("reply-text")) {
    // It stands in public or nowhere; what was written in private waits there.
    const way = document.querySelector("#composer [name=way][value=public]");
    way?.click();
    if (way?.checked) add_line(closing.dataset.closes);
  }
});

// -- in one line ---------------------------------------------------------------------------------

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-shortens]"), field = by_id("reply-text");
  if (!button || !field) return;
  field.focus();
  field.select();
  // What was written before can be had back with the keys for undoing.
  if (!document.execCommand("insertText", false, button.dataset.shortens)) type(button.dataset.shortens);
});

// -- as a passer-by sees it: the server says nothing of the pictures --------------------

document.addEventListener("toggle", (event) => {
  const place = event.target.id === "guard-preview" && event.target.querySelector("[data-passer-pictures]");
  if (!place) return;
  // Those that the draft has already, and those that were chosen just now.
  const pictures = document.querySelectorAll("#composer .kept li:has([name=kept]:checked) img, #composer .picture img");
  place.replaceChildren(...[...pictures].map((picture) => Object.assign(
    document.createElement("img"), { src: picture.src, alt: picture.closest("li").querySelector("[type=text]").value },
  )));
}, true);

document.addEventListener("keydown", (event) => {
  const here = event.target.closest?.("[data-emoji]");
  if (!here) return;
  const across = getComputedStyle(here.parentElement).gridTemplateColumns.split(" ").length;
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: across, ArrowUp: -across }[event.key];
  if (!step) return;
  event.preventDefault();
  const all = [...here.parentElement.children];
  all[(all.indexOf(here) + step + all.length) % all.length].focus();
});

// -- names -------------------------------------------------------------------------------------

const begun = () => {
  const field = by_id("reply-text");
  return /(?:^|\s)@([\w.@-]*)$/.exec(field?.value.slice(0, field.selectionStart) ?? "")?.[1];
};

function offer() {
  const field = by_id("reply-text"), word = begun();
  const fitting = word === undefined ? [] : [...by_id("names").options].map((o) => o.value)
    .filter((name) => name !== word && name.toLowerCase().startsWith(word.toLowerCase())).slice(0, 6);
  const list = by_id("mentions") ?? made(field);
  list.replaceChildren(...fitting.map((name, n) => Object.assign(document.createElement("li"), {
    id: `mention-${n}`, role: "option", className: "mentions__one", textContent: name, ariaSelected: String(n === 0),
  })));
  list.hidden = !fitting.length;
  field.ariaExpanded = null;
  if (fitting.length) field.setAttribute("aria-activedescendant", "mention-0");
  else field.removeAttribute("aria-activedescendant");
}

function made(field) {
  const list = Object.assign(document.createElement("ul"), { id: "mentions", role: "listbox", className: "mentions", ariaLabel: "@" });
  field.setAttribute("aria-controls", "mentions");
  field.setAttribute("aria-autocomplete", "list");
  by_id("guard").before(list);
  return list;
}

const chosen = () => by_id("mentions")?.querySelector("[aria-selected=true]");

function take(option) {
  type(`${option.textContent} `, { over: begun().length });
  offer();
}

document.addEventListener("input", (event) => { if (event.target.id === "reply-text") offer(); });
document.addEventListener("click", (event) => {
  const option = event.target.closest(".mentions__one");
  if (option) { by_id("reply-text").focus(); take(option); }
});
document.addEventListener("keydown", (event) => {
  if (event.target.id !== "reply-text" || by_id("mentions")?.hidden !== false) return;
  const all = [...by_id("mentions").children], at = all.indexOf(chosen());
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    all[at].ariaSelected = "false";
    const next = all[(at + step + all.length) % all.length];
    next.ariaSelected = "true";
    event.target.setAttribute("aria-activedescendant", next.id);
  } else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") {
    event.preventDefault();
    take(chosen());
  } else if (event.key === "Escape") {
    event.stopImmediatePropagation();
    by_id("mentions").hidden = true;
  }
}, true);

// -- in public first -----------------------------------------------------------------------------

function hold_private() {
  const way = document.querySelector("#composer [name=way][data-waits]"), reason = document.querySelector("#private-waits [name=private_reason]");
  if (!way || !reason) return;
  if (by_id("thread")?.hasAttribute("data-answered")) {
    // The public answer stands now: nothing waits any more, and nobody need open the page again.
    way.disabled = false;
    way.removeAttribute("data-waits");
    by_id("private-waits").remove();
    return;
  }
  way.disabled = !reason.checked;
  way.setAttribute("aria-describedby", "private-waits");
  if (way.disabled && way.checked) document.querySelector("#composer [name=way]:not(:disabled)").click();
}

document.addEventListener("change", (event) => {
  if (event.target.name !== "private_reason") return;
  hold_private();
  if (event.target.checked) document.querySelector("#composer [name=way][data-waits]")?.click();
});
document.body.addEventListener("htmx:afterSettle", hold_private);
document.body.addEventListener("htmx:oobAfterSwap", hold_private);
hold_private();
