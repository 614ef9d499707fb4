// What was typed and is not saved: whether there is any, and asking before something else takes its place.
import { say } from "./words.js";

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

export function begin() {
  leaving();
  document.body.addEventListener("htmx:confirm", (event) => {
    if (event.defaultPrevented) return;
    const question = passed(event.detail);
    if (question && !confirm(say(question))) event.preventDefault();
  });
}
