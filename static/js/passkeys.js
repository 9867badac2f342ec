/** What passkeys need beside allauth's own scripts: buttons only where they can work, and words where they did not. */

const BUTTONS = "#passkey-login, #mfa_webauthn_authenticate, #mfa_webauthn_add, #mfa_webauthn_reauthenticate";

for (const button of document.querySelectorAll(BUTTONS)) {
  if (button instanceof HTMLElement) {
    button.hidden = !window.PublicKeyCredential;
  }
}

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const said = document.getElementById("passkey-problem");
  if (said) {
    said.hidden = false;
  }
});
