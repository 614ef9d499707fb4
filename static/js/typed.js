// What was typed and is not saved: whether there is any, and asking before something else takes its place.
import { say } from "./words.js";

const differs = (field) => (["checkbox", "radio"].includes(field.type) ? field.checked !== field.defaultChecked : field.value !== field.defaultValue);

export const typed = (box) => [...box.querySelectorAll("input, textarea")].some(differs);

// Another piece, or another version of this one, in the place of words that are not saved.
export function begin() {
  document.body.addEventListener("htmx:confirm", (event) => {
    if (event.defaultPrevented) return;
    const { elt, target } = event.detail;
    const form = target?.querySelector("[data-composer]");
    const sent = form?.contains(elt) || (form && elt.form === form) || elt.closest("[hx-include='#compose']");
    if (form && !sent && typed(form) && !confirm(say("unsaved"))) event.preventDefault();
  });
}
