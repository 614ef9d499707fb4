// Dragging on the calendar: by mouse, by finger (held for a moment), by keyboard. The server says what would come of it.
import { csrf, failureWords } from "./requests.js";
import { toast } from "./toast.js";
import { icon, say } from "./words.js";

const MARKS = "[data-post], [data-entry]"; // posts, and intentions that are no post yet
const FAR = 6; // pixels before a press is a drag
const SHAKES = 12; // pixels a finger may tremble while it rests
const HELD = 350; // milliseconds a finger rests before it lifts
const ASK = 140; // milliseconds a target stands before the server is asked
const STEP = 15; // minutes on the week's grid
const MORNING = "09:00"; // where what has no time yet begins on the week's grid
const EDGE = 56; // pixels from the window's edge within which it scrolls
const two = (value) => String(value).padStart(2, "0");
const day = (date) => `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
const clock = (minutes) => `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;

class Calendar {
  constructor(root) {
    this.root = root;
    this.last = Promise.resolve();
    root.addEventListener("pointerdown", (event) => this.press(event));
    root.addEventListener("click", (event) => { if (this.dragged) { event.preventDefault(); event.stopPropagation(); this.dragged = false; } }, true);
    root.addEventListener("dragstart", (event) => { if (event.target.closest?.(MARKS)) event.preventDefault(); });
    // A finger that rests on a link would open the browser's menu, which ends the drag.
    root.addEventListener("contextmenu", (event) => { if (this.timer && (this.pressed || this.carried)) event.preventDefault(); });
    root.addEventListener("keydown", (event) => this.key(event));
    root.addEventListener("change", () => this.count());
    addEventListener("keydown", (event) => this.shortcut(event));
    addEventListener("pointermove", (event) => this.move(event));
    addEventListener("pointerup", (event) => this.release(event));
    addEventListener("pointercancel", () => this.leave());
    addEventListener("touchmove", (event) => { if (this.carried) event.preventDefault(); }, { passive: false });
    this.begin();
  }

  get sheet() { return document.getElementById("calendar"); }

  get isWeek() { return this.root.dataset.view === "week"; }

  // Lanes begin at the chosen day, where they are wider than the window.
  begin() {
    const today = this.root.querySelector(`.lanes th:has(time[datetime="${this.sheet.dataset.on}"])`);
    if (today) today.closest(".scroll").scrollLeft = Math.max(0, today.offsetLeft - 220);
    const bulk = document.getElementById("bulk");
    if (!bulk || bulk.querySelector("[data-all]")) return;
    const all = Object.assign(document.createElement("button"), { type: "button", className: "btn flat small", textContent: say("cal_all") });
    all.dataset.all = "";
    all.addEventListener("click", () => {
      const boxes = [...this.root.querySelectorAll("input[name='post']")];
      const every = boxes.every((box) => box.checked);
      for (const box of boxes) box.checked = !every;
      this.count();
    });
    bulk.prepend(all);
    this.count();
  }

  count() {
    const place = this.root.querySelector("[data-chosen]");
    if (!place) return;
    const n = this.root.querySelectorAll("input[name='post']:checked").length;
    place.textContent = say("cal_chosen", { n });
    for (const button of place.closest("form").querySelectorAll("[name='do']")) button.disabled = !n;
  }

  // Pointer

  press(event) {
    const mark = event.target.closest?.(MARKS);
    if (!mark || event.button || this.carried) return;
    this.pressed = { mark, x: event.clientX, y: event.clientY };
    this.timer = 0;
    if (event.pointerType === "touch") this.timer = setTimeout(() => this.lift(mark, event.clientX, event.clientY), HELD);
  }

  move(event) {
    if (!this.carried && this.pressed) {
      const far = Math.hypot(event.clientX - this.pressed.x, event.clientY - this.pressed.y);
      if (far <= (event.pointerType === "touch" ? SHAKES : FAR)) return;
      if (event.pointerType === "touch") { this.leave(); return; }
      this.lift(this.pressed.mark, event.clientX, event.clientY);
    }
    if (!this.carried || this.byKey) return;
    this.carried.style.translate = `${event.clientX + 12}px ${event.clientY + 12}px`;
    this.aim(this.under(event.clientX, event.clientY));
    this.scroll(event.clientX, event.clientY);
  }

  // Near the window's edge the page goes on, as long as the pointer stays there.
  scroll(x, y) {
    clearInterval(this.scrolling);
    const step = y < EDGE ? -10 : y > innerHeight - EDGE ? 10 : 0;
    const box = this.sheet.querySelector(".scroll");
    const side = x < EDGE ? -10 : x > innerWidth - EDGE ? 10 : 0;
    if (!step && !side) return;
    this.scrolling = setInterval(() => {
      scrollBy(0, step);
      box?.scrollBy(side, 0);
      if (this.carried) this.aim(this.under(x, y));
    }, 16);
  }

  release() {
    clearTimeout(this.timer);
    const { mark, target, carried } = this;
    this.pressed = null;
    if (!carried || this.byKey) return;
    this.dragged = true;
    setTimeout(() => { this.dragged = false; });
    this.leave();
    if (target) this.drop(mark, target);
  }

  under(x, y) {
    const found = document.elementFromPoint(x, y);
    const free = found?.closest?.("[data-time]");
    if (free) return this.allowed({ cell: free, day: free.dataset.day, time: free.dataset.time });
    const cell = found?.closest?.("[data-day]");
    if (!cell || !this.root.contains(cell)) return null;
    if (!this.isWeek) return this.allowed({ cell, day: cell.dataset.day, time: "" });
    const hour = this.hour(cell);
    const minutes = Number(cell.dataset.from) * 60 + Math.floor((y - cell.getBoundingClientRect().top) / hour * 60 / STEP) * STEP;
    return { cell, day: cell.dataset.day, time: clock(Math.max(0, Math.min(1440 - STEP, minutes))) };
  }

  hour(lane) { return lane.querySelector("i")?.getBoundingClientRect().height || 44; }

  // On lanes a post keeps its client and account: only its day changes.
  allowed(target) {
    const lane = this.mark.closest("[data-lane]")?.dataset.lane;
    return lane === undefined || target.cell.dataset.lane === lane ? target : null;
  }

  // Keyboard: M lifts, arrows move, Enter drops, Escape puts it back.

  key(event) {
    const mark = event.target.closest?.(MARKS);
    if (!this.carried && mark && event.key.toLowerCase() === "m" && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      this.byKey = true;
      const box = mark.getBoundingClientRect();
      this.lift(mark, box.left, box.bottom);
      const [on, at] = mark.dataset.at.split("T");
      this.point(on, this.isWeek ? at || MORNING : "");
      this.tell(say("cal_lifted", { title: mark.querySelector(".n, .sr")?.textContent.trim() ?? "" }));
    } else if (this.carried && this.byKey) this.steer(event);
    else if (mark && event.key.toLowerCase() === "x") {
      const box = mark.parentElement.querySelector("input[name='post']");
      if (box) { event.preventDefault(); box.checked = !box.checked; this.count(); }
    }
  }

  steer(event) {
    const days = { ArrowLeft: -1, ArrowRight: 1, ...(this.root.dataset.view === "month" ? { ArrowUp: -7, ArrowDown: 7 } : {}) }[event.key];
    const minutes = this.isWeek ? { ArrowUp: -STEP, ArrowDown: STEP }[event.key] : 0;
    if (event.key === "Escape" || event.key === "Tab") { this.leave(); this.tell(say("cal_back")); if (event.key === "Escape") event.preventDefault(); return; }
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Enter" || event.key === " ") {
      const { mark, target } = this;
      this.leave();
      if (target) this.drop(mark, target);
    } else if (days || minutes) {
      const at = new Date(`${this.target.day}T${this.target.time || "12:00"}`);
      at.setDate(at.getDate() + (days ?? 0));
      const total = this.target.time ? at.getHours() * 60 + at.getMinutes() + (minutes ?? 0) * (event.shiftKey ? 4 : 1) : 0;
      this.point(day(at), this.target.time ? clock(Math.max(0, Math.min(1440 - STEP, total))) : "");
    }
  }

  point(on, time) {
    const lane = this.mark.closest("[data-lane]")?.dataset.lane;
    const cell = [...this.sheet.querySelectorAll(`[data-day="${CSS.escape(on)}"]:not([data-time])`)].find((each) => each.dataset.lane === lane);
    if (!cell) { this.tell(say("cal_edge")); return; }
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
    this.aim({ cell, day: on, time });
    const box = cell.getBoundingClientRect();
    this.carried.style.translate = `${box.left + 8}px ${this.isWeek ? this.line?.getBoundingClientRect().top ?? box.top : box.top + 28}px`;
  }

  shortcut(event) {
    if (event.key.toLowerCase() !== "u" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName ?? "") || !this.undoable) return;
    event.preventDefault();
    this.undo(this.undoable);
  }

  // What is carried, and where it would fall

  lift(mark, x, y) {
    clearTimeout(this.timer);
    this.mark = mark;
    this.carried = document.createElement("div");
    this.carried.className = "carried";
    this.carried.append(icon("scheduled"), Object.assign(document.createElement("span"), { textContent: mark.querySelector(".n, .sr")?.textContent ?? "" }), document.createElement("b"));
    this.carried.style.translate = `${x + 12}px ${y + 12}px`;
    document.body.append(this.carried);
    const top = mark.getBoundingClientRect().top;
    document.body.classList.add("carrying"); // on a phone empty days appear: the page stays where the finger is
    scrollBy(0, mark.getBoundingClientRect().top - top);
    mark.classList.add("lifted");
  }

  aim(target) {
    const same = target?.day === this.target?.day && target?.time === this.target?.time && target?.cell === this.target?.cell;
    if (same) return;
    this.target?.cell.classList.remove("over");
    this.line?.remove();
    this.target = target;
    const words = this.carried.querySelector("b");
    words.textContent = target ? [target.day, target.time].filter(Boolean).join(" ") : "";
    this.carried.classList.remove("no", "think");
    clearTimeout(this.asking);
    if (!target) return;
    target.cell.classList.add("over");
    if (this.isWeek && target.cell.dataset.from !== undefined) this.draw(target);
    this.asking = setTimeout(() => this.ask(target, words), ASK);
  }

  draw({ cell, time }) {
    const [hours, minutes] = time.split(":").map(Number);
    this.line = Object.assign(document.createElement("span"), { className: "overat" });
    this.line.style.insetBlockStart = `${(hours + minutes / 60 - Number(cell.dataset.from)) * this.hour(cell)}px`;
    cell.append(this.line);
  }

  async ask(target, words) {
    const asked = new URLSearchParams({ day: target.day, time: target.time, clock: this.sheet.dataset.clock });
    const answer = await fetch(`${this.address(this.mark)}there/?${asked}`, { headers: { "X-Requested-With": "fetch" } }).catch(() => null);
    if (!answer?.ok || this.target !== target || !this.carried) return;
    const found = await answer.json();
    words.textContent = [found.words, ...found.warnings].join(" ");
    this.carried.classList.toggle("no", found.refused);
    this.carried.classList.toggle("think", !found.refused && found.warnings.length > 0);
    if (this.byKey) this.tell(words.textContent);
  }

  leave() {
    clearTimeout(this.timer);
    clearInterval(this.scrolling);
    clearTimeout(this.asking);
    this.target?.cell.classList.remove("over");
    this.line?.remove();
    this.carried?.remove();
    this.mark?.classList.remove("lifted");
    document.body.classList.remove("carrying");
    Object.assign(this, { carried: null, target: null, pressed: null, byKey: false, line: null });
  }

  tell(words) { this.root.querySelector("[data-says]").textContent = words; }

  // The server

  address(mark) { return `${this.root.dataset.base}${mark.dataset.post ?? `entries/${mark.dataset.entry}`}/`; }

  drop(mark, { cell, day: on, time }) {
    const [was, at] = mark.dataset.at.split("T");
    if (was === on && (!time || time === at)) { mark.focus(); return; }
    const item = this.root.dataset.view === "month" ? mark.closest("li") : null;
    const [home, next] = [item?.parentElement, item?.nextSibling];
    const list = cell.querySelector("ul");
    if (item && list) list.append(item);
    mark.setAttribute("aria-busy", "true");
    this.send(this.address(mark), { day: on, time, clock: this.sheet.dataset.clock }, mark.id).then((done) => {
      if (done) return;
      if (item && home?.isConnected) home.insertBefore(item, next?.isConnected ? next : null);
      mark.removeAttribute("aria-busy");
      mark.focus();
    });
  }

  undo(key) {
    this.undoable = "";
    return this.send(`${this.root.dataset.base}undo/`, { key });
  }

  // One after the other, so that two quick drags show what came of both.
  send(address, values, focus = "") {
    this.last = this.last.then(() => this.post(address, { ...values, back: this.sheet.dataset.address }, focus));
    return this.last;
  }

  async post(address, values, focus) {
    const headers = { "HX-Request": "true", "X-CSRFToken": csrf() };
    const answer = await fetch(address, { method: "POST", headers, body: new URLSearchParams(values) }).catch(() => null);
    const body = (await answer?.text().catch(() => "")) ?? "";
    const place = answer?.headers.get("HX-Redirect");
    if (place) { location.assign(place); return true; }
    if (!answer?.ok) {
      const words = failureWords(answer?.status ?? 0, body, answer?.headers.get("Content-Type") ?? "");
      toast(words, { state: "failed" });
      this.tell(words);
      return false;
    }
    const fresh = document.createRange().createContextualFragment(body);
    this.sheet.replaceWith(fresh);
    window.htmx?.process(this.sheet);
    this.begin();
    document.getElementById(focus)?.focus();
    const told = JSON.parse(answer.headers.get("HX-Trigger") ?? "{}")["calendar-changed"];
    if (told) this.said(told);
    return true;
  }

  said({ text, undo }) {
    this.undoable = undo;
    this.tell(text);
    if (text) toast(text, undo ? { action: { label: say("undo"), run: () => this.undo(undo) } } : {});
  }
}

export function begin(root) {
  return new Calendar(root);
}
