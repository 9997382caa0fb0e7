// Looks every few seconds whether the page changed, and then takes only its feed anew.
// Without it the visitor reloads.  What somebody is writing is never taken away.

const EVERY_MS = 2500;

const writing = (feed) =>
  feed.querySelector("details[open]") !== null ||
  [...feed.querySelectorAll("textarea")].some((box) => box.value !== box.defaultValue) ||
  feed.contains(document.activeElement);

async function look() {
  const feed = document.getElementById("feed");
  if (!feed || document.hidden) return;
  const stand = await (await fetch(feed.dataset.ask)).text();
  if (stand === feed.dataset.stand || writing(feed)) return;
  const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
  const fresh = page.getElementById("feed");
  if (fresh && !writing(feed)) feed.replaceWith(fresh);
}

setInterval(() => look().catch(() => {}), EVERY_MS);
