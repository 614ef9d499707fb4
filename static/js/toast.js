// Short messages at the foot of the page. Errors stay until they are closed; the rest leaves unless it is being read.
import { icon, say } from "./words.js";

const STAY = 7000;
const box = document.querySelector("[data-toasts]");

function leave(toast) {
  let timer = 0;
  const start = () => { timer = setTimeout(() => toast.remove(), STAY); };
  const stop = () => clearTimeout(timer);
  for (const name of ["pointerenter", "focusin"]) toast.addEventListener(name, stop);
  for (const name of ["pointerleave", "focusout"]) toast.addEventListener(name, start);
  start();
}

export function toast(text, { state = "", action = null } = {}) {
  if (!box) return null;
  const same = [...box.children].find((each) => each.dataset.text === text);
  same?.remove();
  const made = document.createElement("div");
  made.className = "toast";
  made.dataset.text = text;
  made.setAttribute("role", state === "failed" ? "alert" : "status");
  if (state === "failed") made.append(icon("warn"));
  made.append(Object.assign(document.createElement("span"), { textContent: text }));
  if (action) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn", textContent: action.label });
    button.addEventListener("click", () => { made.remove(); action.run(); });
    made.append(button);
  }
  const close = Object.assign(document.createElement("button"), { type: "button", className: "btn icon" });
  close.dataset.dismiss = "";
  close.setAttribute("aria-label", say("close"));
  close.append(icon("x"));
  made.append(close);
  box.append(made);
  if (state !== "failed") leave(made);
  return made;
}

box?.addEventListener("click", (event) => {
  if (event.target.closest("[data-dismiss]")) event.target.closest(".toast").remove();
});
for (const waiting of box?.querySelectorAll(".toast:not([data-stay])") ?? []) leave(waiting);
