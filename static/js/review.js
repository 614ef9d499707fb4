// Where a remark points: the moment that plays, words that are marked, a spot of the picture; and the keys of deciding.
import { clock, say } from "./words.js";

const STEP = 0.02;
const typing = (target) => target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName ?? "");
const spotWords = (x, y) => say("remark_spot", { x: Math.round(x * 100), y: Math.round(y * 100) });
const quoteWords = (quote) => say("remark_on", { words: quote.length > 60 ? `${quote.slice(0, 60)}…` : quote });

class Review {
  constructor(root) {
    this.root = root;
    this.media = root.querySelector("[data-media]");
    this.form = root.querySelector("[data-remark]");
    this.decide = document.querySelector("[data-decide]");
    root.addEventListener("click", (event) => this.clicked(event));
    addEventListener("keydown", (event) => this.pressed(event));
    if (this.media) for (const name of ["timeupdate", "seeked", "loadedmetadata"]) this.media.addEventListener(name, () => this.follow());
    if (this.form) {
      document.addEventListener("selectionchange", () => this.marked());
      this.form.elements.quote?.addEventListener("input", () => this.put({ field: "", starts_at: "", ends_at: "" }, { keep: true }));
    }
    if (this.decide) {
      this.decide.addEventListener("keydown", (event) => this.inWords(event));
      for (const name of ["[data-changes]", "[data-no]"]) this.button(name)?.addEventListener("click", () => this.needsWords());
      if (this.form) this.along();
    }
    this.begin();
  }

  begin() {
    this.recall();
    const wanted = new URLSearchParams(location.search).get("do");
    if (wanted === "changes" || wanted === "reject") this.askWhy(wanted);
    if (wanted === "approve") this.button("[data-yes]")?.focus();
    const at = /^#at=([\d.]+)$/.exec(location.hash);
    if (at) this.seek(Number(at[1]));
  }

  follow() {
    const shown = this.root.querySelector("[data-clock]");
    if (shown) shown.textContent = clock(this.media.currentTime);
  }

  seek(at) {
    if (!this.media || !Number.isFinite(at)) return;
    this.media.pause();
    this.media.currentTime = at;
  }

  clicked(event) {
    const target = event.target;
    const place = target.closest("[data-at]");
    if (place && this.media) {
      this.seek(Number(place.dataset.at));
      if (place.hash.startsWith("#at=")) event.preventDefault();
    }
    if (target.closest("[data-here]")) this.here();
    if (target.closest("[data-spot]")) this.spotting(target.closest("[data-spot]"));
    if (target.closest("[data-whole]")) this.whole();
    const picture = target.closest(".spots");
    if (picture && this.pointing && !target.closest(".spot:not(.new)")) this.spotAt(picture, event);
  }

  // What the form says of its place, and the sentence that tells it.
  put(values, { words = "", keep = false } = {}) {
    const blank = keep ? {} : { moment: "", quote: "", field: "", starts_at: "", ends_at: "", x: "", y: "", slide: "" };
    for (const [name, value] of Object.entries({ ...blank, ...values })) {
      const input = this.form.elements[name];
      if (input) input.value = value;
    }
    if (!keep) this.tell(words);
  }

  tell(words) {
    const told = this.form.querySelector("[data-place]");
    if (!told) return;
    told.hidden = !words;
    told.querySelector("[data-place-words]").textContent = words;
  }

  // A refused remark comes back with its place, which is told again.
  recall() {
    const { x, y, quote, field, moment } = Object.fromEntries(new FormData(this.form ?? undefined));
    if (x && y) this.tell(spotWords(x, y));
    else if (quote && field) this.tell(quoteWords(quote));
    else if (/^[\d:.]+$/.test(moment ?? "")) this.tell(say("remark_at", { at: moment.replace(/\.\d+$/, "") }));
  }

  // What stands in the comment box goes along with a decision, with its place.
  along() {
    const remark = this.form;
    this.decide.addEventListener("formdata", ({ formData }) => {
      if (!remark.elements.body.value.trim()) return;
      for (const [name, value] of new FormData(remark)) if (name !== "csrfmiddlewaretoken") formData.set(`along-${name}`, value);
    });
    this.decide.addEventListener("submit", () => { remark.dataset.leaves = "1"; });
  }

  write() {
    this.form.elements.body.focus();
    this.form.scrollIntoView({ block: "nearest" });
  }

  whole() { this.put({}); this.mark?.remove(); this.form.elements.body.focus(); }

  here() {
    if (!this.form || !this.media) return;
    this.media.pause();
    const at = this.media.currentTime;
    const text = `${clock(at)}${(at % 1).toFixed(1).slice(1)}`;
    this.put({ moment: text }, { words: say("remark_at", { at: clock(at) }) });
    this.write();
  }

  // Words chosen inside one field: counted in its letters, without what was taken out and what only screen readers hear.
  marked() {
    const chosen = getSelection();
    if (!chosen || chosen.isCollapsed || !chosen.rangeCount) return;
    const range = chosen.getRangeAt(0);
    const field = this.fieldOf(range.startContainer);
    if (!field || field !== this.fieldOf(range.endContainer)) return;
    const [start, end] = [this.lettersBefore(field, range.startContainer, range.startOffset), this.lettersBefore(field, range.endContainer, range.endOffset)];
    const quote = this.textOf(field).slice(start, end);
    if (!quote.trim()) return;
    // Python counts characters, the browser counts halves of some of them.
    const count = (text) => [...text].length;
    const whole = this.textOf(field);
    this.put({ field: field.dataset.field, starts_at: count(whole.slice(0, start)), ends_at: count(whole.slice(0, end)), quote: [...quote].slice(0, 300).join("") }, { words: quoteWords(quote) });
  }

  fieldOf(node) { return (node.nodeType === 1 ? node : node.parentElement)?.closest("[data-words] [data-field]"); }

  texts(field) {
    const walker = document.createTreeWalker(field, NodeFilter.SHOW_TEXT, (node) => (node.parentElement.closest("del, .sr") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT));
    const found = [];
    while (walker.nextNode()) found.push(walker.currentNode);
    return found;
  }

  textOf(field) { return this.texts(field).map((node) => node.data).join(""); }

  lettersBefore(field, node, offset) {
    const edge = document.createRange();
    edge.selectNodeContents(field);
    edge.setEnd(node, offset);
    return this.texts(field).reduce((sum, each) => {
      if (each === node) return sum + offset;
      return edge.comparePoint(each, each.length) <= 0 ? sum + each.length : sum;
    }, 0);
  }

  // A spot of the picture: by a click, or with the arrows and Enter.
  spotting(button) {
    this.pointing = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(this.pointing));
    const help = this.root.querySelector("[data-spot-help]");
    if (help) help.hidden = !this.pointing;
    this.mark?.remove();
    const picture = this.root.querySelector(".spots");
    if (this.pointing && picture) this.pin(picture, 0.5, 0.5).focus();
  }

  pin(picture, x, y) {
    this.mark?.remove();
    this.mark = Object.assign(document.createElement("button"), { type: "button", className: "spot new", textContent: "+" });
    this.mark.setAttribute("aria-label", spotWords(x, y));
    this.mark.style.setProperty("--x", x);
    this.mark.style.setProperty("--y", y);
    this.mark.addEventListener("keydown", (event) => this.steer(event, picture, x, y));
    picture.append(this.mark);
    return this.mark;
  }

  steer(event, picture, x, y) {
    const step = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[event.key];
    if (step) {
      const inside = (value) => Math.min(1, Math.max(0, Math.round(value * 1000) / 1000));
      this.pin(picture, inside(x + step[0]), inside(y + step[1])).focus();
    } else if (event.key === "Enter") this.choose(picture, x, y);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  spotAt(picture, event) {
    if (event.target === this.mark && event.detail === 0) return;
    const box = picture.getBoundingClientRect();
    const [x, y] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height].map((value) => Math.round(value * 1000) / 1000);
    this.pin(picture, x, y);
    this.choose(picture, x, y);
    event.preventDefault();
  }

  choose(picture, x, y) {
    const slide = picture.dataset.slide;
    this.put({ x, y, slide: slide ?? "" }, { words: spotWords(x, y) });
    this.root.querySelector("[data-spot]")?.setAttribute("aria-pressed", "false");
    this.pointing = false;
    this.write();
  }

  // Keys: a, c and r go where one decides and wait for Enter; m remarks on this moment; j goes on.
  askWhy(what) {
    const words = this.decide?.elements.words;
    if (!words) return;
    this.decide.dataset.verdict = what;
    words.required = true;
    words.focus();
  }

  // Who began to ask for changes gives a reason: in the note, or in the comment that goes along.
  needsWords() {
    const words = this.decide.elements.words;
    const remark = this.form?.elements;
    const said = remark && !remark.is_internal?.checked && remark.body.value.trim();
    words.required = Boolean(this.decide.dataset.verdict) && !said;
  }

  // A button of deciding: on a client's page two of them stand in the bar, outside of their form.
  button(selector) { return [...(this.decide?.elements ?? [])].find((each) => each.matches(selector)); }

  inWords(event) {
    const wanted = { changes: "[data-changes]", reject: "[data-no]" }[this.decide.dataset.verdict];
    if (!wanted || event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    this.needsWords();
    this.decide.requestSubmit(this.button(wanted));
  }

  pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || typing(event.target) || document.querySelector("dialog[open]")) return;
    const key = event.key.toLowerCase();
    if (key === "a" && this.decide) this.button("[data-yes]")?.focus();
    else if (key === "c" && this.decide) this.askWhy("changes");
    else if (key === "r" && this.decide) this.askWhy("reject");
    else if (key === "m" && this.form) { if (this.media) this.here(); else this.write(); }
    else if (key === "j") document.querySelector("[data-next]")?.click();
    else if (key === " " && this.media && event.target.tagName !== "BUTTON" && event.target.tagName !== "VIDEO" && event.target.tagName !== "SUMMARY" && event.target.tagName !== "A") { if (this.media.paused) this.media.play().catch(() => { /* the browser wants a click first */ }); else this.media.pause(); }
    else return;
    event.preventDefault();
  }
}

for (const root of document.querySelectorAll("[data-review]")) new Review(root);
