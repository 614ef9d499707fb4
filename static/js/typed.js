// What was typed and is not saved: whether there is any, and asking before something else takes its place.
import { say } from "./words.js";

const LATER = 4000;

function differs(field) {
  if (field.type === "hidden") return false;
  if (field.type === "select-one") return field.selectedIndex !== first(field);
  if (field.type === "select-multiple") return [...field.options].some((option) => option.selected !== option.defaultSelected);
  if (["checkbox", "radio"].includes(field.type)) return field.checked !== field.defaultChecked;
  return field.value !== field.defaultValue;
}

// Where a choice of one begins: at the last option that the page marks, or at the first that can be chosen.
function first(field) {
  const options = [...field.options];
  const marked = options.findLastIndex((option) => option.defaultSelected);
  return marked < 0 ? options.findIndex((option) => !option.disabled) : marked;
}

// A refused form was drawn again with the words it could not save.
export const typed = (box) => box.matches("[data-refused]") || [...box.querySelectorAll("input, select, textarea")].some(differs);

// The form whose words a request passes by: it draws something else in their place, or takes the saved ones.
function passed({ elt, target, verb }) {
  const lost = [...(target?.querySelectorAll("[data-composer], form[data-asks]") ?? [])].find((form) => unsent(form, elt));
  if (lost) return "unsaved";
  const box = verb !== "get" && elt.closest("[data-saved-words]")?.closest("[data-piece]");
  const saved = box && box.querySelector("[data-composer]");
  return saved && unsent(saved, elt) ? "saved_words" : "";
}

// Whether a form holds words that this request does not send.
function unsent(form, elt) {
  const sent = form.contains(elt) || elt.form === form || (form.id === "compose" && elt.closest("[hx-include='#compose']"));
  return !sent && typed(form);
}

// Forms of much work: whoever leaves the page with words in one that were not sent is asked first.
function leaving() {
  const forms = () => [...document.querySelectorAll("form[data-asks]")];
  const stays = ({ target }) => { if (target.matches?.("form[data-asks]")) delete target.dataset.leaves; };
  addEventListener("submit", ({ target }) => { if (target.matches("form[data-asks]")) target.dataset.leaves = "1"; });
  for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) addEventListener(failure, stays);
  const stayed = () => { for (const form of forms()) delete form.dataset.leaves; };
  addEventListener("pageshow", stayed);
  addEventListener("beforeunload", (event) => {
    if (!forms().some((form) => !form.dataset.leaves && typed(form))) return;
    event.preventDefault();
    setTimeout(stayed); // whoever stays has sent nothing
  });
}

// What somebody is in the middle of: words that were typed, a field that has the keys, a dialog that is open.
const inUse = (box) => box.querySelector("[data-refused], dialog[open]") !== null || [...box.querySelectorAll("input, select, textarea")]
  .some((field) => !field.hasAttribute("hx-preserve") && (differs(field) || field === document.activeElement));

// What a request draws anew: its target, and what stands elsewhere on the page.
function drawn(elt, target) {
  const others = (elt.getAttribute("hx-select-oob") ?? "").split(",").filter(Boolean).map((name) => document.querySelector(name.split(":")[0].trim()));
  return [elt.getAttribute("hx-swap") === "none" ? null : target, ...others].filter(Boolean);
}

// What looks again by itself takes nothing away from under somebody's hands: it lets this time pass, and looks later.
function keeping() {
  const looks = new WeakMap();
  const waits = ({ elt, target }) => elt.hasAttribute("data-quiet") && drawn(elt, target).some(inUse);
  // What looks every few seconds comes by anyway; what looks once does so as soon as it may.
  const later = (elt) => {
    const look = looks.get(elt);
    if (!look || look.timer || /^every /.test(elt.getAttribute("hx-trigger") ?? "")) return;
    look.timer = setTimeout(() => {
      look.timer = 0;
      if (elt.isConnected && waits(look)) later(elt);
      else if (elt.isConnected) look.issueRequest();
    }, LATER);
  };
  document.body.addEventListener("htmx:confirm", (event) => {
    const { elt, target, issueRequest } = event.detail;
    if (event.defaultPrevented || !elt.hasAttribute("data-quiet")) return;
    looks.set(elt, { elt, target, issueRequest, timer: looks.get(elt)?.timer ?? 0 });
    if (!waits(event.detail)) return;
    event.preventDefault();
    later(elt);
  });
  document.body.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (!waits(detail.requestConfig)) return;
    detail.shouldSwap = false;
    later(detail.requestConfig.elt);
  });
}

export function begin() {
  leaving();
  keeping();
  document.body.addEventListener("htmx:confirm", (event) => {
    if (event.defaultPrevented || event.detail.elt.hasAttribute("data-quiet")) return;
    const question = passed(event.detail);
    if (question && !confirm(say(question))) event.preventDefault();
  });
}
