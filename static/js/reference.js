/* The API reference works without this file. It adds a search over the operations, and a button that copies an example. */
(() => {
  "use strict";

  const box = document.querySelector("[data-reference-search]");
  const nothing = document.querySelector("[data-nothing]");
  const sections = [...document.querySelectorAll("[data-subject]")];

  const narrow = (text) => {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    for (const section of sections) {
      const items = [...section.querySelectorAll("[data-operation]")];
      for (const item of items) {
        const known = item.dataset.operation.toLowerCase();
        item.hidden = !words.every((word) => known.includes(word));
      }
      section.hidden = items.every((item) => item.hidden);
    }
    nothing.hidden = sections.some((section) => !section.hidden);
  };

  if (box) {
    box.hidden = false;
    box.querySelector("input").addEventListener("input", (event) => narrow(event.target.value));
  }

  // Copying needs a secure page; where there is none, the text can still be selected.
  if (!navigator.clipboard) return;
  const { copy, copied } = document.querySelector("[data-copy]").dataset;
  for (const example of document.querySelectorAll(".example")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn small";
    button.textContent = copy;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(example.querySelector("pre").textContent);
      button.textContent = copied;
      setTimeout(() => { button.textContent = copy; }, 2000);
    });
    example.append(button);
  }
})();
