/* What every page shares: requests, messages, theme. The other files beside this one use `window.portal`.

   Progressive enhancement only: every action here also works as a plain link or form. No text that people read is
   written in JavaScript: it comes from data- attributes, rendered and translated by the server. */
(() => {
  "use strict";

  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  /** "{n} selected" and {n: 3} make "3 selected". */
  const fill = (text = "", values = {}) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

  /** What is outside an open modal dialog is inert, also for screen readers: so each dialog has its own places. */
  const openDialog = () => all("dialog[open]").at(-1) ?? null;

  /** Tell a screen reader, politely. Emptied first, so that the same words can be said twice. */
  let speaking;
  const say = (text) => {
    const place = one("[data-announcer]", openDialog() ?? document.body);
    if (!place || !text) return;
    place.textContent = "";
    clearTimeout(speaking);
    speaking = setTimeout(() => { place.textContent = text.replace(/\s+/g, " ").trim(); }, 80);
  };

  /* --- messages --- */

  const MESSAGE_STAYS = 8000;

  /** Show an error that stays until it is dismissed. The markup is a <template> of the server. */
  const complain = (text) => {
    const place = one("[data-messages]", openDialog() ?? document.body);
    const draft = one("#toast-error");
    if (!place || !draft || !text) return;
    for (const old of all(".toast.error", place)) if (one("p", old).textContent === text) old.remove();
    const toast = draft.content.firstElementChild.cloneNode(true);
    one("p", toast).textContent = text;
    place.append(toast);
  };

  const said = (name) => one("#messages")?.getAttribute(`data-error-${name}`) ?? "";

  /** Toasts about what went well leave by themselves, unless somebody is reading them. */
  const letGo = (toast) => {
    toast.dataset.timed = "1";
    if (!toast.matches(".success, .info, .debug")) return;
    const leave = () => {
      if (toast.matches(":hover, :focus-within")) setTimeout(leave, MESSAGE_STAYS / 2);
      else toast.remove();
    };
    setTimeout(leave, MESSAGE_STAYS);
  };

  const noticeMessages = () => {
    for (const toast of all("#messages > .toast:not([data-timed])")) {
      if (toast.matches("[role=status]")) say(one("p", toast).textContent);
      letGo(toast);
    }
  };

  document.addEventListener("click", (event) => {
    event.target.closest?.("[data-dismiss]")?.closest(".toast")?.remove();
  });

  /* --- trusted types: HTML of our own server is allowed, scripts in it never are --- */

  const rules = { createHTML: (html) => html };
  const policy = window.trustedTypes?.createPolicy("htmx", rules) ?? rules;
  htmx.registerExtension("app-trusted-types", {
    init(api) { if (window.trustedTypes) api.initSecurity(policy); },
  });

  /** The server's own words about a refusal: the first role=alert of the page that it answered with. */
  const refusalIn = (html) => {
    const alert = one("[role=alert]", new DOMParser().parseFromString(policy.createHTML(html), "text/html"));
    return alert?.textContent.replace(/\s+/g, " ").trim() ?? "";
  };

  /* --- requests --- */

  // Also what htmx collects passes here: a GET form never sends an empty parameter.
  document.addEventListener("formdata", (event) => {
    if (event.target.method !== "get") return;
    for (const name of new Set(event.formData.keys())) {
      const values = event.formData.getAll(name).filter((value) => value !== "");
      event.formData.delete(name);
      for (const value of values) event.formData.append(name, value);
    }
  });

  // Another tab may have switched the tenant meanwhile: a part never comes from another tenant than its page.
  document.addEventListener("htmx:config:request", (event) => {
    const tenant = document.body.dataset.tenant;
    if (tenant) event.detail.ctx.request.headers["X-Drawn-For"] = tenant;
  });

  const underWay = new Set();
  const showBusy = () => {
    document.documentElement.classList.toggle("busy", underWay.size > 0);
    const list = one("#list");
    if ([...underWay].some((ctx) => ctx.target === list)) list?.setAttribute("aria-busy", "true");
    else list?.removeAttribute("aria-busy");
  };
  document.addEventListener("htmx:before:request", (event) => { underWay.add(event.detail.ctx); showBusy(); });
  document.addEventListener("htmx:finally:request", (event) => { underWay.delete(event.detail.ctx); showBusy(); });

  /** A redirect to another page (sign-in, a receipt) is followed by the browser, not drawn into this page. */
  const leadsAway = (response) => response.redirected && new URL(response.url).pathname !== location.pathname;

  const explain = async (response) => {
    const html = await response.text().catch(() => "");
    complain(refusalIn(html) || said(response.status) || said(response.status >= 500 ? "server" : "refused"));
  };

  // 400 (a list's own problems) and 422 (a form with errors) are drawn like any answer, and so is what names its own
  // swap (two versions to choose from); other refusals change nothing.
  const isRefused = ({ status, headers }) => status >= 400 && status !== 400 && status !== 422 && !headers.has("HX-Reswap");

  document.addEventListener("htmx:before:response", (event) => {
    const response = event.detail.ctx.response.raw;
    const isStale = response.status === 401 || response.headers.get("HX-Refresh") === "true";
    if (isStale) { event.preventDefault(); location.reload(); }
    else if (leadsAway(response)) { event.preventDefault(); location.assign(response.url); }
    else if (isRefused(response)) { event.preventDefault(); explain(response); }
  });

  // A whole page must never be drawn in the place of a list.
  document.addEventListener("htmx:after:request", (event) => {
    const { ctx } = event.detail;
    if (ctx.target?.id !== "list" || !/<html[\s>]/i.test(ctx.text.slice(0, 500))) return;
    if (ctx.text.includes('id="list"')) { ctx.select = "#list"; return; }
    event.preventDefault();
    if (ctx.response.status < 400) location.assign(ctx.response.raw.url);
    else complain(refusalIn(ctx.text) || said("refused"));
  });

  // What would change a part that this page does not have stays a plain link or form.
  document.addEventListener("htmx:before:init", (event) => {
    const holder = event.target.closest("[hx-target], [hx-target\\:inherited]");
    const target = holder?.getAttribute("hx-target") ?? holder?.getAttribute("hx-target:inherited");
    if (target?.startsWith("#") && !one(target)) event.preventDefault();
  });

  document.addEventListener("htmx:error", (event) => complain(said(event.detail.ctx?.response ? "server" : "network")));
  document.addEventListener("htmx:after:swap", noticeMessages);

  /* --- theme --- */

  const setTheme = async (form, submitter) => {
    const data = new FormData(form, submitter);
    const root = document.documentElement;
    const before = root.dataset.theme;
    root.dataset.theme = data.get("theme");
    all("button", form).find((button) => button.checkVisibility())?.focus();
    try {
      const answer = await fetch(form.getAttribute("action"), { method: "POST", body: data, redirect: "manual", keepalive: true });
      if (answer.status >= 400) throw new Error(answer.status);
    } catch (error) {
      root.dataset.theme = before;
      complain(said(error instanceof TypeError ? "network" : "server"));
    }
  };
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-theme-form]")) return;
    event.preventDefault();
    setTheme(event.target, event.submitter);
  });

  window.portal = { one, all, fill, say, complain, openDialog };
  noticeMessages();
})();

/* Links beside the list: the list changes the address without them, so they follow it when they are used. */
(() => {
  "use strict";
  const current = () => new URLSearchParams(window.location.search);
  const follow = (link) => {
    const address = new URL(link.href);
    if (link.matches("[data-next]")) address.searchParams.set("next", window.location.pathname + window.location.search);
    if (link.matches("[data-carries]")) {
      address.searchParams.delete("organization");
      const chosen = current().getAll("organization");
      if (chosen.length === 1) address.searchParams.set("organization", chosen[0]);
    }
    link.href = address.pathname + address.search;
  };
  for (const kind of ["pointerdown", "keydown", "click"]) {
    document.addEventListener(kind, (event) => {
      const link = event.target.closest?.("a[data-next], a[data-carries]");
      if (link) follow(link);
    }, true);
  }
  document.addEventListener("htmx:after:swap", () => {
    const label = document.querySelector("[data-organization-label]");
    const list = document.getElementById("list");
    if (label && list?.dataset.organization) label.textContent = list.dataset.organization;
  });
})();

/* Editing many accounts together: setting a value ticks the box beside it. */
(() => {
  "use strict";
  for (const kind of ["input", "change"]) {
    document.addEventListener(kind, (event) => {
      const row = event.target.closest?.("[data-together] [data-row]");
      const tick = row?.querySelector("input[name=change]");
      if (tick && event.target !== tick) tick.checked = true;
    });
  }
})();

/* A role's form: choosing a level sets the single rights of its area; setting one makes the area custom. */
(() => {
  "use strict";
  const { one, all } = window.portal;
  const set = (area, state) => {
    for (const item of all("[data-right-name]", area)) {
      const wanted = state === "read" ? (item.hasAttribute("data-reads") ? "allow" : "unset") : state;
      one(`input[value="${wanted}"]`, item).checked = true;
    }
  };
  document.addEventListener("change", (event) => {
    const area = event.target.closest?.("[data-role-form] .area");
    if (!area) return;
    const level = one("[data-level]", area);
    if (event.target !== level) { level.value = "custom"; return; }
    const state = { none: "unset", full: "allow", read: "read" }[level.value];
    if (state) set(area, state);
    else one("[data-rights]", area).open = true;
  });
})();

/* The picker of a group's users says how many changes wait, each time that changes. */
(() => {
  "use strict";
  const { one, say } = window.portal;
  let before = one("[data-pending-text]")?.textContent;
  let place = null, saving = false;
  // The button that was pressed is gone afterwards: the next one of the same side takes the focus.
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!event.target.matches?.("[data-picker]")) return;
    saving = button?.name === "save";
    const row = button?.closest("[data-side] > li");
    place = row ? { side: row.parentElement.dataset.side, at: [...row.parentElement.children].indexOf(row) } : null;
  }, true);
  const refocus = () => {
    if (!place || document.activeElement !== document.body) return;
    const buttons = [...document.querySelectorAll(`[data-side="${place.side}"] > li`)].slice(place.at).map((row) => row.querySelector("button"));
    (buttons.find(Boolean) ?? one("#picker-q"))?.focus();
    place = null;
  };
  window.addEventListener("beforeunload", (event) => {
    if (!saving && one("[data-picker] input:is([name=add], [name=remove])")) event.preventDefault();
  });
  document.addEventListener("htmx:after:swap", () => {
    refocus();
    const text = one("[data-pending-text]")?.textContent;
    if (text && text !== before) say(text);
    before = text;
  });
})();

/* A long form asks before what was entered is thrown away. */
(() => {
  "use strict";
  let entered = false;
  document.addEventListener("input", (event) => { if (event.target.closest?.("[data-guarded]")) entered = true; });
  document.addEventListener("submit", (event) => { if (event.target.matches?.("[data-guarded]")) entered = false; });
  window.addEventListener("beforeunload", (event) => { if (entered) event.preventDefault(); });
})();

/* A role counts for one organization: only then is it asked which. */
(() => {
  "use strict";
  const show = () => {
    for (const scope of document.querySelectorAll("select[name=scope]")) {
      const field = scope.form?.querySelector("[name=organization]")?.closest(".field");
      if (field) field.hidden = scope.value !== "organization" && !field.classList.contains("bad");
    }
  };
  document.addEventListener("change", (event) => { if (event.target.name === "scope") show(); });
  document.addEventListener("htmx:after:swap", show);
  show();
})();
