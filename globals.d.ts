/* Types only: our own elements, and what browsers know and TypeScript's library does not. */

import type { BreakClock } from "./static/js/elements/break-clock.js";
import type { CameraChoice } from "./static/js/elements/camera-choice.js";
import type { ClassMood } from "./static/js/elements/class-mood.js";
import type { HintList } from "./static/js/elements/hint-list.js";
import type { KeyMoments } from "./static/js/elements/key-moments.js";
import type { LessonClock } from "./static/js/elements/lesson-clock.js";
import type { LevelBar } from "./static/js/elements/level-bar.js";
import type { PulseCheck } from "./static/js/elements/pulse-check.js";
import type { QuestionList } from "./static/js/elements/question-list.js";
import type { TileGrid } from "./static/js/elements/tile-grid.js";

declare global {
  interface HTMLElementTagNameMap {
    "break-clock": BreakClock;
    "camera-choice": CameraChoice;
    "class-mood": ClassMood;
    "hint-list": HintList;
    "key-moments": KeyMoments;
    "lesson-clock": LessonClock;
    "level-bar": LevelBar;
    "pulse-check": PulseCheck;
    "question-list": QuestionList;
    "tile-grid": TileGrid;
  }

  interface HTMLElementEventMap {
    /** <camera-choice>: the deviceId of the camera that is to be used */
    choose: CustomEvent<string>;
  }

  interface Window {
    /** static/vendor/plotly-basic.min.js */
    Plotly?: {
      react(place: HTMLElement, traces: object[], layout: object, config: object): void;
      Plots: { resize(place: HTMLElement): void };
    };
    /** https://wicg.github.io/document-picture-in-picture/ */
    documentPictureInPicture?: {
      readonly window: Window | null;
      requestWindow(size: { width: number; height: number }): Promise<Window>;
    };
  }

  /** https://w3c.github.io/mediacapture-transform/ */
  class MediaStreamTrackProcessor {
    constructor(init: { track: MediaStreamTrack; maxBufferSize: number });
    readonly readable: ReadableStream<VideoFrame>;
  }

  /** Of a classic worker. */
  function importScripts(...addresses: string[]): void;

  /** static/vendor/litert/litert_wasm_compat_internal.js: what is used of it */
  var ModuleFactory: (options: {
    print(text: string): void;
    printErr(text: string): void;
    instantiateWasm(
      imports: WebAssembly.Imports,
      receive: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
    ): void;
  }) => Promise<LiteRt>;

  interface LiteRtHandle {
    /** Gives its memory back. */
    delete(): void;
  }

  interface LiteRtNames extends LiteRtHandle {
    size(): number;
    get(index: number): string;
  }

  interface LiteRtTensorType extends LiteRtHandle {
    bytes(): number;
  }

  interface LiteRtTensorBuffer extends LiteRtHandle {
    /** The place of its values on the heap, until `unlock`. */
    lock(mode: LiteRtLockMode): number;
    unlock(): void;
    packedSize(): number;
  }

  interface LiteRtModel extends LiteRtHandle {
    getInputTensorType(signature: number, input: number): LiteRtTensorType;
    getSignature(index: number): LiteRtHandle & { outputNames(): LiteRtNames };
  }

  interface LiteRtCompiled extends LiteRtHandle {
    run(signature: number, inputs: LiteRtTensorBuffer[]): Promise<LiteRtTensorBuffer[]>;
  }

  type LiteRtLockMode = { readonly value: number };

  interface LiteRt {
    readonly HEAPU8: Uint8Array<ArrayBuffer>;
    _malloc(bytes: number): number;
    _free(place: number): void;
    loadModel(environment: LiteRtHandle, place: number, bytes: number): LiteRtModel;
    compileModel(environment: LiteRtHandle, model: LiteRtModel, options: object): Promise<LiteRtCompiled>;
    readonly LiteRtEnvironment: { create(gpu: null): LiteRtHandle };
    readonly LiteRtTensorBufferLockMode: { readonly READ: LiteRtLockMode; readonly WRITE: LiteRtLockMode };
    readonly LiteRtTensorBufferType: { readonly HOST_MEMORY: object };
    readonly LiteRtTensorBuffer: {
      createManaged(environment: LiteRtHandle, kind: object, type: LiteRtTensorType, bytes: number): LiteRtTensorBuffer;
    };
  }
}
