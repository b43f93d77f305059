/**
 * The program that reads mutants for `deno task fuzz`, in a process of its own, which may hang or run out of memory:
 * `child.ts KIND SEED FROM TO PAUSE`. It says on lines of JSON how far it is, every PAUSE milliseconds, and what was wrong.
 *
 * @module
 */

import process from "node:process";
import { Dice } from "./dice.ts";
import { subjectOf } from "./subjects.ts";
import { mostMemory, mostMilliseconds, type Subject } from "./subject.ts";

/** What the child says. */
export interface Report {
  /** All mutants before this one are done. */
  at: number;
  /** How many of them were read since the last report. */
  read: number;
  /** What was wrong with a mutant. */
  wrong?: { mutant: number; why: string };
}

/** Mutants of at least so many bytes are watched one by one for memory, which costs more than reading a small one. */
const LARGE = 8192;

/** Makes a mutant of a seed and a number, always the same. */
export function mutantOf(subject: Subject, seeds: readonly Uint8Array[], seed: number, number: number): Uint8Array {
  const dice = Dice.of(seed, number);
  return subject.mutate(dice.pick(seeds), dice);
}

/** What reading costs this process. */
export interface Gauges {
  /** Milliseconds by the clock. */
  clock(): number;
  /** Milliseconds of the processor that this process has had. */
  processor(): number;
  /** Bytes that it holds. */
  memory(): number;
}

const GAUGES: Gauges = {
  clock: () => performance.now(),
  processor() {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
  memory() {
    const { heapUsed, external } = Deno.memoryUsage();
    return heapUsed + external;
  },
};

/** Reads a mutant within its bounds. @returns Whether it was read. */
export async function readWithin(
  subject: Subject,
  mutant: Uint8Array,
  { clock, processor, memory }: Gauges = GAUGES,
): Promise<boolean> {
  const { besides = { milliseconds: 0, memory: 0 } } = subject;
  const limit = mostMilliseconds(mutant.length) + besides.milliseconds;
  const mostBytes = mostMemory(mutant.length) + besides.memory;
  const before = mutant.length >= LARGE ? memory() : undefined;
  let milliseconds = Infinity, read = false;
  // Another program may have had the processor in between, and what is read first is compiled first.
  for (let tries = 0; tries < 5 && milliseconds > limit; tries++) {
    const time = tries === 0 ? clock : processor, began = time();
    const reading = subject.read(mutant);
    read = typeof reading === "boolean" ? reading : await reading;
    milliseconds = Math.min(milliseconds, time() - began);
    if (tries === 0 && before !== undefined) {
      const grown = memory() - before;
      if (grown > mostBytes) {
        throw new Error(
          `its ${mutant.length} bytes took ${grown} bytes of memory, more than ${mostBytes}`,
        );
      }
    }
  }
  if (milliseconds > limit) {
    throw new Error(`its ${mutant.length} bytes took ${milliseconds.toFixed()} ms, more than ${limit.toFixed()}`);
  }
  return read;
}

async function readAll(subject: Subject, seed: number, from: number, to: number, pause: number): Promise<void> {
  const seeds = await subject.seeds();
  let said = 0, read = 0;
  const say = (at: number, wrong?: Report["wrong"]) => {
    console.log(JSON.stringify({ at, read, wrong } satisfies Report));
    read = 0;
    said = performance.now();
  };
  say(from);
  for (let number = from; number < to; number++) {
    try {
      if (await readWithin(subject, mutantOf(subject, seeds, seed, number))) read++;
    } catch (error) {
      say(number + 1, { mutant: number, why: (error as Error).stack ?? String(error) });
    }
    if (performance.now() - said >= pause || to === number + 1) say(number + 1);
  }
}

if (import.meta.main) {
  const [kind, ...numbers] = Deno.args, [seed, from, to, pause] = numbers.map(Number);
  await readAll(await subjectOf(kind), seed, from, to, pause);
}
