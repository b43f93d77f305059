import type { Dice } from "./dice.ts";

/** A reader that mutants are tried on. */
export interface Subject {
  /** What `--what` calls it. */
  name: string;
  /** Ending of the files in which mutants are kept. */
  ending: string;
  /**
   * What a mutant may take besides, because a few bytes may say much up to a bound of the reader: milliseconds and bytes.
   *
   * @default nothing
   */
  besides?: { milliseconds: number; memory: number };
  /** Small inputs that are sound, or of which it is known what is wrong. */
  seeds(): Promise<Uint8Array[]>;
  /** One of them altered, by what its bytes mean. */
  mutate(seed: Uint8Array, dice: Dice): Uint8Array;
  /**
   * Reads a mutant.
   *
   * @returns Whether it was read.
   * @throws {Wrong} If it is neither read soundly nor refused clearly; any other error is wrong as well.
   */
  read(mutant: Uint8Array): boolean | Promise<boolean>;
}

/** What a reader made of a mutant is neither sound nor a clear refusal. */
export class Wrong extends Error {
  override name = "Wrong";
}

/** @throws {Wrong} If something does not hold. */
export function hold(holds: boolean, what: string | (() => string)): asserts holds {
  if (!holds) throw new Wrong(typeof what === "string" ? what : what());
}

/** How long a mutant may take, in milliseconds: a twentieth of a second, and a hundred bytes each further millisecond. */
export function mostMilliseconds(bytes: number): number {
  return 50 + bytes / 100;
}

/** How much memory reading a mutant in all ways may take, in bytes: 32 MiB, and 512 bytes for each of its own. */
export function mostMemory(bytes: number): number {
  return 32 * 2 ** 20 + 512 * bytes;
}

/** The small inputs in a folder; none where it is not there. */
export async function filesIn(folder: URL, ...endings: string[]): Promise<Uint8Array[]> {
  const files: Uint8Array[] = [];
  try {
    const names = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
    for (const name of names.filter((name) => endings.some((ending) => name.endsWith(ending)))) {
      const bytes = await Deno.readFile(new URL(name, folder));
      if (bytes.length <= MOST_OF_A_SEED) files.push(bytes);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return files;
}

/** Larger ones would make mutants slow, and show no more. */
const MOST_OF_A_SEED = 8192;

/** Inputs that failed once, which only the project's makers have. */
export const CASES: URL = new URL("../../../shared/cases/", import.meta.url);
/** The music that comes with the project. */
export const SAMPLE: URL = new URL("../../data/sample/", import.meta.url);
