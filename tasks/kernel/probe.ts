/**
 * Whether the Jupyter kernel of the Deno at hand does what notebooks rely on.
 * Some versions do not: a batch run on Deno 2.8.3 ends as if all were well,
 * with empty notebooks and with assertions that failed unseen.
 *
 * @module
 */

import { Kernel } from "./kernel.ts";
import type { Output } from "./outputs.ts";

/** A Deno whose kernel passes. */
const WORKS = "2.8.1";
/** A kernel that has not ended one of these cells by then never will. */
const PATIENCE_SECONDS = 30;
/** Cells in which outputs may get lost; a kernel that loses some loses one of a hundred, or one of ten. */
const MANY = 25;

/** A cell, what a good kernel shows under it, and what is wrong with one that does not. */
interface Check {
  cell: string;
  passes: (outputs: readonly Output[]) => boolean;
  fault: string;
}

const shows = (value: string) => (outputs: readonly Output[]) =>
  outputs.length === 1 && outputs[0].output_type === "execute_result" && outputs[0].data["text/plain"] === value;

const fails = (words: RegExp) => (outputs: readonly Output[]) => {
  const last = outputs.at(-1);
  return last?.output_type === "error" && words.test(`${last.ename}: ${last.evalue}`);
};

const prints = (text: string) => (outputs: readonly Output[]) =>
  outputs.some((output) => output.output_type === "stream" && output.text === text);

const died = (outputs: readonly Output[]) => fails(/^KernelDied/)(outputs);

const NO_VALUE = "a cell that ends with a value does not show it";
const LOST = "some outputs get lost";

/** What keeps a kernel alive when a callback throws, as every notebook of the book has it from `lib/notebook`. */
const LISTENS = 'globalThis.addEventListener("error", (event) => event.preventDefault());\n';

const CHECKS: readonly Check[] = [
  { cell: "6 * 7", passes: shows("42"), fault: NO_VALUE },
  { cell: 'console.log("said");', passes: prints("said\n"), fault: "a cell that prints shows nothing" },
  {
    cell: 'throw new RangeError("thrown");',
    passes: fails(/^RangeError: thrown$/),
    fault: "a cell that throws passes for one that ran",
  },
  { cell: "let = (", passes: fails(/SyntaxError/), fault: "a syntax error is not shown" },
  {
    cell: LISTENS + 'setTimeout(() => { throw new Error("late"); });\n' +
      "await new Promise((resolve) => setTimeout(resolve, 20));",
    passes: (outputs) => !died(outputs),
    fault: "a cell that awaits hangs when a timer's callback throws",
  },
  ...Array.from({ length: MANY }, (_, i) => ({
    cell: `console.log("line"); ${i}`,
    passes: (outputs: readonly Output[]) => outputs.length === 2,
    fault: LOST,
  })),
];

/**
 * Runs a few cells on a kernel of their own.
 *
 * @returns What is wrong with it, each thing once; nothing where all is well.
 */
export async function kernelFaults(): Promise<string[]> {
  const faults = new Set<string>();
  await using kernel = await Kernel.start(".");
  for (const { cell, passes, fault } of CHECKS) {
    if (fault === LOST && faults.has(NO_VALUE)) break;
    const timer = setTimeout(() => kernel.kill(), PATIENCE_SECONDS * 1000);
    const outputs = await kernel.execute(cell);
    clearTimeout(timer);
    if (!passes(outputs)) faults.add(fault);
    if (died(outputs)) break;
  }
  return [...faults];
}

let known: Promise<string[]> | undefined;

/**
 * Makes sure, once in a program, that notebooks can be trusted to this Deno.
 *
 * @param task What was asked for, to be named with the Deno that can do it, such as `reproduce`.
 * @throws {Error} If the kernel fails one of the checks: says which, and what to do.
 */
export async function checkKernel(task: string): Promise<void> {
  const faults = await (known ??= kernelFaults());
  if (faults.length > 0) throw new Error(kernelRefusal(faults, task));
}

/** What is said of a kernel with these faults. */
export function kernelRefusal(faults: readonly string[], task: string): string {
  return `This is Deno ${Deno.version.deno} (${Deno.execPath()}), whose Jupyter kernel cannot be trusted with a notebook:
${faults.map((fault) => `  - ${fault}`).join("\n")}

The kernel of Deno ${WORKS} passes these checks. This takes it, and leaves the Deno that is installed as it is:

  npx -y deno@${WORKS} task ${task}`;
}
