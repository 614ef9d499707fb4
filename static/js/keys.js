// The keyboard: / and Ctrl-K find anything, ? lists the keys, g and a letter go places, n uploads, j and k walk lists.
import { say } from "./words.js";

const typing = (target) => target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName ?? "");
const palette = document.getElementById("palette");
const list = document.getElementById("keys");

export function showKeys() {
  if (list && !list.open) list.showModal();
}

export function find() {
  if (!palette) return;
  if (!palette.open) palette.showModal();
  const input = palette.querySelector("input");
  input.select();
  filter("");
  document.getElementById("found").replaceChildren();
}

function filter(words) {
  const wanted = words.trim().toLowerCase();
  const pages = [...palette.querySelectorAll(".finds2:not([id]) > li")];
  for (const entry of pages) entry.hidden = Boolean(wanted) && !entry.textContent.toLowerCase().includes(wanted);
  for (const made of palette.querySelectorAll("[data-made]")) made.remove();
  if (wanted) for (const [key, place] of [["search_library", palette.dataset.library], ["search_trends", palette.dataset.trends]]) {
    if (place) document.getElementById("searches").append(entry(say(key, { query: words.trim() }), `${place}?q=${encodeURIComponent(words.trim())}`));
  }
  mark(0);
}

function entry(words, href) {
  const item = document.createElement("li");
  item.dataset.made = "";
  item.append(Object.assign(document.createElement("a"), { href, textContent: words }));
  return item;
}

const shown = () => [...palette.querySelectorAll(".finds2 > li:not([hidden]) > a")];
let at = 0;

function mark(index) {
  const entries = shown();
  at = entries.length ? (index + entries.length) % entries.length : 0;
  entries.forEach((each, number) => each.classList.toggle("on", number === at));
  entries[at]?.scrollIntoView({ block: "nearest" });
  palette.querySelector("[role='status']").textContent = entries[at]?.textContent.trim() ?? say("nothing");
}

// What holds the words came: whatever was chosen in the meantime stays chosen.
function found(event) {
  if (event.target.id !== "found") return;
  if (!palette.querySelector("input").value.trim()) event.target.replaceChildren();
  const chosen = at > 0 ? palette.querySelector(".finds2 .on") : null;
  mark(Math.max(0, shown().indexOf(chosen)));
}

function inPalette(event) {
  if (event.key === "ArrowDown") mark(at + 1);
  else if (event.key === "ArrowUp") mark(at - 1);
  else if (event.key === "Enter" && event.target.tagName === "INPUT" && shown()[at]) shown()[at].click();
  else return;
  event.preventDefault();
}

let went = -Infinity; // when g was pressed: the time of the press, since a busy page hears of it later

function go(key, at) {
  const pressed = at - went < 1500 ? `g ${key}` : key;
  went = key === "g" ? at : -Infinity;
  const target = document.querySelector(`[data-key="${CSS.escape(pressed)}"]`);
  target?.click();
  return Boolean(target);
}

function walk(step) {
  const rows = [...document.querySelectorAll("main [data-walk] a[data-step], main .rows > li h3 > a, main .tbl tbody th a, main .assets > li > a")];
  if (!rows.length) return;
  const current = rows.indexOf(document.activeElement);
  rows[Math.min(rows.length - 1, Math.max(0, current + step))].focus();
}

function pressed(event) {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") { event.preventDefault(); find(); return; }
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || typing(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key === "/") { event.preventDefault(); find(); }
  else if (event.key === "?") showKeys();
  else if (event.key === "j") walk(1);
  else if (event.key === "k") walk(-1);
  else if (/^[a-z]$/.test(event.key)) { if (go(event.key, event.timeStamp)) event.preventDefault(); }
}

export function begin() {
  addEventListener("keydown", pressed);
  palette?.addEventListener("keydown", inPalette);
  palette?.addEventListener("htmx:afterSwap", found);
  palette?.addEventListener("input", (event) => filter(event.target.value));
  addEventListener("click", (event) => {
    if (event.target.closest?.("[data-find]") && palette && !event.ctrlKey && !event.metaKey) { event.preventDefault(); find(); }
    if (event.target.closest?.("[data-keys]")) showKeys();
  });
}
