// What was typed and is not saved: whether there is any, and asking before something else takes its place.
import { say } from "./words.js";

const differs = (field) => (["checkbox", "radio"].includes(field.type) ? field.checked !== field.defaultChecked : field.value !== field.defaultValue);

// A refused form was drawn again with the words it could not save.
export const typed = (box) => box.matches("[data-refused]") || [...box.querySelectorAll("input, textarea")].some(differs);

// The form whose words a request passes by: it draws something else in their place, or takes the saved ones.
function passed({ elt, target, verb }) {
  const lost = target?.querySelector("[data-composer]");
  if (lost) return [lost, "unsaved"];
  const box = verb !== "get" && elt.closest("[data-saved-words]")?.closest("[data-piece]");
  return [box ? box.querySelector("[data-composer]") : null, "saved_words"];
}

export function begin() {
  document.body.addEventListener("htmx:confirm", (event) => {
    if (event.defaultPrevented) return;
    const { elt } = event.detail;
    const [form, question] = passed(event.detail);
    const sent = form?.contains(elt) || (form && elt.form === form) || elt.closest("[hx-include='#compose']");
    if (form && !sent && typed(form) && !confirm(say(question))) event.preventDefault();
  });
}
