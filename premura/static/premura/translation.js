// What was translated or proposed goes into the reply without losing what stood there: ctrl+z brings it back.

const by_id = (id) => document.getElementById(id);

document.addEventListener("submit", (event) => {
  const field = by_id("reply-text");
  if (!event.target.matches("[data-takes]") || !field) return;
  event.preventDefault();
  const way = [...document.querySelectorAll("#composer [name=way]")].find((one) => one.value === event.target.way.value);
  if (way && !way.checked && !way.disabled) way.click();
  field.focus();
  field.select();
  // The only way to change a field that the browser's own "undo" knows of.
  if (!document.execCommand("insertText", false, event.submitter.value)) {
    field.value = event.submitter.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  by_id("turned-place")?.replaceChildren();
});

function close() {
  by_id("turned-place")?.replaceChildren();
  by_id("reply-text")?.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !event.target.closest?.("[data-turned]")) return;
  close();
  event.preventDefault();
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-closes-turned]")) close();
});
document.body.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target?.id === "turned-place") by_id("turned")?.focus();
});

// What was proposed for one conversation or for words that have left says nothing any more.
document.body.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.elt?.id === "reply-form" && event.detail.successful) by_id("turned-place")?.replaceChildren();
});
