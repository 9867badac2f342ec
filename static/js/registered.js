// @ts-check
// The platform that shows this page inside its own is told that it may close it.

const CLOSE = { subject: "org.imsglobal.lti.close" };

function close() {
  (window.opener ?? window.parent).postMessage(CLOSE, "*");
}

document.querySelector("[data-close-registration]")?.addEventListener("click", close);
