import { KernelError } from "../kernel_error.ts";

/** A piece of the memory: `bytes` at `at`. */
interface Piece {
  at: number;
  bytes: number;
}

const PAGE = 65536, LINE = 64;

/** Hands out pieces of a WebAssembly memory, which grows as it must. */
export class Arena {
  readonly #memory: WebAssembly.Memory;
  /** In the order of their addresses, never two that touch. */
  readonly #free: Piece[] = [];
  readonly #taken = new Map<number, number>();
  /** Nothing has been handed out from here on. */
  #top: number;
  #used = 0;
  #floats!: Float32Array;
  #ints!: Int32Array;

  /** @param start The first address to hand out. */
  constructor(memory: WebAssembly.Memory, start: number) {
    this.#memory = memory;
    this.#top = start;
    this.#view();
  }

  /** Bytes handed out. */
  get used(): number {
    return this.#used;
  }

  /** The whole memory, as floats; another array after it has grown. */
  get floats(): Float32Array {
    return this.#floats;
  }

  /** The same, as integers. */
  get ints(): Int32Array {
    return this.#ints;
  }

  /**
   * @param count Floats.
   * @returns An address, a multiple of 64; the floats there are 0.
   * @throws {KernelError} If the memory cannot grow that far.
   */
  take(count: number): number {
    const bytes = Math.ceil(Math.max(count, 1) * 4 / LINE) * LINE;
    const index = this.#free.findIndex((piece) => piece.bytes >= bytes);
    let at = this.#top;
    if (index < 0) {
      this.#grow(at + bytes);
      this.#top += bytes;
    } else {
      const piece = this.#free[index];
      at = piece.at;
      piece.at += bytes;
      piece.bytes -= bytes;
      if (piece.bytes === 0) this.#free.splice(index, 1);
      this.#floats.fill(0, at / 4, (at + bytes) / 4);
    }
    this.#taken.set(at, bytes);
    this.#used += bytes;
    return at;
  }

  /** Copies `count` floats, or as many other words, from one address to another. */
  copy(from: number, to: number, count: number): void {
    this.#ints.copyWithin(to / 4, from / 4, from / 4 + count);
  }

  /** Takes a piece back; its address must come from {@linkcode take}. */
  give(at: number): void {
    const bytes = this.#taken.get(at)!;
    this.#taken.delete(at);
    this.#used -= bytes;
    let index = this.#free.findIndex((piece) => piece.at > at);
    if (index < 0) index = this.#free.length;
    this.#free.splice(index, 0, { at, bytes });
    this.#join(index);
    this.#join(index - 1);
  }

  /** Makes one of two free pieces that touch. */
  #join(index: number): void {
    const [piece, next] = [this.#free[index], this.#free[index + 1]];
    if (!piece || !next || piece.at + piece.bytes !== next.at) return;
    piece.bytes += next.bytes;
    this.#free.splice(index + 1, 1);
  }

  #grow(end: number): void {
    const size = this.#memory.buffer.byteLength;
    if (end <= size) return;
    // A quarter more than needed: many small steps would leave as many views behind.
    const wished = Math.min(Math.ceil(end * 1.25 / PAGE), 65536) - size / PAGE;
    try {
      this.#memory.grow(Math.max(wished, Math.ceil((end - size) / PAGE)));
    } catch (error) {
      const gigabytes = (end / 2 ** 30).toFixed(2);
      throw new KernelError(`The LSTM kernel needs ${gigabytes} GiB, more than WebAssembly gives`, { cause: error });
    }
    this.#view();
  }

  #view(): void {
    this.#floats = new Float32Array(this.#memory.buffer);
    this.#ints = new Int32Array(this.#memory.buffer);
  }
}
