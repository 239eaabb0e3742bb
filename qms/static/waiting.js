// A page that waits for the worker looks again by itself. Only what changed is replaced, so that a screen reader is not
// sent back to the top; without scripts the page's <noscript> refresh does the same, more roughly.
"use strict";

const AGAIN = 2000; // milliseconds
const waiting = document.querySelector("[data-waiting]");

async function look() {
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    const kind = answer.headers.get("Content-Type") || "";
    if (answer.ok && kind.startsWith("text/html")) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const still = page.querySelector("[data-waiting]");
      if (still) {
        waiting.replaceChildren(...still.childNodes);
        setTimeout(look, AGAIN);
        return;
      }
    }
    location.reload();
  } catch {
    setTimeout(look, AGAIN); // the network is away for a moment
  }
}

if (waiting) setTimeout(look, AGAIN);
