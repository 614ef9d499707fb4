// How the page asks the server: the CSRF header, what is busy, and what is said when something goes wrong.
import { say } from "./words.js";
import { toast } from "./toast.js";

const SLOW = 8000;
const STILL = 3; // pixels: the pointer did not leave, what is under it did

export const csrf = () => document.querySelector("meta[name='csrf-token']")?.content ?? "";

const sentences = { 0: "offline", 401: "signed_out", 403: "refused", 404: "gone", 409: "conflict", 410: "gone", 429: "too_many" };

// The server's own words when it has some (plain text, or JSON with a message), else ours for this kind of failure.
export function failureWords(status, body = "", type = "") {
  if (type.startsWith("application/json")) {
    try {
      const found = JSON.parse(body);
      const words = found.message ?? found.detail;
      if (typeof words === "string" && words) return words;
    } catch { /* not JSON after all */ }
  }
  if (type.startsWith("text/plain") && body.trim() && body.length < 400) return body.trim();
  return say(sentences[status] ?? "broken");
}

const button = (element, event) => event?.submitter ?? element.closest?.("button, .btn") ?? element.querySelector?.("button[type='submit'], button:not([type])");

// The forms, or what stands alone, that send something now, each with what was pressed.
const underWay = new Map();

const whole = (element) => element.closest("form") ?? element.form ?? element;

// What looks again by itself: it says nothing of its failures. The buttons inside of it do.
const quiet = (element) => element.hasAttribute("data-quiet");

// What asks again as one types (quiet, or with a sync of its own) is no press.
const presses = (element, verb) => verb !== "get" && !quiet(element) && !element.hasAttribute("hx-sync");

// What looks again by itself also waits for what was pressed inside of it: it would take it away.
function inTheWay({ elt, verb }) {
  if (quiet(elt)) return [...underWay.values()].some((each) => elt.contains(each));
  return presses(elt, verb) && underWay.has(whole(elt));
}

function busy({ detail: { elt, xhr, requestConfig } }) {
  if (quiet(elt)) return;
  const pressed = button(elt, requestConfig.triggeringEvent);
  const sent = presses(elt, requestConfig.verb) && whole(elt);
  const timer = setTimeout(() => toast(say("slow")), SLOW);
  if (sent) underWay.set(sent, elt);
  pressed?.setAttribute("aria-busy", "true");
  xhr.addEventListener("loadend", () => {
    clearTimeout(timer);
    if (xhr.getResponseHeader("HX-Redirect")) return; // the page leaves; until then nothing is pressed again
    underWay.delete(sent);
    pressed?.removeAttribute("aria-busy");
  });
}

// The token belongs in no address: a form that also asks (its button says otherwise than its form) leaves it out then.
function asks(event) {
  const token = event.target.elements.csrfmiddlewaretoken;
  const method = event.submitter?.getAttribute("formmethod") ?? event.target.getAttribute("method") ?? "get";
  if (!token || method !== "get") return;
  token.disabled = true;
  setTimeout(() => { token.disabled = false; });
}

export function begin() {
  const body = document.body;
  addEventListener("submit", asks);
  body.addEventListener("htmx:configRequest", (event) => { event.detail.headers["X-CSRFToken"] = csrf(); });
  // A second press while the first is under way is dropped; htmx would keep it and send it afterwards.
  body.addEventListener("htmx:confirm", (event) => { if (inTheWay(event.detail)) event.preventDefault(); });
  body.addEventListener("htmx:beforeSend", busy);
  body.addEventListener("htmx:responseError", ({ detail: { xhr, elt } }) => {
    if (quiet(elt)) return;
    toast(failureWords(xhr.status, xhr.responseText, xhr.getResponseHeader("Content-Type") ?? ""), { state: "failed" });
  });
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    body.addEventListener(name, ({ detail }) => {
      if (!quiet(detail.elt)) toast(say("offline"), { state: "failed" });
    });
  }
  // The server may ask for a message: HX-Trigger: {"toast": {"text": "…", "state": "failed"}}
  body.addEventListener("toast", ({ detail }) => toast(detail.text ?? detail.value, { state: detail.state ?? "" }));
  once();
  pressed();
  network();
}

// What htmx sends when the form is sent; what it asks meanwhile (a preview as one types) sends nothing.
const byHtmx = (form) => {
  const attribute = (name) => form.getAttribute(name) ?? form.getAttribute(`data-${name}`);
  return attribute("hx-post") !== null && /\bsubmit\b/.test(attribute("hx-trigger") ?? "submit");
};

// A form is sent once: a second click while the first is under way does nothing.
function once() {
  addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || byHtmx(form)) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    event.submitter?.setAttribute("aria-busy", "true");
  });
  addEventListener("pageshow", free);
  // Whoever is asked and stays may press again: nothing was sent, or it was sent and only the page did not follow.
  addEventListener("beforeunload", (event) => { setTimeout(() => { if (event.defaultPrevented) free(); }); });
}

function free() {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  underWay.clear();
  for (const pressed of document.querySelectorAll("button[aria-busy], .btn[aria-busy]")) pressed.removeAttribute("aria-busy");
}

// A press whose target was replaced by the like of it, or moved away by what was loaded above, between the mouse's down
// and up: the browser gives no click then.
function pressed() {
  let down = null;
  const plain = (event) => event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
  const pressable = (event) => event.target.closest?.("a[hx-get], button, summary");
  addEventListener("mousedown", (event) => { down = plain(event) && pressable(event) ? { at: pressable(event), x: event.clientX, y: event.clientY } : null; });
  addEventListener("mouseup", (event) => {
    const was = down;
    down = null;
    if (!was || !plain(event) || was.at.contains(event.target) || Math.hypot(event.clientX - was.x, event.clientY - was.y) > STILL) return;
    const up = pressable(event);
    if (was.at.isConnected) was.at.checkVisibility?.() && was.at.click();
    else if (up?.matches("a") && up.getAttribute("href") === was.at.getAttribute("href")) up.click();
  });
}

function network() {
  const bar = document.querySelector("[data-offline]");
  if (!bar) return;
  const show = () => { bar.hidden = navigator.onLine; };
  addEventListener("online", show);
  addEventListener("offline", show);
  show();
}
