// What people read when a passkey was not made or not used: allauth's scripts only write it to the console.
import { say } from "./words.js";
import { toast } from "./toast.js";

const words = { NotAllowedError: "passkey_cancelled", InvalidStateError: "passkey_known", SecurityError: "passkey_address" };

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  toast(say(words[event.detail.exception?.name] ?? "passkey_broken"), { state: "failed" });
});

if (!window.PublicKeyCredential) {
  for (const each of document.querySelectorAll("#passkey_login, #mfa_webauthn_add, #mfa_webauthn_authenticate, #mfa_webauthn_reauthenticate")) {
    each.addEventListener("click", (event) => { event.preventDefault(); event.stopImmediatePropagation(); toast(say("passkey_none"), { state: "failed" }); }, { capture: true });
  }
}
