// Uploads by drop, resumable (tus 1.0), several at once. The markup stands in content/partials/uploads.html; here is only what moves.
import "../vendor/tus.min.js";
import { csrf, failureWords } from "./requests.js";
import { bytes, icon, say, span } from "./words.js";
import { toast } from "./toast.js";

const AT_ONCE = 2;
const CHUNK = 32 * 1024 * 1024;
const RETRIES = [0, 1000, 3000, 5000, 10000, 20000, 30000, 60000];
const FOR_NOW = [401, 403, 408, 409, 423, 429]; // refused, and perhaps not the next time
const tus = globalThis.tus;

class Speed {
  // Bytes a second over the last eight seconds, so that the time left does not jump.
  seen = [];

  add(sent) {
    const now = performance.now();
    this.seen.push([now, sent]);
    while (this.seen.length > 2 && now - this.seen[0][0] > 8000) this.seen.shift();
  }

  get value() {
    if (this.seen.length < 2) return 0;
    const [first, last] = [this.seen[0], this.seen.at(-1)];
    return last[0] > first[0] ? ((last[1] - first[1]) * 1000) / (last[0] - first[0]) : 0;
  }
}

class Row {
  // One file: its place in the list, its progress, its two buttons.
  constructor(box, file) {
    this.box = box;
    this.file = file;
    this.state = "waiting";
    this.sent = 0;
    this.speed = new Speed();
    this.element = box.template.content.firstElementChild.cloneNode(true);
    this.part("name").textContent = file.name;
    this.picture();
    this.part("pause").addEventListener("click", () => (this.state === "paused" || this.state === "failed" ? this.box.queue(this) : this.pause()));
    this.part("cancel").addEventListener("click", () => this.cancel());
    this.part("cancel").setAttribute("aria-label", say("up_cancel", { name: file.name }));
    this.show();
  }

  part(name) { return this.element.querySelector(`[data-up="${name}"]`); }

  picture() {
    const place = this.part("still");
    if (!this.file.type.startsWith("image/")) { place.append(icon({ audio: "music", video: "play" }[this.file.type.split("/")[0]] ?? "doc", "lg")); return; }
    const image = Object.assign(document.createElement("img"), { alt: "", src: URL.createObjectURL(this.file) });
    image.addEventListener("load", () => URL.revokeObjectURL(image.src), { once: true });
    place.append(image);
  }

  async start() {
    this.state = "running";
    this.show();
    this.upload ??= this.made();
    if (!this.upload.url) {
      const [before] = await this.upload.findPreviousUploads();
      if (before) this.upload.resumeFromPreviousUpload(before);
    }
    if (this.state === "running") this.upload.start();
  }

  made() {
    return new tus.Upload(this.file, {
      endpoint: this.box.endpoint,
      chunkSize: CHUNK,
      retryDelays: RETRIES,
      removeFingerprintOnSuccess: true,
      metadata: { filename: this.file.name, filetype: this.file.type || "application/octet-stream", ...this.box.metadata },
      onBeforeRequest: (request) => request.setHeader("X-CSRFToken", csrf()),
      onShouldRetry: (error) => this.worthAnotherTry(error),
      onUploadUrlAvailable: () => this.box.forgetLeft(this.file),
      onProgress: (sent) => { this.sent = sent; this.broken = false; this.speed.add(sent); this.show(); },
      onSuccess: (payload) => this.done(payload?.lastResponse),
      onError: (error) => this.failed(error),
    });
  }

  worthAnotherTry(error) {
    const status = error.originalResponse?.getStatus() ?? 0;
    const worth = status === 0 || status >= 500 || status === 409 || status === 423 || status === 429;
    if (worth) { this.broken = true; this.show(); }
    return worth;
  }

  async pause() {
    this.state = "paused";
    this.show();
    await this.upload?.abort();
    this.box.next();
  }

  async cancel() {
    const had = this.state;
    this.state = "cancelled";
    this.element.remove();
    this.box.remove(this);
    if (had !== "done") toast(say("up_cancelled", { name: this.file.name }));
    try { await this.upload?.abort(true); } catch { /* what has arrived is removed by the server in its time */ }
  }

  done(response) {
    this.state = "done";
    this.sent = this.file.size;
    this.link = response?.getHeader?.("Content-Location") ?? "";
    this.tellSame(response?.getHeader?.("TrendDrop-Same") ?? "", response?.getHeader?.("TrendDrop-Same-Title") ?? "");
    this.show();
    this.box.next();
    document.body.dispatchEvent(new CustomEvent("upload:done", { detail: { url: this.link } }));
  }

  tellSame(link, title) {
    const same = this.part("same");
    same.hidden = !link;
    if (!link) return;
    same.querySelector("span").textContent = say("up_same", { title: decodeURIComponent(title) });
    this.part("other").href = link;
  }

  failed(error) {
    const response = error.originalResponse;
    this.refused = Boolean(response) && response.getStatus() < 500;
    this.words = response ? failureWords(response.getStatus(), response.getBody() ?? "", response.getHeader("Content-Type") ?? "") : say("up_failed");
    this.state = "failed";
    this.show();
    if (this.refused && !FOR_NOW.includes(response.getStatus())) this.forget();
    this.box.next();
  }

  async forget() {
    // Refused for good: nothing of it goes on another time.
    for (const before of await this.upload.findPreviousUploads()) await tus.defaultOptions.urlStorage.removeUpload(before.urlStorageKey);
  }

  refuse(words) {
    this.state = "failed";
    this.refused = true;
    this.words = words;
    this.show();
  }

  status() {
    const [done, size] = [bytes(this.sent), bytes(this.file.size)];
    if (this.state === "waiting") return this.sent ? say("up_bytes", { done, size }) : say("up_waiting");
    if (this.state === "paused") return say("up_paused", { done, size });
    if (this.state === "done") return say("up_done");
    if (this.broken) return say("up_broken", { done, size });
    const rate = this.speed.value;
    return rate ? say("up_progress", { done, size, speed: bytes(rate), left: span((this.file.size - this.sent) / rate) }) : say("up_bytes", { done, size });
  }

  show() {
    const percent = this.file.size ? Math.floor((this.sent / this.file.size) * 100) : 0;
    const failed = this.state === "failed";
    this.element.dataset.state = failed ? "failed" : this.broken && this.state === "running" ? "unconfirmed" : this.state === "done" ? "live" : "";
    this.part("status").textContent = failed ? "" : this.status();
    this.part("percent").textContent = failed || this.state === "done" ? "" : `${percent} %`;
    const bar = this.part("bar");
    bar.hidden = failed;
    bar.style.setProperty("--v", this.state === "done" ? 100 : percent);
    bar.setAttribute("aria-valuenow", percent);
    bar.setAttribute("aria-label", this.file.name);
    const error = this.part("error");
    error.hidden = !failed;
    error.querySelector("span").textContent = this.words ?? "";
    this.buttons();
    this.box.head();
  }

  buttons() {
    const pause = this.part("pause");
    pause.hidden = this.state === "done" || this.state === "waiting" || (this.state === "failed" && this.refused);
    const going = this.state === "running";
    if (pause.dataset.shows !== String(going)) {
      pause.dataset.shows = String(going);
      pause.replaceChildren(icon(going ? "pause" : "play"));
      pause.setAttribute("aria-label", say(going ? "up_pause" : "up_go_on", { name: this.file.name }));
    }
    const open = this.part("open");
    open.hidden = !(this.state === "done" && this.link);
    if (this.link) open.href = this.link;
  }
}

class Box {
  constructor(element) {
    this.element = element;
    this.endpoint = element.dataset.uploads || "/uploads/";
    this.limit = Number(element.dataset.limit) || Infinity;
    this.metadata = element.dataset.brand ? { brand: element.dataset.brand } : {};
    this.list = element.querySelector("[data-up='list']");
    this.template = element.querySelector("template");
    this.rows = [];
    this.input = element.querySelector("input[type='file']");
    this.listen();
    this.left();
    if (this.input.files.length) { this.take(this.input.files); this.input.value = ""; } // chosen before this script was there
  }

  listen() {
    this.input.addEventListener("change", () => { this.take(this.input.files); this.input.value = ""; });
    this.element.querySelector("[data-up='all']")?.addEventListener("click", () => this.all());
    let depth = 0;
    const files = (event) => event.dataTransfer?.types.includes("Files");
    const over = (on) => document.body.classList.toggle("dropping", on);
    addEventListener("dragenter", (event) => { if (files(event)) { depth += 1; over(true); } });
    addEventListener("dragleave", (event) => { if (files(event)) { depth -= 1; over(depth > 0); } });
    addEventListener("dragover", (event) => { if (files(event)) event.preventDefault(); });
    addEventListener("drop", (event) => {
      if (!files(event)) return;
      event.preventDefault();
      depth = 0;
      over(false);
      this.take(event.dataTransfer.files);
    });
    addEventListener("beforeunload", (event) => { if (this.rows.some((row) => row.state === "running")) event.preventDefault(); });
    addEventListener("online", () => this.next());
  }

  take(files) {
    for (const file of files) {
      const known = this.rows.find((row) => row.file.name === file.name && row.file.size === file.size && row.file.lastModified === file.lastModified);
      if (known && known.state !== "failed") { toast(say("up_known", { name: file.name })); continue; }
      if (known) { known.element.remove(); this.remove(known); }
      const row = new Row(this, file);
      this.rows.push(row);
      this.list.prepend(row.element);
      if (!file.size) row.refuse(say("up_empty"));
      else if (file.size > this.limit) row.refuse(say("up_too_big", { size: bytes(file.size), limit: bytes(this.limit) }));
    }
    this.next();
    this.head();
    this.element.scrollIntoView({ block: "nearest" });
  }

  queue(row) { row.state = "waiting"; row.words = ""; row.show(); this.next(); }

  next() {
    const free = AT_ONCE - this.rows.filter((row) => row.state === "running").length;
    for (const row of this.rows.filter((each) => each.state === "waiting").slice(0, Math.max(0, free))) row.start();
    this.head();
  }

  remove(row) { this.rows = this.rows.filter((each) => each !== row); this.next(); }

  all() {
    const running = this.rows.filter((row) => ["running", "waiting"].includes(row.state));
    if (running.length) for (const row of running) row.pause();
    else for (const row of this.rows.filter((each) => each.state === "paused")) this.queue(row);
  }

  head() {
    const open = this.rows.filter((row) => row.state !== "failed");
    const done = open.filter((row) => row.state === "done").length;
    const title = this.element.querySelector("[data-up='title']");
    title.dataset.empty ??= title.textContent;
    title.textContent = !open.length ? title.dataset.empty : say(done === open.length ? "uploaded" : "uploading", { done, all: open.length });
    const all = this.element.querySelector("[data-up='all']");
    if (!all) return;
    const going = open.some((row) => ["running", "waiting"].includes(row.state));
    all.hidden = open.length < 2 || done === open.length;
    all.textContent = say(going ? "up_pause_all" : "up_go_on_all");
  }

  // What was under way when the page was left: the bytes are on the server, the file must be chosen again.
  async left() {
    const hint = this.element.querySelector("[data-up='left']");
    if (!hint || !tus.canStoreURLs) return;
    const found = await tus.defaultOptions.urlStorage.findAllUploads();
    this.leftOver = found.filter((each) => each.metadata?.filename && Date.now() - new Date(each.creationTime) < 3 * 864e5);
    this.tellLeft();
  }

  forgetLeft(file) {
    this.leftOver = (this.leftOver ?? []).filter((each) => each.metadata.filename !== file.name);
    this.tellLeft();
  }

  tellLeft() {
    const hint = this.element.querySelector("[data-up='left']");
    if (!hint) return;
    const names = (this.leftOver ?? []).map((each) => each.metadata.filename);
    hint.hidden = !names.length;
    hint.querySelector("[data-up='left-names']").textContent = names.join(", ");
  }
}

export function begin(element) {
  if (tus?.isSupported) return new Box(element);
  return null;
}
