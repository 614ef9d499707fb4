// The composer: how much room each chosen platform has for one text, and Control with Enter goes on.
import { compose, count, limits, writtenHashtags } from "./limits.js";
import { number, say } from "./words.js";

class Counts {
  constructor(place) {
    this.form = place.closest("form") ?? place.querySelector("form");
    const form = this.form;
    this.list = form.querySelector("[data-counts]");
    if (this.list) {
      form.addEventListener("input", () => this.tell());
      this.tell();
    }
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      form.requestSubmit(form.querySelector("[data-go]"));
    });
  }

  value(name) { return this.form.elements[name]?.value ?? ""; }

  tell() {
    const chosen = [...this.form.querySelectorAll("input[name='accounts']:checked")];
    const text = compose({ text: this.value("text"), hashtags: writtenHashtags(this.value("hashtags")) });
    const rows = new Map(chosen.filter((box) => limits[box.dataset.platform]).map((box) => [box.dataset.platform, box]));
    this.list.replaceChildren(...[...rows].map(([platform, box]) => this.row(platform, box, count(platform, text))));
  }

  row(platform, box, found) {
    const item = document.createElement("li");
    item.append(box.closest("label").querySelector(".pf").cloneNode(true));
    const over = found.used > found.limit;
    item.append(say(over ? "over" : "of", { used: number(found.used), limit: number(found.limit), over: number(found.used - found.limit) }));
    item.classList.toggle("over", !found.fits);
    return item;
  }
}

export function begin(place) {
  return new Counts(place);
}
