/* LiteRT.js: networks in LiteRT's format, on one thread of the processor. Only in a classic worker, which has
 * `importScripts`. Of the npm package only the WebAssembly and its script are used, as they were published; its build
 * without relaxed SIMD runs in every browser that has SIMD, gives each the same numbers, and was no slower here. */

import { CannotRead } from "./cannot-read.js";
import { fetched } from "./fetched.js";

/** @typedef {import("./network.js").Network} Network */

/**
 * @typedef {object} Files
 * @property {string} script  address of litert_wasm_compat_internal.js
 * @property {string} wasm  address of litert_wasm_compat_internal.wasm
 */

// A module whose one function uses a vector of 128 bits.
const WITH_SIMD = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
]);
const PROCESSOR = { accelerator: "wasm", cpuOptions: { numThreads: 1 }, gpuOptions: {}, webNNOptions: {} };
const ONLY = 0; // signature, input

export class Runtime {
  /** @type {LiteRt} */
  #litert;
  /** @type {LiteRtHandle} */
  #environment;

  /** @param {LiteRt} litert  started; use `start` */
  constructor(litert) {
    this.#litert = litert;
    this.#environment = litert.LiteRtEnvironment.create(null);
  }

  /**
   * @param {Files} files
   * @throws {CannotRead}
   */
  static async start({ script, wasm }) {
    if (typeof WebAssembly !== "object" || !WebAssembly.validate(WITH_SIMD)) throw new CannotRead("no_simd");
    try {
      importScripts(script);
    } catch (error) {
      throw new CannotRead("not_fetched", `${script}: ${error}`);
    }
    const compiled = await WebAssembly.compileStreaming(fetched(wasm));
    return new Runtime(await started(compiled));
  }

  /**
   * A network of one input, float32, ready to run.
   * @param {Uint8Array} file  as .tflite
   */
  async network(file) {
    const litert = this.#litert;
    const at = litert._malloc(file.length);
    if (!at) throw new CannotRead("out_of_memory");
    litert.HEAPU8.set(file, at);
    const model = litert.loadModel(this.#environment, at, file.length);
    const compiled = await litert.compileModel(this.#environment, model, PROCESSOR);
    return new LiteRtNetwork(litert, this.#environment, model, compiled, () => litert._free(at));
  }
}

/** One network; one call at a time. @implements {Network} */
class LiteRtNetwork {
  #litert;
  #model;
  #compiled;
  #free;
  #input;

  /**
   * @param {LiteRt} litert
   * @param {LiteRtHandle} environment
   * @param {LiteRtModel} model
   * @param {LiteRtCompiled} compiled
   * @param {() => void} free  the memory of the file, which the model reads its weights from
   */
  constructor(litert, environment, model, compiled, free) {
    this.#litert = litert;
    this.#model = model;
    this.#compiled = compiled;
    this.#free = free;
    /** The names of its outputs, in their order. @type {readonly string[]} */
    this.heads = namesOfOutputs(model);
    const type = model.getInputTensorType(ONLY, ONLY);
    const { LiteRtTensorBuffer, LiteRtTensorBufferType } = litert;
    // Made once: a reading then leaves nothing behind but its answers.
    this.#input = LiteRtTensorBuffer.createManaged(environment, LiteRtTensorBufferType.HOST_MEMORY, type, type.bytes());
    type.delete();
  }

  /**
   * All outputs, in the network's order, as copies.
   * @param {Float32Array} values
   * @returns {Promise<readonly Float32Array[]>}
   */
  async run(values) {
    const { LiteRtTensorBufferLockMode } = this.#litert;
    const at = this.#input.lock(LiteRtTensorBufferLockMode.WRITE);
    this.#numbers(at, this.#input.packedSize()).set(values);
    this.#input.unlock();
    const outputs = await this.#compiled.run(ONLY, [this.#input]);
    return outputs.map((output) => {
      const answer = this.#numbers(output.lock(LiteRtTensorBufferLockMode.READ), output.packedSize()).slice();
      output.unlock();
      output.delete();
      return answer;
    });
  }

  /** Its memory is given back; it runs no more. */
  delete() {
    this.#input.delete();
    this.#compiled.delete();
    this.#model.delete();
    this.#free();
  }

  /** The heap moves when it grows, so it is looked at anew each time. @param {number} at @param {number} bytes */
  #numbers(at, bytes) {
    return new Float32Array(this.#litert.HEAPU8.buffer, at, bytes / Float32Array.BYTES_PER_ELEMENT);
  }
}

/** @param {LiteRtModel} model */
function namesOfOutputs(model) {
  const signature = model.getSignature(ONLY);
  const names = signature.outputNames();
  const listed = Array.from({ length: names.size() }, (_, index) => names.get(index));
  names.delete();
  signature.delete();
  return listed;
}

/** @param {WebAssembly.Module} compiled @returns {Promise<LiteRt>} */
function started(compiled) {
  const quiet = () => {};
  return new Promise((resolve, reject) => {
    const module = globalThis.ModuleFactory({
      print: quiet,
      printErr: quiet,
      instantiateWasm(imports, receive) {
        // The script would wait for ever for one that fails.
        WebAssembly.instantiate(compiled, imports).then((instance) => receive(instance, compiled), reject);
      },
    });
    module.then(resolve, reject);
  });
}
