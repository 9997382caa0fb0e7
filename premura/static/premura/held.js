// The held replies: walked and let go with the keys.

const all = () => [...document.querySelectorAll(".held__one")];

document.addEventListener("keydown", (event) => {
  if (event.target.matches("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey || localStorage.getItem("keys") === "off") return;
  const at = all().findIndex((one) => one.contains(document.activeElement));
  if (event.key === "j" || event.key === "k") {
    event.preventDefault();
    all()[Math.max(0, Math.min(all().length - 1, at + (event.key === "j" ? 1 : -1)))]?.focus();
  }
  if (event.key === "a") {
    event.preventDefault();
    (all()[at] ?? all()[0])?.querySelector("[data-approves]")?.click();
  }
});

document.body.addEventListener("htmx:afterSwap", (event) => { if (event.detail.target?.id === "held") all()[0]?.focus(); });
