// Passkeys are offered to scripts only. A form marked data-passkey is answered by the browser's own dialogue:
// "sign-in" asks the site for a challenge first, "use" and "add" carry it in data-options.
(() => {
  "use strict";

  const bytes = (text) => {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (sign) => sign.charCodeAt(0)).buffer;
  };

  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-")
      .replace(/\//g, "_")
      .replace(/=+$/, "");

  const known = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  const asked = (options) => {
    const given = { ...options.publicKey, challenge: bytes(options.publicKey.challenge) };
    if (given.user) given.user = { ...given.user, id: bytes(given.user.id) };
    if (given.allowCredentials) given.allowCredentials = known(given.allowCredentials);
    if (given.excludeCredentials) given.excludeCredentials = known(given.excludeCredentials);
    return given;
  };

  const answered = (credential) => {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[name]) response[name] = text(credential.response[name]);
    }
    return JSON.stringify({
      type: credential.type,
      id: credential.id,
      rawId: text(credential.rawId),
      authenticatorAttachment: credential.authenticatorAttachment,
      clientExtensionResults: credential.getClientExtensionResults(),
      response,
    });
  };

  const options = async (form) => {
    if (form.dataset.passkey !== "sign-in") return JSON.parse(form.dataset.options);
    const given = await fetch(form.action, { method: "POST", body: tokenOf(form), credentials: "same-origin" });
    if (!given.ok) throw new Error(`no challenge: ${given.status}`);
    return given.json();
  };

  const tokenOf = (form) => {
    const body = new FormData();
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    return body;
  };

  const make = (publicKey, alone) => {
    publicKey.authenticatorSelection = {
      ...publicKey.authenticatorSelection,
      residentKey: alone ? "required" : "preferred",
      requireResidentKey: alone,
      userVerification: alone ? "required" : "preferred",
    };
    return navigator.credentials.create({ publicKey });
  };

  const run = async (form) => {
    const failed = form.querySelector("[data-passkey-failed]");
    failed.hidden = true;
    try {
      const publicKey = asked(await options(form));
      const credential =
        form.dataset.passkey === "add"
          ? await make(publicKey, Boolean(form.elements.passwordless?.checked))
          : await navigator.credentials.get({ publicKey });
      form.elements.credential.value = answered(credential);
      form.submit();
    } catch (error) {
      // Whoever closes the dialogue, has no passkey here or waits too long stays on the page and is told.
      console.warn(error);
      failed.hidden = false;
    }
  };

  if (!window.PublicKeyCredential) return;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      run(form);
    });
  }
})();
