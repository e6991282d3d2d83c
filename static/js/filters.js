/* The editor of the advanced filter: the server draws its rows anew with every change, as it does without JavaScript. */
(() => {
  "use strict";
  const { one } = window.portal;

  // Another field has other comparisons and other values.
  document.addEventListener("change", (event) => {
    const form = event.target.matches?.("[data-redraws]") && event.target.closest("[data-filter-editor]");
    if (form) form.requestSubmit(one("[data-update]", form));
  });

  // What is written while an answer is under way is not in it: it is put back.
  let sent = new Map(), written = new Map();
  const texts = () => [...document.querySelectorAll("[data-filter-editor] input:is([type=text], [type=search], [type=number])")];
  const values = () => new Map(texts().filter((input) => input.id).map((input) => [input.id, input.value]));

  let focused = "";
  const isEditor = (ctx) => Boolean(ctx.sourceElement?.closest?.("[data-filter-editor]"));
  document.addEventListener("htmx:before:request", (event) => { if (isEditor(event.detail.ctx)) sent = values(); });
  document.addEventListener("htmx:before:swap", (event) => {
    written = new Map(isEditor(event.detail.ctx) ? [...values()].filter(([id, value]) => sent.get(id) !== value) : []);
    if (isEditor(event.detail.ctx)) focused = document.activeElement?.id ?? "";
  });
  // To what was added, else to where one was: the same control of the new drawing.
  document.addEventListener("htmx:after:swap", (event) => {
    for (const input of texts()) if (written.has(input.id)) input.value = written.get(input.id);
    written.clear();
    if (!focused) return;
    const form = one("[data-filter-editor]");
    const place = form && !one("[data-error-summary]", form)
      && (one("[autofocus]", form) ?? document.getElementById(focused));
    focused = "";
    place?.focus?.();
  });
})();
