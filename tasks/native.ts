/**
 * `deno task native`: builds the native LSTM kernel for this machine.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { buildAndTry, type BuildOptions } from "../lib/kernels/mod.ts";
import { INSTRUCTION_SETS, type InstructionSet } from "../lib/kernels/native.ts";
import { misuse } from "./command.ts";
import { visibleLines } from "./terminal_text.ts";

const USAGE = `deno task native [--for INSTRUCTIONS]

Builds the native LSTM kernel into data/cache/native/ with the system's C
compiler: cc, or what the environment variable CC names. From then on training
uses it wherever --allow-ffi is granted.

  --for INSTRUCTIONS   avx512, avx2, neon or plain instead of the best that this
                       machine has
  --help               show this text`;

/** Where the task prints, and how it builds. */
export interface NativeTaskOptions extends Pick<BuildOptions, "folder" | "compiler"> {
  /** Takes a line for the user. @default console.log */
  print?: (line: string) => void;
  /** Takes a line that says what is wrong. @default console.error */
  complain?: (line: string) => void;
}

/**
 * Runs the task.
 *
 * @returns The exit code: 0, or 1 if it failed, or 2 if the arguments are wrong.
 */
export async function nativeTask(args: readonly string[], options: NativeTaskOptions = {}): Promise<number> {
  const { print = console.log, complain = console.error, ...build } = options;
  let given;
  try {
    given = parseArgs({
      args: [...args],
      options: { for: { type: "string" }, help: { type: "boolean", short: "h" } },
    }).values;
    if (given.for !== undefined && !Object.hasOwn(INSTRUCTION_SETS, given.for)) {
      throw new RangeError(`--for must be one of ${Object.keys(INSTRUCTION_SETS).join(", ")}, got ${given.for}`);
    }
  } catch (error) {
    complain(misuse(error as Error, USAGE));
    return 2;
  }
  if (given.help) {
    print(USAGE);
    return 0;
  }
  try {
    const instructions = given.for as InstructionSet | undefined;
    const { file, difference, untried } = await buildAndTry({ ...build, instructions });
    print(`Built ${file}`);
    print(
      difference === undefined
        ? `Not tried out: ${untried}`
        : `A training step differs from the portable kernel's by ${difference.toExponential(1)} of the largest number`,
    );
    return 0;
  } catch (error) {
    complain(visibleLines((error as Error).message));
    return 1;
  }
}

if (import.meta.main) Deno.exit(await nativeTask(Deno.args));
