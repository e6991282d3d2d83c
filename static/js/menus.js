/* Menus are popovers: they open, close and stay reachable without this file. It adds arrow keys, a search field for
   long ones (`data-menu-filter`), and moving the columns of a list by drag or button (`data-columns`). */
(() => {
  "use strict";
  const { one, all, fill, say } = window.portal;

  /* --- menus --- */

  const isVisible = (item) => item.checkVisibility();
  // A label is hidden by the search field, but its tick box takes the focus.
  const reachable = (menu) => all("[data-menu-item]:not(label, [hidden]), .menu-item input", menu).filter(isVisible);

  // The event does not bubble.
  document.addEventListener("toggle", (event) => {
    if (event.newState !== "open" || !event.target.matches("[data-menu]")) return;
    all("input:not([type=hidden]), select, [data-menu-item]:not(label)", event.target).find(isVisible)?.focus();
  }, true);

  const steps = { ArrowDown: (at) => at + 1, ArrowUp: (at) => at - 1, Home: () => 0, End: () => -1 };
  // These use the arrows themselves.
  const ownKeys = "select, textarea, [type=radio], [type=date], [type=number]";
  const isText = (element) => element.matches("input:not([type=checkbox])");

  document.addEventListener("keydown", (event) => {
    const menu = event.target.closest?.("[data-menu]");
    const step = steps[event.key];
    if (!menu || !step || event.target.matches(ownKeys)) return;
    if (isText(event.target) && !event.key.startsWith("Arrow")) return;
    const items = reachable(menu);
    if (!items.length) return;
    event.preventDefault();
    items.at(step(items.indexOf(document.activeElement)) % items.length).focus();
  });

  // José is found by jose.
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  document.addEventListener("input", (event) => {
    if (!event.target.matches("[data-menu-filter]")) return;
    const menu = event.target.closest("[data-menu]");
    const words = plain(event.target.value).trim();
    for (const item of all("[data-menu-item]", menu)) item.hidden = !plain(item.textContent).includes(words);
    for (const group of all("[data-menu-group]", menu)) group.hidden = !one("[data-menu-item]:not([hidden])", group);
    const empty = one("[data-menu-empty]", menu);
    if (empty) empty.hidden = one("[data-menu-item]:not([hidden])", menu) !== null;
  });

  // Enter in the search field takes the only one left, or goes to the first; it never sends a form.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches?.("[data-menu-filter]")) return;
    event.preventDefault();
    const [first, ...others] = reachable(event.target.closest("[data-menu]"));
    if (first && !others.length && event.target.value) first.click();
    else first?.focus();
  });

  // A link inside a menu has chosen; a tick box goes on choosing.
  document.addEventListener("htmx:before:request", (event) => {
    const source = event.detail.ctx.sourceElement;
    if (source.matches?.("a, [data-columns]")) source.closest("[popover]:popover-open")?.hidePopover();
  });

  /* --- the order of columns --- */

  const announcePlace = (item) => {
    const items = all("li", item.parentNode);
    const name = one("label .grow", item).textContent.trim();
    const place = { name, position: items.indexOf(item) + 1, count: items.length };
    say(fill(item.closest("[data-columns]").dataset.movedText, place));
  };

  const dragOver = (list, item, pointer) => {
    for (const other of list.children) {
      const box = other.getBoundingClientRect();
      if (other === item || pointer.clientY <= box.top || pointer.clientY >= box.bottom) continue;
      list.insertBefore(item, pointer.clientY > box.top + box.height / 2 ? other.nextSibling : other);
      return;
    }
  };

  document.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest?.("[data-grip]");
    if (!grip || event.button) return;
    event.preventDefault();
    const item = grip.closest("li");
    const list = item.parentNode;
    list.setPointerCapture(event.pointerId); // not the grip: moving the captured node would drop the capture
    item.classList.add("dragging");
    const move = (pointer) => dragOver(list, item, pointer);
    list.addEventListener("pointermove", move);
    list.addEventListener("lostpointercapture", () => {
      list.removeEventListener("pointermove", move);
      item.classList.remove("dragging");
      announcePlace(item);
    }, { once: true });
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-columns] button[name=move]");
    if (!button) return;
    event.preventDefault();
    event.stopPropagation();
    const item = button.closest("li");
    if (button.value.startsWith("up:")) item.previousElementSibling?.before(item);
    else item.nextElementSibling?.after(item);
    // At the end of the list the button that was pressed disappears.
    const other = all("button[name=move]", item).find((candidate) => candidate !== button);
    (getComputedStyle(button).visibility === "hidden" ? other : button).focus();
    announcePlace(item);
  }, true);
})();
