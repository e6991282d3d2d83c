/* Lists: filters that send themselves, several sort keys, ticks and bulk actions, back and forward. */
(() => {
  "use strict";
  const { one, all, fill, say, openDialog } = window.portal;

  const list = () => one("#list");
  const fetchList = (address, options) => {
    const headers = { "HX-Target": "div#list" };
    htmx.ajax("GET", address, { target: "#list", swap: "outerMorph show:none", headers, ...options });
  };

  /* --- filters --- */

  const TYPING_PAUSE = 400;
  const TYPED = ["text", "search", "email", "number", "tel", "url"];
  const unsent = new Set(); // fields with input that no request has carried yet
  let typing;

  // A box may stand outside of its form: those below the column heads do.
  const autosubmitting = (field) => {
    const form = field.form?.matches("[data-autosubmit]") ? field.form : null;
    return field.name && !field.matches("[data-menu-filter]") ? form : null;
  };
  const sendLater = (form) => {
    clearTimeout(typing);
    typing = setTimeout(() => form.requestSubmit(), TYPING_PAUSE);
  };
  // While a day is typed, 2026-1 is none yet. What stays wrong is sent with Enter, and the server says why.
  const isHalfTyped = (field) => field.validity.patternMismatch;

  document.addEventListener("input", (event) => {
    const form = TYPED.includes(event.target.type) && autosubmitting(event.target);
    if (!form) return;
    unsent.add(event.target);
    if (isHalfTyped(event.target)) clearTimeout(typing);
    else sendLater(form);
  });
  document.addEventListener("change", (event) => {
    const form = autosubmitting(event.target);
    if (form && !TYPED.includes(event.target.type)) form.requestSubmit();
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-autosubmit]")) return;
    clearTimeout(typing);
    unsent.clear();
  }, true);

  // The calendar beside a box for a day writes into the box.
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-pick-day]");
    if (!button) return;
    const calendar = one("[data-calendar]", button.parentElement);
    const typed = one("input[type=text]", button.closest(".day-box")).value;
    calendar.value = /^\d{4}-\d\d-\d\d$/.test(typed) ? typed : "";
    calendar.showPicker();
  });
  document.addEventListener("change", (event) => {
    if (!event.target.matches?.("[data-calendar]")) return;
    const box = one("input[type=text]", event.target.closest(".day-box"));
    box.value = event.target.value;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest?.("input, textarea, select, dialog, [popover], [contenteditable]")) return;
    if (!one("#q")) return;
    event.preventDefault();
    one("#q").focus();
  });

  /** A morph changes what the fields start with, not what a person set: a removed filter must not stay ticked. */
  const followServer = (field) => {
    if (unsent.has(field) || (field === document.activeElement && TYPED.includes(field.type))) return;
    if (["checkbox", "radio"].includes(field.type)) field.checked = field.defaultChecked;
    else if (field.tagName === "SELECT") for (const option of field.options) option.selected = option.defaultSelected;
    else if (field.type !== "hidden" && "defaultValue" in field) field.value = field.defaultValue;
  };

  /* --- several sort keys --- */

  document.addEventListener("click", (event) => {
    const head = event.target.closest?.("a[data-add]");
    if (!head || event.button || !(event.ctrlKey || event.metaKey || event.shiftKey)) return;
    event.preventDefault();
    event.stopPropagation();
    fetchList(head.dataset.add, { source: head, push: "true" });
  }, true);

  /* --- ticks --- */

  const bulkForm = () => one("form[data-bulk]");
  const ticks = () => all("form[data-bulk] [data-pick]");
  let anchor = null;

  const everything = (form) => one("[data-everything]", form);
  // A field that is off is not sent at all.
  const setEverything = (form, on) => {
    const field = everything(form);
    if (!field) return;
    field.value = on ? "1" : "";
    field.disabled = !on;
  };
  const isEverything = (form) => Boolean(everything(form)?.value) && !everything(form).disabled;

  /* Groups: a tick on a head stands for all rows of the group, those of other pages included. */

  const groupTicks = () => all("form[data-bulk] [data-pick-group]");
  const isHead = (row) => row.dataset.group !== undefined;
  const isInner = (row) => row.classList.contains("deep");
  /** The rows and inner heads below a head, as far as they are shown. */
  const below = (head) => {
    const lines = all("form[data-bulk] tbody tr");
    const start = lines.indexOf(head) + 1;
    const end = lines.findIndex((line, at) => at >= start && isHead(line) && (isInner(head) || !isInner(line)));
    return lines.slice(start, end < 0 ? undefined : end);
  };
  const boxesBelow = (box) => below(box.closest("tr")).map((line) => one("[data-pick], [data-pick-group]", line)).filter(Boolean);
  const tickGroup = (box) => {
    for (const inner of boxesBelow(box)) inner.checked = box.checked;
  };
  /** What is no longer whole loses its own tick; the rest of it keeps theirs. */
  const untickOwners = (box) => {
    if (box.checked) return;
    for (const head of groupTicks()) if (head.checked && boxesBelow(head).includes(box)) head.checked = false;
  };
  const drawGroups = () => {
    for (const head of groupTicks()) if (head.checked) tickGroup(head);
    for (const head of groupTicks()) head.indeterminate = !head.checked && boxesBelow(head).some((box) => box.checked);
  };
  /** How many rows are selected: whole groups by the server's count, then what is ticked outside of them. */
  const selectedNumber = () => {
    let number = 0;
    let [outer, inner] = [false, false];
    for (const line of all("form[data-bulk] tbody tr")) {
      const box = one("[data-pick], [data-pick-group]", line);
      if (isHead(line) && !isInner(line)) [outer, inner] = [Boolean(box?.checked), false];
      else if (isHead(line)) inner = Boolean(box?.checked);
      const isCounted = isHead(line) && isInner(line) ? outer : !isHead(line) && (outer || inner);
      if (box?.checked && !isCounted) number += isHead(line) ? Number(box.dataset.number) : 1;
    }
    return number;
  };
  const written = (number) => new Intl.NumberFormat(document.documentElement.lang || "en").format(number);

  const drawHead = (form, picks, on) => {
    const head = one("[data-pick-all]", form);
    if (!head) return;
    head.checked = on > 0 && on === picks.length;
    head.indeterminate = on > 0 && on < picks.length;
    head.disabled = picks.length === 0;
  };
  const drawSelectAll = (form, isWhole, number) => {
    const button = one("[data-select-all]", form);
    if (!button) return;
    const total = Number.parseInt(form.dataset.total ?? "0", 10); // "10000+" counts as 10000
    // On a narrow screen there is no head to tick the whole page with.
    const head = one("[data-pick-all]", form);
    const whole = isWhole || !head?.checkVisibility();
    button.hidden = !(number && whole && total > number && !isEverything(form));
    if (button.dataset.text) button.textContent = fill(button.dataset.text, { n: form.dataset.totalText });
  };

  /** "1 selected", "3 selected", "1,284 selected": the words and the big number come from the server. */
  const drawCount = (form, number, aloud) => {
    const count = one("[data-bulk-count]", form);
    const words = (number === 1 && form.dataset.countOne) || form.dataset.countMany || count?.dataset.text;
    if (!count || !words) return;
    count.textContent = fill(words, { n: isEverything(form) ? form.dataset.totalText : written(number) });
    if (aloud && count.tagName !== "OUTPUT") say(count.textContent); // an <output> speaks for itself
  };

  const drawSelection = ({ aloud = false } = {}) => {
    const form = bulkForm();
    if (!form) return;
    drawGroups();
    const picks = ticks();
    const on = picks.filter((pick) => pick.checked).length;
    const number = selectedNumber();
    if (on < picks.length || groupTicks().some((head) => !head.checked)) setEverything(form, false);
    drawHead(form, picks, on);
    drawSelectAll(form, on === picks.length, number);
    drawCount(form, number, aloud);
  };

  const tickRange = (to) => {
    const picks = ticks();
    const [first, last] = [picks.indexOf(anchor), picks.indexOf(to)].sort((a, b) => a - b);
    for (const pick of picks.slice(first, last + 1)) pick.checked = to.checked;
    for (const pick of picks.slice(first, last + 1)) untickOwners(pick);
  };

  document.addEventListener("click", (event) => {
    const pick = event.target.closest?.("[data-pick]");
    if (!pick) return;
    if (event.shiftKey && anchor?.isConnected) tickRange(pick);
    anchor = pick;
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-select-all]")) return;
    for (const pick of [...groupTicks(), ...ticks()]) pick.checked = true;
    setEverything(bulkForm(), true);
    drawSelection({ aloud: true });
    one("[data-bulk-first]", bulkForm())?.focus(); // the button that was pressed is gone
  });
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-pick], [data-pick-all], [data-pick-group]")) return;
    if (event.target.matches("[data-pick-all]")) for (const pick of ticks()) pick.checked = event.target.checked;
    if (event.target.matches("[data-pick-group]")) tickGroup(event.target);
    for (const box of event.target.matches("[data-pick-all]") ? ticks() : [event.target]) untickOwners(box);
    drawSelection({ aloud: true });
  });
  // The ticks are taken after this event.
  document.addEventListener("reset", (event) => {
    if (!event.target.matches("form[data-bulk]")) return;
    setTimeout(() => { clearTicks(); drawSelection({ aloud: true }); });
    one("[data-scroll]", event.target)?.focus({ preventScroll: true });
  });
  document.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !event.target.matches?.("[data-pick]")) return;
    event.preventDefault();
    const picks = ticks();
    picks[picks.indexOf(event.target) + step]?.focus();
  });
  const clearTicks = () => {
    for (const pick of [...groupTicks(), ...ticks()]) pick.checked = false;
    if (bulkForm()) setEverything(bulkForm(), false);
  };

  /* --- after the list was drawn again --- */

  let chipButton = null;
  let unfolded = []; // the server does not know what was unfolded, and a morph would fold it
  document.addEventListener("htmx:before:swap", (event) => {
    unfolded = all("#list details[open]").map((details) => details.id);
    chipButton = event.detail.ctx.sourceElement.closest?.(".chip")?.querySelector("button[popovertarget]") ?? null;
  });

  const keepFocus = () => {
    if (document.activeElement !== document.body || openDialog()) return;
    const place = chipButton?.isConnected ? chipButton : one("[data-scroll]");
    place?.focus({ preventScroll: true });
  };
  const toTop = () => {
    one("[data-scroll]")?.scrollTo(0, 0);
    if (list().getBoundingClientRect().top < 0) list().scrollIntoView({ block: "start" });
  };
  // A list with many pinned views has more tabs than room.
  const showTab = () => {
    const tab = one(".tabs [aria-current]");
    if (!tab) return;
    const row = tab.closest(".tabs");
    const [inner, outer] = [tab.getBoundingClientRect(), row.getBoundingClientRect()];
    // The row alone, not the page: scrollIntoView would take a reader who is further down back up.
    row.scrollLeft += Math.max(0, inner.right - outer.right) + Math.min(0, inner.left - outer.left);
  };
  const isListChanged = (ctx) => ctx.target === list() || ctx.target === "#list";

  document.addEventListener("htmx:after:swap", (event) => {
    const { ctx } = event.detail;
    if (!isListChanged(ctx) || ctx.response.status === 422) return;
    const forms = all("form[data-autosubmit], form[data-columns]", list());
    for (const form of forms) [...form.elements].forEach(followServer);
    for (const id of unfolded) document.getElementById(id)?.setAttribute("open", "");
    // Ticks survive sorting and turning pages; an action has used them up.
    if (ctx.request.method === "POST" && ctx.response.status < 400) clearTicks();
    if (ctx.sourceElement.closest?.(".pager, .tabs, thead, .filters, .box-form")) toTop();
    keepFocus();
    showTab();
    drawSelection();
    say(list().dataset.status ?? one(".row-count", list())?.textContent);
  });

  // Back and forward fetch the list of that address again: nothing is kept that could be stale.
  document.addEventListener("htmx:before:history:restore", (event) => {
    event.preventDefault();
    if (list()) fetchList(event.detail.path, { source: "#main", push: "false" });
    else location.reload();
  });
  // A browser may bring back ticks with the page.
  window.addEventListener("pageshow", () => drawSelection());
  drawSelection();
  showTab();
})();
