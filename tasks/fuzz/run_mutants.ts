import { fileURLToPath } from "node:url";
import type { Report } from "./child.ts";
import { linesOf } from "../../lib/files/mod.ts";
import { kill } from "../kill.ts";

/** Which mutants are read. */
export interface Range {
  /** Name of the reader. */
  kind: string;
  /** What mutants are drawn from. */
  seed: number;
  /** The first one. */
  from: number;
  /** The first one that is not read any more. */
  to: number;
}

/** A mutant that was neither read soundly nor refused clearly. */
export interface Found {
  /** Its number. */
  mutant: number;
  /** What was wrong. */
  why: string;
}

/** How mutants are read. */
export interface RunMutantsOptions {
  /** Called as they are read, with all that are done. */
  onProgress: (done: number) => void;
  /** Stops. */
  signal: AbortSignal;
  /** The program that reads. @default {child.ts} */
  program?: URL;
  /** Milliseconds without a word after which it hangs. @default {30_000} */
  mostSilence?: number;
}

/** What came of mutants. */
export interface Outcome {
  /** How many were tried. */
  tried: number;
  /** How many of them were read. */
  read: number;
  /** Those with which something was wrong. */
  found: Found[];
}

const CHILD = new URL("child.ts", import.meta.url);
/** Milliseconds until the process has read its seeds: on a machine with much to do it takes long to begin. */
const MOST_TO_BEGIN = 120_000;
/** Heap of the process that reads mutants, in MiB: a reader that takes more ends it. */
const HEAP = 512;
/** Milliseconds between two reports. */
const PAUSE = 100;
/** With so many wrong ones one has enough to look at. */
const ENOUGH = 20;

/**
 * Reads mutants in a process of its own. Where it hangs, or ends by itself, the mutant is found on which it does, and
 * reading goes on behind it.
 */
export async function runMutants(range: Range, options: RunMutantsOptions): Promise<Outcome> {
  const outcome: Outcome = { tried: 0, read: 0, found: [] };
  for (let from = range.from; from < range.to && !options.signal.aborted && outcome.found.length < ENOUGH;) {
    const onReport = ({ at, read, wrong }: Report) => {
      outcome.tried = at - range.from;
      outcome.read += read;
      if (wrong) outcome.found.push(wrong);
      options.onProgress(outcome.tried);
      return outcome.found.length < ENOUGH;
    };
    const ended = await readOn({ ...range, from }, PAUSE, options, onReport);
    if (ended.done) break;
    if (!ended.begun) throw new Error(`Cannot read mutants of ${range.kind}: ${ended.why}`);
    // The same again, saying each mutant before it is read.
    const slowly = await readOn({ ...range, from: ended.at }, 0, options, () => true);
    if (slowly.done) {
      outcome.found.push({ mutant: ended.at, why: `${ended.why}, once, on this mutant or one of the next hundreds` });
      break;
    }
    outcome.found.push({ mutant: slowly.at, why: slowly.why });
    from = slowly.at + 1;
  }
  return outcome;
}

/** How a process ended: with its work done or stopped, or how otherwise, and how far it had come. */
type Ended = { done: true } | { done: false; begun: boolean; at: number; why: string };

async function readOn(
  { kind, seed, from, to }: Range,
  pause: number,
  { signal, program = CHILD, mostSilence = 30_000 }: RunMutantsOptions,
  onReport: (report: Report) => boolean,
): Promise<Ended> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--no-check",
      "--quiet",
      "--allow-read",
      "--allow-write=runs/fuzz",
      `--v8-flags=--max-old-space-size=${HEAP}`,
      fileURLToPath(program),
      kind,
      ...[seed, from, to, pause].map(String),
    ],
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let at = from, begun = false, hung = false, stopped = false;
  const stop = () => {
    stopped = true;
    kill(child);
  };
  signal.addEventListener("abort", stop);
  if (signal.aborted) stop();
  const silence = (most: number) =>
    setTimeout(() => {
      hung = true;
      kill(child);
    }, most);
  let watch = silence(MOST_TO_BEGIN);
  const complaint = new Response(child.stderr).text();
  for await (const line of linesOf(child.stdout)) {
    clearTimeout(watch);
    watch = silence(mostSilence);
    const report: Report = JSON.parse(line);
    at = report.at;
    begun = true;
    if (!onReport(report)) stop();
  }
  clearTimeout(watch);
  signal.removeEventListener("abort", stop);
  const { code, signal: killedBy } = await child.status;
  const said = (await complaint).trim();
  await Deno.remove(`runs/fuzz/checkpoint-${child.pid}`, { recursive: true }).catch(() => {});
  if (stopped || code === 0) return { done: true };
  const why = hung
    ? `it hangs: nothing was said for ${mostSilence / 1000} s`
    : `the process ended, with ${killedBy ?? `code ${code}`}: ${said.slice(0, 500)}`;
  return { done: false, begun, at, why };
}
