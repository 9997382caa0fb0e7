// The held replies: walked and let go with the keys.

const all = () => [...document.querySelectorAll(".held__one")];
const on = (element) => all().findIndex((one) => one.contains(element));
let place = 0;  // of the one that was looked at last, or of what has taken its place

document.addEventListener("focusin", (event) => { place = on(event.target) < 0 ? place : on(event.target); });

document.addEventListener("keydown", (event) => {
  if (event.target.matches("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey || localStorage.getItem("keys") === "off") return;
  const at = on(document.activeElement);
  if (event.key === "j" || event.key === "k") {
    event.preventDefault();
    const next = event.key === "k" ? (at < 0 ? place : at) - 1 : at < 0 ? place : at + 1;
    all()[Math.max(0, Math.min(all().length - 1, next))]?.focus();
  }
  // Only the one that has the focus, and a press for each: a key that is held down lets nothing go unread.
  if (event.key === "a" && at >= 0 && !event.repeat) {
    event.preventDefault();
    all()[at].querySelector("[data-approves]")?.click();
  }
});

// The focus goes to what is said of the last one, never by itself to the next.
document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id === "held") document.querySelector("#held > [role=status]")?.focus();
});
