import { type Prng, seeded } from "../../lib/random/mod.ts";

/** What mutations are drawn with. */
export class Dice {
  /** Dice that a mutant has for itself, so that it can be made again alone. */
  static of(seed: number, mutant: number): Dice {
    let mixed = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(mutant + 1, 0xc2b2ae35);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
    return new Dice(seeded((mixed ^ (mixed >>> 13)) >>> 0));
  }

  readonly #prng: Prng;

  /** Dice that go by a generator. */
  constructor(prng: Prng) {
    this.#prng = prng;
  }

  /** A whole number from 0 to below a limit. */
  below(limit: number): number {
    return Math.floor(this.#prng() * limit);
  }

  /** One of some things. */
  pick<T>(things: readonly T[]): T {
    return things[this.below(things.length)];
  }

  /** True so often, from 0 to 1. */
  chance(share: number): boolean {
    return this.#prng() < share;
  }

  /** One to three as a rule, once in a while hundreds: what grows out of proportion shows in what is repeated. */
  times(most = 400): number {
    return this.chance(0.01) ? 1 + this.below(most) : 1 + this.below(3);
  }

  /** Bytes with one to three places altered that know nothing of what they mean. */
  scatter(bytes: Uint8Array): Uint8Array {
    let altered = [...bytes];
    for (let left = 1 + this.below(3); left > 0 && altered.length > 0; left--) {
      const at = this.below(altered.length);
      switch (this.below(5)) {
        case 0:
          altered[at] ^= 1 << this.below(8);
          break;
        case 1:
          altered[at] = this.pick([0, 1, 0x0a, 0x0d, 0x20, 0x7f, 0x80, 0xf0, 0xf7, 0xff]);
          break;
        case 2:
          altered.splice(at, 1 + this.below(4));
          break;
        case 3:
          altered.splice(at, 0, ...altered.slice(at, at + 1 + this.below(8)));
          break;
        default:
          if (this.chance(0.3)) altered = altered.slice(0, at);
      }
    }
    return Uint8Array.from(altered);
  }

  /** Leaves a line of a text out (0), repeats it (1), or the few lines from it on (2), or changes places with another (3). */
  rearrange<Line>(lines: Line[], at: number, way: 0 | 1 | 2 | 3): void {
    switch (way) {
      case 0:
        lines.splice(at, 1);
        break;
      case 1: {
        const line = lines[at];
        for (let times = this.times(); times > 0; times--) lines.splice(at, 0, line);
        break;
      }
      case 2: {
        const some = lines.slice(at, at + 1 + this.below(6));
        for (let times = this.times(100); times > 0; times--) lines.splice(at, 0, ...some);
        break;
      }
      case 3:
        lines.splice(at, 1, ...lines.splice(this.below(lines.length), 1, lines[at]));
    }
  }
}
