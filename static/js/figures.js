// A number that is clicked says what it is: its page comes as a small box beside it, and as a page without a script.
let box, from;

export function begin(link) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || !window.htmx || !HTMLElement.prototype.showPopover) return;
    event.preventDefault();
    if (!box?.isConnected) make();
    from = link;
    box.setAttribute("aria-label", link.title);
    box.innerHTML = '<div class="stack" aria-hidden="true"><span class="bone"></span><span class="bone"></span><span class="bone"></span></div>';
    place(link);
    box.showPopover();
    window.htmx.ajax("GET", link.href, { target: box, swap: "innerHTML" }).then(() => box.focus());
  });
}

function make() {
  box = document.createElement("div");
  box.className = "pop explained";
  box.popover = "auto";
  box.tabIndex = -1;
  box.setAttribute("role", "dialog");
  box.addEventListener("toggle", (change) => {
    if (change.newState === "closed" && box.contains(document.activeElement)) from?.focus({ preventScroll: true });
  });
  document.body.append(box);
}

function place(link) {
  const at = link.getBoundingClientRect(), wide = Math.min(400, innerWidth - 24);
  const isBelow = innerHeight - at.bottom > 320 || at.top < 320;
  const where = {
    "--wide": `${wide}px`,
    "--left": `${Math.max(12, Math.min(at.left, innerWidth - wide - 12))}px`,
    "--top": isBelow ? `${at.bottom + 6}px` : "auto",
    "--bottom": isBelow ? "auto" : `${innerHeight - at.top + 6}px`,
  };
  for (const [name, value] of Object.entries(where)) box.style.setProperty(name, value);
}
