/* The camera: opened, watched, and at each tick of the worker turned into one small JPEG, or read in this browser. */

import { agreedCamera, agreeTo } from "./cameras.js";
import { CALM_MS, realInterval, skipReason, stretchAfterCalm, stretchAfterTooFast } from "./capture-timer.js";
import { cameraProblem, isInApp, isPhone } from "./student-state.js";

const WISHES = {
  audio: false,
  video: {
    width: { ideal: 640 },
    height: { ideal: 480 },
    frameRate: { ideal: 15 },
    facingMode: "user",
  },
};

/** A camera that gives no usable picture for so long gives none; with the looks between, within five seconds. */
const EMPTY_MS = 3500;

/** Something about the camera that the student can mend; `code` names the words to show. */
export class CameraProblem extends Error {
  /** @param {string} code */
  constructor(code) {
    super(code);
    this.code = code;
  }
}

/**
 * The camera that was agreed to, and no other: nobody is shown by a camera that they did not choose. Before any was,
 * the browser's first choice.
 * @returns {Promise<MediaStream>}
 * @throws {CameraProblem}
 */
export async function openCamera() {
  if (!navigator.mediaDevices?.getUserMedia) throw new CameraProblem(problemWithoutCamera());
  const agreed = agreedCamera();
  try {
    const stream = await firstStream(agreed ? [withCamera(agreed)] : [WISHES, { audio: false, video: true }]);
    const { deviceId = "" } = stream.getVideoTracks()[0].getSettings();
    if (!agreed) agreeTo(deviceId);
    if (!agreed || deviceId === agreed) return stream;
    closeCamera(stream);
  } catch (error) {
    const problem = cameraProblem(nameOf(error), navigator.userAgent);
    if (!agreed || !GONE.has(problem)) throw new CameraProblem(problem);
  }
  throw new CameraProblem("unplugged");
}

/** What browsers say of a camera that was named and is not there. */
const GONE = new Set(["missing", "unsuitable"]);

/** @param {string} deviceId @returns {MediaStreamConstraints} */
function withCamera(deviceId) {
  const { facingMode: _, ...video } = WISHES.video;
  return { audio: false, video: { ...video, deviceId: { exact: deviceId } } };
}

function problemWithoutCamera() {
  if (!window.isSecureContext) return "insecure";
  return isInApp(navigator.userAgent) ? "in-app" : "old";
}

/** @param {unknown} error */
function nameOf(error) {
  return error instanceof Error ? error.name : "";
}

/**
 * @param {MediaStreamConstraints[]} wishes  the best first
 * @returns {Promise<MediaStream>}
 */
async function firstStream([wishes, ...simpler]) {
  try {
    return await navigator.mediaDevices.getUserMedia(wishes);
  } catch (error) {
    if (nameOf(error) !== "OverconstrainedError" || simpler.length === 0) throw error;
    return firstStream(simpler);
  }
}

/** Plays by command, because browsers hold `autoplay` back while the picture is scrolled out of sight.
 * @param {HTMLVideoElement} video
 * @param {MediaStream} stream
 */
export function show(video, stream) {
  video.srcObject = stream;
  // Rejected when the stream is taken away again before it began, which is no failure.
  video.play().catch(() => {});
}

/** @param {MediaStream | null} stream */
export function closeCamera(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/**
 * @typedef {import("./workers/camera.js").Answer} Answer  of the worker
 *
 * @typedef {object} CaptureHandlers
 * @property {() => boolean} isOnAir  whether snapshots may leave the browser now
 * @property {() => number} bufferedAmount  bytes that still wait in the socket
 * @property {() => boolean} isFree  whether little enough is unanswered
 * @property {() => number} largestBytes  how large a snapshot may be now
 * @property {(frame: ArrayBuffer) => void} onsnapshot
 * @property {() => boolean} isReadHere  whether frames are read in this browser: then nothing of them is encoded
 * @property {(frame: ImageBitmap | VideoFrame, takenAt: number) => Promise<void>} onframe  to be read here; handed over
 * @property {(isEmpty: boolean) => void} onempty  the camera gives no usable picture, or gives one again
 * @property {() => void} ontick  at every tick, also when nothing is taken
 * @property {(problem: string) => void} onproblem  the browser cannot run the worker, or the camera went away
 * @property {(isMuted: boolean) => void} onmute  the system holds the camera back for a while, or gives it again
 */

/** @typedef {ReturnType<typeof createCapture>} Capture */

/**
 * @param {HTMLVideoElement} video  the preview; the last resort for frames too
 * @param {CaptureHandlers} handlers
 */
export function createCapture(video, handlers) {
  const worker = new Worker(new URL("./workers/camera.js", import.meta.url), { type: "module" });
  let canReadTracks = false;
  /** @type {MediaStream | null} */
  let stream = null;
  /** @type {(() => Promise<ImageBitmap>) | null} */
  let grab = null;
  let isEncoding = false;
  /** Since when the camera gives no usable picture; 0: it does. */
  let emptySince = 0;
  let intervalMs = 1000;
  let stretch = 1;
  let stretchedAt = 0;

  /** @param {MessageEvent<Answer>} event */
  function onanswer({ data: answer }) {
    switch (answer.type) {
      case "able":
        canReadTracks = answer.canReadTracks;
        if (!answer.canEncode) handlers.onproblem("old");
        return;
      case "tick":
        return tick();
      case "look":
        return look();
      case "looked":
        return noticeEmpty(!answer.seesPicture);
      case "snapshot":
        isEncoding = false;
        if (handlers.isOnAir() && !handlers.isReadHere()) handlers.onsnapshot(answer.frame);
        return;
      case "lent":
        return readHere(answer.frame, answer.takenAt);
      case "nothing":
        isEncoding = false;
        return;
    }
  }

  /** @param {boolean} isEmpty */
  function noticeEmpty(isEmpty) {
    if (!isEmpty || stream === null || mayBeHeldBack()) {
      if (!isEmpty && stream) handlers.onempty(false);
      emptySince = 0;
      return;
    }
    emptySince ||= performance.now();
    if (performance.now() - emptySince >= EMPTY_MS) handlers.onempty(true);
  }

  /** A hidden page may be given no picture, however good the camera is. */
  function mayBeHeldBack() {
    return document.hidden && (grab !== null || isPhone(navigator));
  }

  async function look() {
    if (stream === null) return;
    if (!grab) return ask({ type: "look" });
    try {
      const bitmap = await grab();
      ask({ type: "look-at", bitmap }, [bitmap]);
    } catch {
      noticeEmpty(true);
    }
  }
  worker.addEventListener("message", onanswer);
  worker.addEventListener("error", () => handlers.onproblem("old"));

  function tick() {
    handlers.ontick();
    if (stretch > 1 && performance.now() - stretchedAt >= CALM_MS) setStretch(stretchAfterCalm(stretch));
    take();
  }

  /** @param {import("./workers/camera.js").Request} request @param {Transferable[]} [handedOver] */
  function ask(request, handedOver = []) {
    worker.postMessage(request, handedOver);
  }

  /** @param {ImageBitmap | VideoFrame} frame @param {number} takenAt */
  async function readHere(frame, takenAt) {
    if (handlers.isOnAir() && handlers.isReadHere()) await handlers.onframe(frame, takenAt);
    else frame.close();
    isEncoding = false;
  }

  async function take() {
    const onAir = stream !== null && handlers.isOnAir();
    const [bufferedAmount, isFree] = [handlers.bufferedAmount(), handlers.isFree()];
    if (skipReason({ onAir, encoding: isEncoding, bufferedAmount, isFree })) return;
    isEncoding = true;
    const [largestBytes, isReadHere] = [handlers.largestBytes(), handlers.isReadHere()];
    if (!grab) return ask(isReadHere ? { type: "lend" } : { type: "take", largestBytes });
    try {
      const bitmap = await grab();
      if (isReadHere) return readHere(bitmap, Date.now());
      ask({ type: "encode", bitmap, largestBytes }, [bitmap]);
    } catch {
      isEncoding = false;
    }
  }

  /**
   * The best way to frames that this browser has; the first two work behind a hidden tab for certain.
   * @param {MediaStreamTrack} track
   */
  function readFrames(track) {
    grab = null;
    if ("MediaStreamTrackProcessor" in window) {
      const { readable } = new MediaStreamTrackProcessor({ track, maxBufferSize: 1 });
      ask({ type: "frames", readable }, [readable]);
    } else if (!canReadTracks || !handOver(track.clone())) {
      grab = "ImageCapture" in window ? grabber(new ImageCapture(track)) : () => createImageBitmap(video);
    }
  }

  /** @param {MediaStreamTrack} track @returns {boolean} whether the worker has it now */
  function handOver(track) {
    try {
      // Chrome and Safari hand tracks over; TypeScript's list of what can be does not know it yet.
      ask({ type: "track", track }, [/** @type {Transferable} */ (/** @type {unknown} */ (track))]);
      return true;
    } catch {
      track.stop();
      return false;
    }
  }

  /** @param {ImageCapture} imageCapture @returns {() => Promise<ImageBitmap>} */
  function grabber(imageCapture) {
    return () => imageCapture.grabFrame().catch(() => createImageBitmap(video));
  }

  /** @param {MediaStreamTrack} track */
  function watch(track) {
    track.addEventListener("ended", () => {
      if (stream?.getVideoTracks()[0] !== track) return;
      close();
      handlers.onproblem("unplugged");
    });
    track.addEventListener("mute", () => handlers.onmute(true));
    track.addEventListener("unmute", () => handlers.onmute(false));
  }

  /** @param {MediaStream} opened */
  function use(opened) {
    stream = opened;
    emptySince = 0;
    const [track] = stream.getVideoTracks();
    watch(track);
    show(video, stream);
    readFrames(track);
  }

  function close() {
    ask({ type: "drop" });
    closeCamera(stream);
    stream = null;
    grab = null;
    video.srcObject = null;
  }

  function startTimer() {
    ask({ type: "interval", intervalMs: realInterval(intervalMs, stretch) });
  }

  /** @param {number} next */
  function setStretch(next) {
    stretch = next;
    stretchedAt = performance.now();
    startTimer();
  }

  startTimer();
  return {
    use,
    close,
    take,
    /** @param {number} milliseconds */
    setInterval(milliseconds) {
      if (milliseconds === intervalMs) return;
      intervalMs = milliseconds;
      stretch = 1;
      startTimer();
    },
    slowDown() {
      setStretch(stretchAfterTooFast(stretch));
    },
    get isOpen() {
      return stream !== null;
    },
  };
}
