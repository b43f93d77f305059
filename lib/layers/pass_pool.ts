import * as tf from "@tensorflow/tfjs";
import { type Engine, KernelError, RecurrentPass, type RecurrentShape } from "../kernels/mod.ts";

/** A pass, and what decides whether it is free. */
interface Entry {
  key: string;
  pass: RecurrentPass;
  bytes: number;
  /** The recording of operations that may still ask for the gradient of the forward pass in it. */
  tape?: object;
}

/** Bytes of passes that nobody uses, above which the ones unused for longest are given back. */
const MOST_IDLE = 2 ** 28;

/**
 * The kernel's passes, kept by shape: making one costs as much as clearing its
 * buffers. A pass whose forward may still be gone back through is never given
 * out again, so as many forwards can be alive as there is memory for.
 */
export class PassPool {
  readonly #engine: Engine;
  /** From the one unused for longest to the one used last. */
  #entries: Entry[] = [];

  /** @param engine Where the passes run. */
  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /**
   * A pass that is free. With `shape.training` it stays taken until
   * {@linkcode release}, or until tfjs has finished the recording that was on.
   *
   * @throws {KernelError} If there is not that much memory.
   */
  take(shape: RecurrentShape): RecurrentPass {
    const key = JSON.stringify(Object.entries(shape).sort());
    const entry = this.#entries.find((entry) => entry.key === key && isFree(entry)) ?? this.#make(key, shape);
    this.#entries = [...this.#entries.filter((other) => other !== entry), entry];
    entry.tape = shape.training ? tf.engine().state.activeTape : undefined;
    return entry.pass;
  }

  /** Says that no gradient will be asked of a pass any more. */
  release(pass: RecurrentPass): void {
    this.#entries.find((entry) => entry.pass === pass)!.tape = undefined;
  }

  #make(key: string, shape: RecurrentShape): Entry {
    this.#evict(MOST_IDLE);
    const before = this.#engine.arena.used;
    let pass: RecurrentPass;
    try {
      pass = new RecurrentPass(this.#engine, shape);
    } catch (error) {
      if (!(error instanceof KernelError) || !this.#evict(0)) throw error;
      pass = new RecurrentPass(this.#engine, shape);
    }
    return { key, pass, bytes: this.#engine.arena.used - before };
  }

  /** Gives back what is unused for longest, until the rest of the unused is at most `most` bytes; whether there was any. */
  #evict(most: number): boolean {
    const idle = this.#entries.filter(isFree);
    let bytes = idle.reduce((sum, entry) => sum + entry.bytes, 0);
    const old = idle.filter((entry) => {
      if (bytes <= most) return false;
      bytes -= entry.bytes;
      return true;
    });
    for (const { pass } of old) pass.dispose();
    this.#entries = this.#entries.filter((entry) => !old.includes(entry));
    return old.length > 0;
  }
}

function isFree({ tape }: Entry): boolean {
  return tape === undefined || tape !== tf.engine().state.activeTape;
}

const pools = new WeakMap<Engine, PassPool>();

/** The pool of an engine, which all layers share. */
export function poolOf(engine: Engine): PassPool {
  let pool = pools.get(engine);
  if (!pool) pools.set(engine, pool = new PassPool(engine));
  return pool;
}
