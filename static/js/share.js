// A file handed to an app of the phone: where the browser can share files, the button shows.
const canShare = Boolean(navigator.canShare);

for (const button of document.querySelectorAll("[data-shares]")) {
  const { shares: address, name, mime: type } = button.dataset;
  if (!canShare || !navigator.canShare({ files: [new File([], name, { type })] })) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      const answer = await fetch(address);
      if (answer.ok) await navigator.share({ files: [new File([await answer.blob()], name, { type })] });
    } catch (error) {
      // Closing the phone's own sheet is no mistake.
      if (error.name !== "AbortError") throw error;
    } finally {
      button.disabled = false;
    }
  });
}
