/* The camera: opened, watched, and turned into one small JPEG at each tick of the worker. */

import { CALM_MS, realInterval, skipReason, stretchAfterCalm, stretchAfterTooFast } from "./capture-timer.js";
import { cameraProblem } from "./student-state.js";

const WISHES = {
  audio: false,
  video: {
    width: { ideal: 640 },
    height: { ideal: 480 },
    frameRate: { ideal: 15 },
    facingMode: "user",
  },
};

/** Something about the camera that the student can mend; `code` names the words to show. */
export class CameraProblem extends Error {
  /** @param {string} code */
  constructor(code) {
    super(code);
    this.code = code;
  }
}

/**
 * @returns {Promise<MediaStream>}
 * @throws {CameraProblem}
 */
export async function openCamera() {
  if (!navigator.mediaDevices?.getUserMedia) throw new CameraProblem(window.isSecureContext ? "old" : "insecure");
  try {
    return await firstStream([WISHES, { audio: false, video: true }]);
  } catch (error) {
    throw new CameraProblem(cameraProblem(error.name));
  }
}

async function firstStream([wishes, ...simpler]) {
  try {
    return await navigator.mediaDevices.getUserMedia(wishes);
  } catch (error) {
    if (error.name !== "OverconstrainedError" || simpler.length === 0) throw error;
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
 * @typedef {object} CaptureHandlers
 * @property {() => boolean} isOnAir  whether snapshots may leave the browser now
 * @property {() => number} bufferedAmount  bytes that still wait in the socket
 * @property {(jpeg: ArrayBuffer) => void} onsnapshot
 * @property {() => void} ontick  at every tick, also when nothing is taken
 * @property {(problem: string) => void} onproblem  the browser cannot run the worker, or the camera went away
 * @property {(isMuted: boolean) => void} onmute  the system holds the camera back for a while, or gives it again
 */

/**
 * @param {HTMLVideoElement} video  the preview; the last resort for frames too
 * @param {CaptureHandlers} handlers
 */
export function createCapture(video, handlers) {
  const worker = new Worker(new URL("./workers/camera.js", import.meta.url), { type: "module" });
  let able = { canEncode: true, canReadTracks: false };
  let stream = null;
  let grab = null;
  let isEncoding = false;
  let intervalMs = 1000;
  let stretch = 1;
  let stretchedAt = 0;

  const answers = {
    able(message) {
      able = message;
      if (!able.canEncode) handlers.onproblem("old");
    },
    tick() {
      handlers.ontick();
      if (stretch > 1 && performance.now() - stretchedAt >= CALM_MS) setStretch(stretchAfterCalm(stretch));
      take();
    },
    snapshot({ jpeg }) {
      isEncoding = false;
      if (handlers.isOnAir()) handlers.onsnapshot(jpeg);
    },
    nothing() {
      isEncoding = false;
    },
  };
  worker.addEventListener("message", ({ data }) => answers[data.type](data));
  worker.addEventListener("error", () => handlers.onproblem("old"));

  async function take() {
    const onAir = stream !== null && handlers.isOnAir();
    if (skipReason({ onAir, encoding: isEncoding, bufferedAmount: handlers.bufferedAmount() })) return;
    isEncoding = true;
    if (!grab) return worker.postMessage({ type: "take" });
    try {
      const bitmap = await grab();
      worker.postMessage({ type: "encode", bitmap }, [bitmap]);
    } catch {
      isEncoding = false;
    }
  }

  /** The best way to frames that this browser has; the first two work behind a hidden tab for certain. */
  function readFrames(track) {
    grab = null;
    if ("MediaStreamTrackProcessor" in window) {
      const { readable } = new MediaStreamTrackProcessor({ track, maxBufferSize: 1 });
      worker.postMessage({ type: "frames", readable }, [readable]);
    } else if (!able.canReadTracks || !handOver(track.clone())) {
      grab = "ImageCapture" in window ? grabber(new ImageCapture(track)) : () => createImageBitmap(video);
    }
  }

  function handOver(track) {
    try {
      worker.postMessage({ type: "track", track }, [track]);
      return true;
    } catch {
      track.stop();
      return false;
    }
  }

  function grabber(imageCapture) {
    return () => imageCapture.grabFrame().catch(() => createImageBitmap(video));
  }

  function watch(track) {
    track.addEventListener("ended", () => {
      close();
      handlers.onproblem("unplugged");
    });
    track.addEventListener("mute", () => handlers.onmute(true));
    track.addEventListener("unmute", () => handlers.onmute(false));
  }

  /** @param {MediaStream} opened */
  function use(opened) {
    stream = opened;
    const [track] = stream.getVideoTracks();
    watch(track);
    show(video, stream);
    readFrames(track);
  }

  function close() {
    worker.postMessage({ type: "drop" });
    closeCamera(stream);
    stream = null;
    grab = null;
    video.srcObject = null;
  }

  function startTimer() {
    worker.postMessage({ type: "interval", intervalMs: realInterval(intervalMs, stretch) });
  }

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
