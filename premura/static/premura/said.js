// What a screen reader is told, by "premura:say" on <body>: each line in its turn, none in the place of another.

const LASTS_MS = 10_000;
const region = document.getElementById("said");

document.body.addEventListener("premura:say", ({ detail }) => {
  const line = Object.assign(document.createElement("span"), { textContent: `${detail} ` });
  region.append(line);
  setTimeout(() => line.remove(), LASTS_MS);
});
