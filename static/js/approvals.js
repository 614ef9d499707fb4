// The inbox by keyboard: on the row one stands on, a approves (after one more look), c asks for changes, r rejects, x chooses.
import { say } from "./words.js";

const typing = (target) => target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName ?? "") && target.type !== "checkbox";

class Inbox {
  constructor(form) {
    this.form = form;
    this.told = form.querySelector("[data-chosen]");
    form.addEventListener("change", () => this.count());
    form.addEventListener("focusin", (event) => this.stand(event.target.closest("li")));
    addEventListener("keydown", (event) => this.pressed(event));
    this.count();
  }

  get rows() { return [...this.form.querySelectorAll(".inbox > li")]; }

  get row() { return this.form.querySelector(".inbox > [aria-current]"); }

  stand(row) {
    for (const each of this.rows) if (each === row) each.setAttribute("aria-current", "true"); else each.removeAttribute("aria-current");
  }

  get boxes() { return [...this.form.querySelectorAll("[name='chosen']")]; }

  count() {
    const n = this.boxes.filter((box) => box.checked).length;
    if (this.told) this.told.textContent = n ? say("chosen", { n }) : "";
    const button = this.form.querySelector("[data-bulk]");
    if (button) button.disabled = !n;
  }

  pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || typing(event.target) || document.querySelector("dialog[open]")) return;
    const row = this.row;
    const box = row?.querySelector("[name='chosen']");
    if (event.key === "x" && box) { box.checked = !box.checked; this.count(); }
    else if (event.key === "a" && (this.boxes.some((each) => each.checked) || box)) {
      if (!this.boxes.some((each) => each.checked)) box.checked = true;
      this.count();
      this.form.requestSubmit();
    } else if (event.key === "c" && box) location.href = `${row.dataset.url}?do=changes`;
    else if (event.key === "r" && box) location.href = `${row.dataset.url}?do=reject`;
    else return;
    event.preventDefault();
  }
}

export function begin(form) {
  return new Inbox(form);
}
