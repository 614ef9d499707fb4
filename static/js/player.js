// The picture and the words follow each other: a click on a word goes there, the word being said is marked.
import { clock, icon, say } from "./words.js";

const SPEEDS = [1, 1.25, 1.5, 2, 0.75];

class Player {
  words = [];

  constructor(root) {
    this.root = root;
    this.media = root.querySelector("video, audio");
    this.timeline = root.querySelector("[data-timeline]");
    this.slider = root.querySelector("[data-slider]");
    this.looked = 0;
    this.read();
    if (!this.media) return;
    this.media.removeAttribute("controls");
    root.querySelector("[data-controls]")?.removeAttribute("hidden");
    this.listen();
    this.captions(false);
    this.fromAddress();
    this.follow();
  }

  listen() {
    const media = this.media;
    for (const name of ["timeupdate", "seeked", "loadedmetadata", "durationchange"]) media.addEventListener(name, () => this.follow());
    for (const name of ["play", "pause", "ended"]) media.addEventListener(name, () => { this.buttons(); this.tick(); });
    this.root.addEventListener("click", (event) => this.clicked(event));
    this.slider?.addEventListener("input", () => this.seek(Number(this.slider.value)));
    document.body.addEventListener("htmx:afterSettle", (event) => {
      if (!this.root.isConnected) return;
      this.captioned();
      if (this.read()) this.follow();
      if (event.detail.elt.matches("[data-line]") && this.root.contains(event.detail.elt)) this.attend(event.detail.elt);
    });
    this.root.addEventListener("dblclick", (event) => this.editAt(event));
    this.root.addEventListener("keydown", (event) => this.inForm(event));
    document.addEventListener("selectionchange", () => this.marked());
    // Times elsewhere on the page (matches, moments) go to the same place.
    addEventListener("click", (event) => {
      const link = event.target.closest?.("[data-seek]");
      if (!link || this.root.contains(link)) return;
      event.preventDefault();
      document.getElementById("v-watch")?.click();
      this.seek(Number(link.dataset.seek), { play: true });
    });
    addEventListener("hashchange", () => this.fromAddress());
    addEventListener("keydown", (event) => this.pressed(event));
  }

  // The transcript may arrive after the picture, or its next part; it is read again when it does, and that is told.
  read() {
    const found = this.root.querySelector("[data-script]");
    this.words = [...(found?.querySelectorAll("[data-t]") ?? [])].map((element) => ({ element, at: Number(element.dataset.t) }));
    if (found === this.script) return false;
    this.script = found;
    this.inside = false;
    found?.addEventListener("keydown", (event) => this.walk(event));
    for (const name of ["wheel", "touchmove"]) found?.addEventListener(name, () => { this.looked = Date.now(); }, { passive: true });
    return true;
  }

  fromAddress() {
    const found = /^#t=([\d.]+)$/.exec(location.hash);
    if (found) this.seek(Number(found[1]));
  }

  seek(at, { play = false } = {}) {
    if (!Number.isFinite(at)) return;
    this.media.currentTime = at;
    this.looked = 0;
    this.inside = true;
    this.follow(at);
    if (play) this.media.play().catch(() => { /* the browser wants a click first */ });
  }

  clicked(event) {
    const target = event.target;
    const place = target.closest("[data-seek]");
    if (place) { event.preventDefault(); this.seek(Number(place.dataset.seek), { play: true }); return; }
    const word = target.closest("[data-script] [data-t]");
    if (word && !getSelection()?.toString()) { this.seek(Number(word.dataset.t)); return; }
    const step = target.closest("[data-step-by]");
    if (step) { this.seek(Math.max(0, this.media.currentTime + Number(step.dataset.stepBy))); return; }
    if (target.closest("[data-toggle]") || target === this.media) this.toggle();
    if (target.closest("[data-speed]")) this.faster(target.closest("[data-speed]"));
    if (target.closest("[data-captions]")) this.captions(true);
    if (target.closest("[data-skip]")) this.leaveOut(target.closest("[data-skip]"));
  }

  // In the editor a double click on a word opens its line, with that word chosen.
  editAt(event) {
    const word = event.target.closest("[data-script] [data-t]");
    const line = word?.closest("[data-line]");
    const open = line?.querySelector("[data-edit]");
    if (!open) return;
    const before = [...line.querySelectorAll("[data-t]")];
    const start = before.slice(0, before.indexOf(word)).reduce((at, each) => at + each.textContent.length + 1, 0);
    this.choose = [start, start + word.textContent.length];
    getSelection()?.removeAllRanges();
    open.click();
  }

  // A line that opens takes the keys, with the chosen word ready; one that was saved gives its button.
  attend(element) {
    const text = element?.querySelector?.("[data-lineform] textarea");
    if (text) {
      text.focus();
      if (this.choose) text.setSelectionRange(...this.choose);
    } else if (element?.matches?.("[data-line]")) element.querySelector("[data-edit]")?.focus();
    this.choose = undefined;
  }

  inForm(event) {
    const form = event.target.closest("[data-lineform]");
    if (!form) return;
    if (event.key === "Escape") form.querySelector("[data-cancel]")?.click();
    else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    else return;
    event.preventDefault();
  }

  // What is marked to be left out is passed over while playing, so that a shorter cut can be heard.
  skip(at) {
    if (!this.skipping || this.media.paused) return;
    const mark = this.skipping.find(([start, end]) => at >= start && at < end - 0.08);
    if (mark) this.media.currentTime = mark[1];
  }

  leaveOut(button) {
    const on = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(on));
    this.skipping = on ? JSON.parse(this.root.dataset.leaveOut || "[]") : undefined;
  }

  toggle() { if (this.media.paused) this.media.play().catch(() => { /* the browser wants a click first */ }); else this.media.pause(); }

  faster(button) {
    this.media.playbackRate = SPEEDS[(SPEEDS.indexOf(this.media.playbackRate) + 1) % SPEEDS.length];
    button.querySelector("[data-speed-value]").textContent = `${this.media.playbackRate}×`;
  }

  // Captions may come after the picture, as the words do: it takes them without beginning anew.
  captioned() {
    const { captionsOf, language } = this.root.querySelector("#captions-of")?.dataset ?? {};
    const button = this.root.querySelector("[data-captions]");
    if (!captionsOf || !button || this.media.querySelector("track")) return;
    this.media.append(Object.assign(document.createElement("track"), { kind: "captions", src: captionsOf, srclang: language, label: button.getAttribute("aria-label") }));
    this.captions(false);
  }

  captions(flip) {
    const track = this.media.textTracks?.[0];
    const button = this.root.querySelector("[data-captions]");
    if (!track || !button) return;
    const on = flip ? track.mode !== "showing" : button.getAttribute("aria-pressed") === "true";
    track.mode = on ? "showing" : "hidden";
    button.setAttribute("aria-pressed", String(on));
  }

  buttons() {
    const going = !this.media.paused && !this.media.ended;
    for (const button of this.root.querySelectorAll("[data-toggle]")) {
      button.setAttribute("aria-label", say(going ? "pause" : "play"));
      button.replaceChildren(icon(going ? "pause" : "play"));
    }
    this.root.classList.toggle("playing", going);
  }

  tick() {
    cancelAnimationFrame(this.frame);
    const step = () => { this.follow(); if (!this.media.paused) this.frame = requestAnimationFrame(step); };
    if (!this.media.paused) this.frame = requestAnimationFrame(step);
  }

  follow(at = this.media.currentTime) {
    const all = Number.isFinite(this.media.duration) ? this.media.duration : Number(this.root.dataset.duration) || 0;
    this.timeline?.style.setProperty("--p", all ? ((at / all) * 100).toFixed(2) : 0);
    if (this.slider && all) {
      this.slider.max = all;
      this.slider.value = at;
      this.slider.setAttribute("aria-valuetext", say("position", { at: clock(at), all: clock(all) }));
    }
    const shown = this.root.querySelector("[data-at]");
    if (shown) shown.textContent = clock(at);
    this.turn(at);
    this.mark(at);
    this.skip(at);
  }

  // A long transcript is shown in parts: the next one comes when the playing reaches it, or somebody goes there;
  // a part that somebody only looks at stays, and so does one in which a line is open.
  turn(at) {
    const { from, to } = this.script?.dataset ?? {};
    if (from === undefined) return;
    const here = at >= Number(from) && (to === "" || at < Number(to));
    const left = this.inside && !here && !this.script.querySelector("[data-lineform]");
    this.inside = here;
    if (left) this.show(at);
  }

  show(at) {
    const form = this.root.querySelector("[data-turn]");
    if (!form) return;
    form.elements.at.value = at.toFixed(2);
    form.requestSubmit();
  }

  // Words that are chosen say from when to when something is to be marked.
  marked() {
    const form = this.root.querySelector("[data-mark]");
    const chosen = getSelection();
    if (!form || !chosen || chosen.isCollapsed || !this.script?.contains(chosen.anchorNode)) return;
    const inside = this.words.filter((word) => chosen.containsNode(word.element, true));
    if (!inside.length) return;
    const next = this.words[this.words.indexOf(inside.at(-1)) + 1];
    form.elements.start.value = inside[0].at.toFixed(2);
    form.elements.end.value = (next?.at ?? inside.at(-1).at + 5).toFixed(2);
  }

  // The last word that has begun; binary search, an hour of speech has nine thousand.
  mark(at) {
    let [low, high] = [0, this.words.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.words[middle].at <= at + 0.02) low = middle + 1; else high = middle;
    }
    const found = at > 0 ? this.words[low - 1]?.element : undefined;
    if (found === this.word) return;
    this.word?.classList.remove("w");
    found?.classList.add("w");
    this.word = found;
    const line = found?.closest("[data-line], p");
    if (line === this.line) return;
    this.line?.classList.remove("now");
    line?.classList.add("now");
    this.line = line;
    if (line && Date.now() - this.looked > 5000) this.reveal(line);
  }

  reveal(line) {
    const box = this.script;
    const [top, bottom] = [line.offsetTop - box.offsetTop, line.offsetTop - box.offsetTop + line.offsetHeight];
    if (top < box.scrollTop || bottom > box.scrollTop + box.clientHeight - 40) box.scrollTop = top - box.clientHeight / 3;
  }

  // Inside the transcript the arrows go from word to word; Enter plays from there.
  walk(event) {
    if (event.target.closest("form")) return;
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) {
      const here = this.words.findIndex((word) => word.element === this.word);
      const next = this.words[Math.min(this.words.length - 1, Math.max(0, here + step))];
      if (next) this.seek(next.at);
    } else if (event.key === "Enter" && event.target === this.script) this.toggle();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  pressed(event) {
    const element = event.target;
    const busy = /^(INPUT|TEXTAREA|SELECT|BUTTON|A|SUMMARY|VIDEO)$/.test(element.tagName) || element.isContentEditable || element.getAttribute?.("role") === "tab";
    if (busy || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.key === " ") this.toggle();
    else if (event.key === "ArrowRight") this.seek(this.media.currentTime + 5);
    else if (event.key === "ArrowLeft") this.seek(Math.max(0, this.media.currentTime - 5));
    else return;
    event.preventDefault();
  }
}

export function begin(root) {
  return new Player(root);
}
