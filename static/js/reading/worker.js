/* Reads the camera's pictures in a worker, so that a hidden tab keeps its rate. A classic worker: LiteRT.js loads its
 * script with `importScripts`. Its own response carries the policy that it lives under (classroom/middleware.py): it
 * can ask this server alone, and load nothing that makes a page. */

const modules = Promise.all([import("./reader.js"), import("./cannot-read.js")]);
/** @type {import("./reader.js").Reader | null} */
let reader = null;
/** @type {ReadonlySet<import("./values.js").Signal>} */
let allowed = new Set();
/** What was asked before is answered first. */
let answered = Promise.resolve();

/**
 * @param {import("./reader.js").Request} request
 * @returns {Promise<import("./reader.js").Answer>}
 */
async function answer(request) {
  const [{ Reader }, { CannotRead }] = await modules;
  if (request.type === "open") reader = await Reader.open(request.addresses);
  if (!reader) throw new CannotRead("failed", "the reader is not open");
  switch (request.type) {
    case "open":
    case "allow":
      allowed = new Set(request.signals);
      await reader.prepare(allowed);
      return { type: "ready", model: reader.model };
    case "read": {
      const began = performance.now();
      const analysis = await reader.read(request.frame, allowed, began);
      return { type: "analysis", analysis, ms: performance.now() - began };
    }
    case "forget":
      reader.forget();
      return { type: "forgotten" };
  }
}

/** @param {unknown} error @returns {Promise<import("./reader.js").Answer>} */
async function failed(error) {
  const loaded = await modules.catch(() => null);
  if (!loaded) return { type: "failed", reason: "not_fetched", detail: String(error) };
  const [, { CannotRead }] = loaded;
  const { reason, detail } = CannotRead.from(error);
  return { type: "failed", reason, detail };
}

/** @param {import("./reader.js").Request} request */
async function tell(request) {
  postMessage(await answer(request).catch(failed));
  if (request.type === "read") request.frame.close();
}

addEventListener("message", ({ data }) => {
  answered = answered.then(() => tell(data));
});
