/* Passkeys: the form's options go to the browser, what the device answers goes back as a hidden field. */
(() => {
  const bytes = (text) => {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
  };
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  const known = (credentials) => (credentials ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

  const create = async (options) => {
    const made = await navigator.credentials.create({
      publicKey: {
        ...options,
        challenge: bytes(options.challenge),
        user: { ...options.user, id: bytes(options.user.id) },
        excludeCredentials: known(options.excludeCredentials),
      },
    });
    return {
      clientDataJSON: text(made.response.clientDataJSON),
      attestationObject: text(made.response.attestationObject),
      of: made,
    };
  };

  const get = async (options) => {
    const shown = await navigator.credentials.get({
      publicKey: { ...options, challenge: bytes(options.challenge), allowCredentials: known(options.allowCredentials) },
    });
    return {
      clientDataJSON: text(shown.response.clientDataJSON),
      authenticatorData: text(shown.response.authenticatorData),
      signature: text(shown.response.signature),
      userHandle: shown.response.userHandle ? text(shown.response.userHandle) : null,
      of: shown,
    };
  };

  const answer = async (form) => {
    const ask = form.dataset.passkey === "create" ? create : get;
    const { of, ...response } = await ask(JSON.parse(form.dataset.options));
    return JSON.stringify({
      id: of.id,
      rawId: text(of.rawId),
      type: of.type,
      authenticatorAttachment: of.authenticatorAttachment,
      clientExtensionResults: of.getClientExtensionResults(),
      response,
    });
  };

  const say = (form, words) => {
    const place = form.querySelector("[data-passkey-said]");
    place.textContent = words;
    place.hidden = !words;
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-passkey]");
    if (!form) return;
    event.preventDefault();
    if (!form.reportValidity()) return;
    if (!window.PublicKeyCredential) return say(form, form.dataset.missing);
    const button = form.querySelector("[type=submit]");
    say(form, "");
    button.disabled = true;
    try {
      form.elements.credential.value = await answer(form);
      form.submit();
    } catch {
      // Whatever the reason, the browser has told its person already, or they cancelled it.
      say(form, form.dataset.cancelled);
      button.disabled = false;
    }
  });
})();
