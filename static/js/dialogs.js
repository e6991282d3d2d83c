/* Dialogs. `data-opens="panel"` or `"modal"` on a real link, or on a button of a real form, fetches the same address
   into #panel-body or #modal-body and shows the dialog. A form inside it that answers 422 is drawn there again; one
   that changes the list closes the dialog. */
(() => {
  "use strict";
  const { one, all, openDialog } = window.portal;

  const openers = new WeakMap();
  const modified = (event) => event.button > 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;

  /* --- opening --- */

  const fetchInto = (name, method, address, source, submitter) => {
    const opener = submitter ?? source;
    htmx.ajax(method, address, { source, event: { submitter }, target: `#${name}-body`, opens: name, opener });
  };

  // Before htmx hears of it: a link of a list would otherwise replace the list.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-opens]");
    if (!link || modified(event)) return;
    event.preventDefault();
    event.stopPropagation();
    fetchInto(link.dataset.opens, "GET", link.href, link);
  }, true);
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button?.dataset.opens) return;
    event.preventDefault();
    event.stopPropagation();
    const address = button.getAttribute("formaction") ?? event.target.getAttribute("action");
    fetchInto(button.dataset.opens, event.target.method, address, event.target, button);
  }, true);

  // These come from above, or name their request in hx- attributes.
  document.addEventListener("htmx:config:request", (event) => {
    const { ctx } = event.detail;
    ctx.opens ??= ctx.sourceElement.dataset?.opens;
    if (!ctx.opens) return;
    ctx.opener ??= ctx.sourceElement;
    drawInto(ctx, one(`#${ctx.opens}-body`));
  });
  const drawInto = (ctx, body) => {
    Object.assign(ctx, { target: body, swap: "innerHTML", push: "false" });
    ctx.request.headers["HX-Target"] = `div#${body.id}`;
  };

  const show = (dialog, opener) => {
    if (!dialog.open) {
      openers.set(dialog, opener);
      dialog.showModal();
    }
    (one("[data-first]", dialog) ?? one("h2", dialog))?.focus();
  };

  /* --- answers --- */

  // With errors, or with what somebody else saved meanwhile: the form once more.
  const isFormAgain = ({ status, headers }) => status === 422 || (status === 409 && headers.has("HX-Reswap"));

  document.addEventListener("htmx:before:response", (event) => {
    const { ctx } = event.detail;
    const body = ctx.sourceElement.closest?.("dialog")?.querySelector("[data-dialog-body]");
    if (isFormAgain(ctx.response) && body) drawInto(ctx, body);
  });

  document.addEventListener("htmx:after:swap", (event) => {
    const { ctx } = event.detail;
    if (isFormAgain(ctx.response)) one("[data-error-summary]", openDialog() ?? document)?.focus();
    else if (ctx.opens) show(one(`#${ctx.opens}`), ctx.opener);
    else closeAfter(ctx);
  });

  /** A form of a dialog that changed something outside it has done its work. */
  const closeAfter = (ctx) => {
    const dialog = openDialog();
    if (!dialog || ctx.response.status >= 400 || ctx.request.method === "GET") return;
    if (dialog.contains(ctx.sourceElement) && !dialog.contains(ctx.target)) dialog.close();
  };

  /* --- closing --- */

  const changedOption = (select) => {
    const options = [...select.options];
    if (select.multiple) return options.some((option) => option.selected !== option.defaultSelected);
    return select.selectedIndex !== Math.max(0, options.findLastIndex((option) => option.defaultSelected));
  };
  const isChanged = (field) => {
    if (!field.name || ["hidden", "submit", "button", "reset"].includes(field.type)) return false;
    if (["checkbox", "radio"].includes(field.type)) return field.checked !== field.defaultChecked;
    if (field.tagName === "SELECT") return changedOption(field);
    return "defaultValue" in field && field.value !== field.defaultValue;
  };
  // After an error, or where the server redraws it row by row, the form holds input that is not saved anywhere.
  const holdsInput = (dialog) => all("form", dialog).some((form) => [...form.elements].some(isChanged))
    || one("[data-error-summary], [data-holds-input]", dialog) !== null;

  const close = (dialog) => {
    if (dialog.id !== "discard" && holdsInput(dialog)) one("#discard").showModal();
    else dialog.close();
  };

  // Before htmx hears of it: Cancel is a link to the list, for those who see the form as a page.
  document.addEventListener("click", (event) => {
    const dialog = event.target.closest?.("[data-close-dialog]")?.closest("dialog");
    if (!dialog) return;
    event.preventDefault();
    event.stopPropagation();
    close(dialog);
  }, true);
  document.addEventListener("click", (event) => {
    // Where closedby is unknown, a click on the backdrop arrives as a click on the dialog itself.
    const knowsBackdrop = "closedBy" in HTMLDialogElement.prototype;
    if (!knowsBackdrop && event.target.matches?.("dialog[closedby=any]")) close(event.target);
  });
  // Escape, and a click on the backdrop. The event does not bubble.
  document.addEventListener("cancel", (event) => {
    if (!event.target.matches?.("dialog[closedby=any]")) return;
    event.preventDefault();
    close(event.target);
  }, true);
  document.addEventListener("close", (event) => {
    const dialog = event.target;
    if (dialog.id === "discard") {
      if (dialog.returnValue === "discard") openDialog()?.close();
      dialog.returnValue = "";
      return;
    }
    one("[data-dialog-body]", dialog)?.replaceChildren();
    one("#messages")?.append(...all("[data-messages] > .toast", dialog));
    giveBackFocus(openers.get(dialog));
  }, true);

  const giveBackFocus = (opener) => {
    if (opener?.isConnected && opener.checkVisibility({ visibilityProperty: true })) opener.focus();
    else (one("[data-scroll]") ?? one("#main"))?.focus({ preventScroll: true });
  };
})();
