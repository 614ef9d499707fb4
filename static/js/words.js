// The sentences the scripts say, in the reader's language, from the data block of the page.
const words = JSON.parse(document.getElementById("words")?.textContent ?? "{}");

export function say(key, values = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

const language = document.documentElement.lang || "en";
const plain = new Intl.NumberFormat(language);

export const number = (value) => plain.format(value);

export function bytes(value) {
  for (const [step, unit] of [[1e9, "GB"], [1e6, "MB"], [1e3, "kB"]]) {
    if (value < step) continue;
    const scaled = value / step;
    const digits = scaled >= 100 ? 0 : scaled >= 10 ? 1 : 2;
    return `${new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(scaled)}\u00a0${unit}`;
  }
  return `${Math.round(value)}\u00a0B`;
}

export function span(seconds) {
  if (seconds < 60) return say("seconds", { n: Math.max(1, Math.round(seconds)) });
  if (seconds < 5400) return say("minutes", { n: Math.round(seconds / 60) });
  return say("hours", { n: Math.round(seconds / 360) / 10 });
}

export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  const two = (value) => String(value).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

const sprite = document.querySelector("link[rel='icon']")?.href.replace(/mark(\.[0-9a-f]+)?\.svg$/, "") ?? "/static/";
const sheet = document.querySelector("use[href]")?.getAttribute("href").split("#")[0] ?? `${sprite}icons.svg`;

export function icon(name, size = "") {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", `i ${size}`.trim());
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${sheet}#${name}`);
  svg.append(use);
  return svg;
}
