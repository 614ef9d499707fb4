// While a piece is written: how much of the platform's limit is used, counted as the platform counts, and how it will look.
import { compose, count, limits, measureTitle, partsOf, writtenHashtags } from "./limits.js";
import { typed } from "./typed.js";
import { number, say } from "./words.js";

class Composer {
  constructor(form) {
    this.form = form;
    this.platform = form.dataset.composer;
    this.fields = Object.fromEntries([...form.querySelectorAll("[data-part]")].map((field) => [field.dataset.part, field]));
    form.addEventListener("input", () => this.changed());
    this.changed();
  }

  value(part) { return this.fields[part]?.value ?? ""; }

  names(part) { return this.value(part).split(/[\s,]+/).filter(Boolean); }

  changed() {
    this.count();
    const hint = this.form.querySelector("[data-unsaved]");
    if (hint) hint.hidden = !typed(this.form);
  }

  count() {
    const rule = limits[this.platform];
    if (!rule) return;
    const ai = this.fields.ai;
    const text = compose({
      text: this.value("text"),
      hashtags: writtenHashtags(this.value("hashtags")),
      callToAction: this.value("cta"),
      mentions: this.names("mentions"),
      label: ai?.checked ? ai.dataset.line : "",
    });
    const found = count(this.platform, text);
    this.tell("text", found.used, found.limit, !found.fits);
    if (rule.title !== null) this.tell("title", measureTitle(this.value("title")), rule.title);
    if (rule.hashtags !== null) this.tell("hashtags", found.hashtags, rule.hashtags);
    this.preview(text);
  }

  tell(part, used, limit, bad = used > limit) {
    const place = this.form.querySelector(`[data-count="${part}"]`);
    this.fields[part]?.toggleAttribute("aria-invalid", bad);
    if (bad) this.fields[part]?.setAttribute("aria-invalid", "true");
    if (!place) return;
    const over = used > limit;
    place.textContent = say(over ? "over" : "of", { used: number(used), limit: number(limit), over: number(used - limit) });
    place.classList.toggle("over", bad);
    // Spoken when the limit is crossed, not at each key.
    const voice = this.form.querySelector(`[data-count-voice="${part}"]`);
    if (voice && voice.dataset.was !== String(over)) { voice.textContent = over ? place.textContent : ""; voice.dataset.was = String(over); }
  }

  preview(text) {
    const scope = this.form.closest("[data-piece]") ?? this.form;
    const parts = partsOf(this.platform, text);
    for (const place of scope.querySelectorAll("[data-preview='text'], [data-preview='thread']")) show(place, parts);
    for (const place of scope.querySelectorAll("[data-preview='title']")) place.textContent = this.value("title");
    const chosen = this.form.querySelector("input[name$='thumbnail']:checked");
    const still = scope.querySelector("[data-preview='still']");
    if (chosen?.dataset.image && still && !("cover" in still.dataset)) still.src = chosen.dataset.image;
  }
}

// One post as words, a thread's parts as a list: the place becomes the other as lines of dashes are written.
function show(place, parts) {
  const kind = parts.length > 1 ? "thread" : "text";
  if (place.dataset.preview !== kind) {
    const other = document.createElement(kind === "thread" ? "ol" : "p");
    other.className = kind === "thread" ? "thread body" : "body";
    other.dataset.preview = kind;
    place.replaceWith(other);
    place = other;
  }
  if (kind === "text") place.textContent = parts[0];
  else place.replaceChildren(...parts.map((part) => Object.assign(document.createElement("li"), { textContent: part })));
}

export function begin(form) {
  return new Composer(form);
}
