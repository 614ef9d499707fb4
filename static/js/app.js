// What every page does. What only one page does is loaded where its markup stands.
import { begin as requests } from "./requests.js";
import { begin as keys } from "./keys.js";
import { begin as layers } from "./layers.js";
import { begin as typed } from "./typed.js";

requests();
keys();
layers();
typed();

const parts = { "[data-uploads]": () => import("./upload.js"), "[data-player]": () => import("./player.js"), "[data-calendar]": () => import("./calendar.js"), "[data-composer]": () => import("./composer.js"), "[data-compose]": () => import("./compose.js"), "[data-wallet]": () => import("./wallet.js"), "[data-inbox]": () => import("./approvals.js"), "[data-arrange]": () => import("./arrange.js"), "[data-explains]": () => import("./figures.js") };

async function start(root) {
  for (const [selector, load] of Object.entries(parts)) {
    const found = [...(root.matches?.(selector) ? [root] : []), ...root.querySelectorAll(selector)].filter((each) => !each.dataset.started);
    if (!found.length) continue;
    for (const each of found) each.dataset.started = "1";
    const { begin } = await load();
    for (const each of found) begin(each);
  }
}

// Files can be picked before the part that takes them is loaded: what was chosen waits in its field for it.
addEventListener("click", (event) => {
  const field = event.target.closest?.("[data-up-pick]") && document.querySelector("[data-uploads] input[type='file']");
  if (field) { event.preventDefault(); field.click(); }
});
start(document.body);
document.body.addEventListener("htmx:load", (event) => start(event.detail.elt));
