// Proves the browser's own wallet (EIP-1193): the server writes the message, the wallet signs it, a form brings it back.
import { csrf, failureWords } from "./requests.js";
import { say } from "./words.js";
import { toast } from "./toast.js";

const REFUSED = 4001; // EIP-1193: the person said no

const hex = (text) => "0x" + [...new TextEncoder().encode(text)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

async function offered(url, address, chain) {
  const body = new URLSearchParams({ address, chain_id: String(Number(chain)) });
  const answer = await fetch(url, { method: "POST", body, headers: { "X-CSRFToken": csrf(), Accept: "application/json" } });
  const text = await answer.text();
  if (!answer.ok) throw new Error(failureWords(answer.status, text, answer.headers.get("Content-Type") ?? ""));
  return JSON.parse(text).text;
}

async function connect(box, provider) {
  const [address] = await provider.request({ method: "eth_requestAccounts" });
  const chain = await provider.request({ method: "eth_chainId" });
  const message = await offered(box.dataset.offer, address, chain);
  const signature = await provider.request({ method: "personal_sign", params: [hex(message), address] });
  const form = box.querySelector("form");
  form.elements.message.value = message;
  form.elements.signature.value = signature;
  form.submit();
}

export function begin(box) {
  const provider = window.ethereum;
  if (!provider) return;
  box.hidden = false;
  const button = box.querySelector("[data-wallet-connect]");
  button.addEventListener("click", async () => {
    button.setAttribute("aria-busy", "true");
    try {
      await connect(box, provider);
    } catch (error) {
      toast(error.code === REFUSED ? say("wallet_refused") : error.message || say("broken"), { state: "failed" });
    } finally {
      button.removeAttribute("aria-busy");
    }
  });
}
