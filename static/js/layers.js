// What floats: the bell's list, dialogs, tabs made of panels, times of the browser's own zone, text that can be copied.
import { say } from "./words.js";
import { toast } from "./toast.js";
import { typed } from "./typed.js";

// A link whose page also comes as a small list in a box: the bell's, and the organisations'.
function lists() {
  const bell = document.querySelector("[data-bell]");
  if (bell) list(bell, document.getElementById("bell"));
  for (const link of document.querySelectorAll("[data-lists]")) list(link, document.getElementById(link.dataset.lists));
}

function list(link, box) {
  if (!box?.showPopover) return;
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || !window.htmx) return;
    event.preventDefault();
    if (box.matches(":popover-open")) { box.hidePopover(); return; }
    box.innerHTML = '<div class="stack" aria-hidden="true"><span class="bone"></span><span class="bone"></span><span class="bone"></span></div>';
    box.showPopover();
    window.htmx.ajax("GET", link.href, { target: box, swap: "innerHTML" });
  });
}

// <button data-opens="id">, <dialog id>; a form with method="dialog" closes it without a script.
function dialogs() {
  addEventListener("click", (event) => {
    const opener = event.target.closest?.("[data-opens]");
    const dialog = opener && document.getElementById(opener.dataset.opens);
    if (dialog?.showModal) { event.preventDefault(); dialog.showModal(); }
    if (event.target.matches?.("dialog[open]")) shut(event);
    if (event.target.closest?.("[data-closes]")) event.target.closest("dialog")?.close();
  });
}

// A click beside the dialog closes it, unless something was typed in it.
function shut(event) {
  const box = event.target.getBoundingClientRect();
  const beside = event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
  if (beside && !typed(event.target)) event.target.close();
}

// role="tab" buttons with aria-controls: arrows move, the panel follows.
function tabs() {
  addEventListener("click", (event) => {
    const tab = event.target.closest?.("[role='tab'][aria-controls]");
    if (tab) choose(tab);
  });
  addEventListener("keydown", (event) => {
    const tab = event.target.closest?.("[role='tab'][aria-controls]");
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!tab || !step) return;
    const all = [...tab.closest("[role='tablist']").querySelectorAll("[role='tab']")];
    const next = all[(all.indexOf(tab) + step + all.length) % all.length];
    event.preventDefault();
    next.focus();
    choose(next);
  });
}

export function choose(tab) {
  for (const each of tab.closest("[role='tablist']").querySelectorAll("[role='tab']")) {
    const on = each === tab;
    each.setAttribute("aria-selected", String(on));
    each.tabIndex = on ? 0 : -1;
    const panel = document.getElementById(each.getAttribute("aria-controls"));
    if (panel) panel.hidden = !on;
  }
  if (tab.hasAttribute("href")) history.replaceState(null, "", tab.getAttribute("href"));
}

// Tabs that do not fit begin at the one that is open. Only they move: CSS alone would scroll the whole page to it.
function strips(root) {
  for (const strip of root.querySelectorAll(".tabs")) {
    const open = strip.querySelector(":scope > :is([aria-selected='true'], [aria-current])");
    if (!open || strip.scrollWidth <= strip.clientWidth) continue;
    const [inside, whole] = [open.getBoundingClientRect(), strip.getBoundingClientRect()];
    strip.scrollLeft += inside.left + inside.width / 2 - whole.left - whole.width / 2;
  }
}

function small() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  for (const field of document.querySelectorAll("[data-timezone]")) if (!field.value) field.value = zone;
  addEventListener("click", async (event) => {
    const source = event.target.closest?.("[data-copies]");
    if (!source) return;
    await navigator.clipboard.writeText(source.dataset.copies);
    toast(say("copied"));
  });
  // A select that sends its form at once; without a script its button stands beside it.
  addEventListener("change", (event) => {
    if (event.target.matches?.("[data-sends]")) event.target.form.requestSubmit();
  });
}

export function begin() {
  lists();
  dialogs();
  tabs();
  small();
  strips(document);
  document.body.addEventListener("htmx:load", (event) => strips(event.detail.elt.parentNode ?? document));
}
