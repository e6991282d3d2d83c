/* The editor of the advanced filter: the server draws its rows anew with every change, as it does without JavaScript. */
(() => {
  "use strict";
  const { one } = window.portal;

  // Another field has other comparisons and other values.
  document.addEventListener("change", (event) => {
    const form = event.target.matches?.("[data-redraws]") && event.target.closest("[data-filter-editor]");
    if (form) form.requestSubmit(one("[data-update]", form));
  });

  let focused = "";
  const isEditor = (ctx) => Boolean(ctx.sourceElement?.closest?.("[data-filter-editor]"));
  document.addEventListener("htmx:before:swap", (event) => {
    if (isEditor(event.detail.ctx)) focused = document.activeElement?.id ?? "";
  });
  // To what was added, else to where one was: the same control of the new drawing.
  document.addEventListener("htmx:after:swap", (event) => {
    if (!focused) return;
    const form = one("[data-filter-editor]");
    const place = form && !one("[data-error-summary]", form)
      && (one("[autofocus]", form) ?? document.getElementById(focused));
    focused = "";
    place?.focus?.();
  });
})();
