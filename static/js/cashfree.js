// Opens Cashfree's page for a mandate; its own script is loaded before this one.
const place = document.querySelector("[data-cashfree]");
const failed = place?.querySelector("[data-cashfree-failed]");

async function open() {
  failed.hidden = true;
  try {
    const answer = await window.Cashfree({ mode: place.dataset.mode }).subscriptionsCheckout({
      subsSessionId: place.dataset.session,
      redirectTarget: "_self",
    });
    failed.hidden = !answer?.error;
  } catch {
    failed.hidden = false;
  }
}

if (place) {
  place.querySelector("[data-cashfree-again]").addEventListener("click", open);
  open();
}
