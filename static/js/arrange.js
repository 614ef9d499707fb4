// A list that people put in order: its buttons move an entry at once, and its grip lets one drag it.
import { say } from "./words.js";

class Arrange {
  constructor(list) {
    this.list = list;
    this.told = list.parentElement.querySelector("[data-arranged]");
    list.addEventListener("click", (event) => this.pressed(event));
    for (const grip of list.querySelectorAll("[data-grip]")) grip.addEventListener("pointerdown", (event) => this.grab(event, grip.closest("li")));
  }

  get rows() { return [...this.list.children]; }

  pressed(event) {
    const button = event.target.closest("[data-move]");
    if (!button) return;
    event.preventDefault();
    const row = button.closest("li");
    const at = this.rows.indexOf(row) + Number(button.dataset.move);
    if (at < 0 || at >= this.rows.length) return;
    if (Number(button.dataset.move) < 0) this.rows[at].before(row); else this.rows[at].after(row);
    this.number(row);
    button.focus();
  }

  grab(event, row) {
    event.preventDefault();
    const move = (moved) => {
      const other = document.elementFromPoint(moved.clientX, moved.clientY)?.closest("[data-arrange] > li");
      if (!other || other === row || other.parentElement !== this.list) return;
      const box = other.getBoundingClientRect();
      if (moved.clientY < box.top + box.height / 2) other.before(row); else other.after(row);
    };
    const drop = () => {
      row.classList.remove("held");
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", drop);
      removeEventListener("pointercancel", drop);
      this.number(row);
    };
    row.classList.add("held");
    addEventListener("pointermove", move);
    addEventListener("pointerup", drop);
    addEventListener("pointercancel", drop);
  }

  number(moved) {
    this.rows.forEach((row, index) => {
      row.querySelector(".nr").textContent = index + 1;
      for (const button of row.querySelectorAll("[name='do']")) button.value = `${button.value.split("-")[0]}-${index}`;
    });
    const name = moved.querySelector("input[type='text']")?.value || moved.querySelector(".nr").textContent;
    if (this.told) this.told.textContent = say("moved_to", { name, place: this.rows.indexOf(moved) + 1, all: this.rows.length });
  }
}

export function begin(list) {
  return new Arrange(list);
}
