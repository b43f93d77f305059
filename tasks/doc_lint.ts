/**
 * `deno task doc:lint`: holds every public symbol of `lib/` to a complete doc
 * comment, by `deno doc --lint`.
 *
 * That linter demands that all types a public function names be documented
 * too, and counts those of npm packages (a Polars `DataFrame`, a tfjs
 * `Tensor`), which are not ours to document. Those findings are left out, and
 * no others.
 *
 * @module
 */

import { join, resolve } from "node:path";
import { type CommandOptions, flagsOf } from "./command.ts";

const ROOT = resolve(import.meta.dirname!, "..");

const USAGE = `deno task doc:lint

Says which public symbols of lib/ have no doc comment, or an incomplete one.

  --help   show this text`;

/** A library: its source files, each in lines. */
type Sources = readonly (readonly string[])[];

/**
 * The findings of `deno doc --lint` that concern us.
 *
 * @param report What it printed, without colours.
 * @param sources The project's own files: a type is ours if its line is in one of them, at its number.
 */
export function ownFindings(report: string, sources: Sources): string[] {
  const findings = report.split(/^(?=error\[)/m).filter((text) => text.startsWith("error["));
  return findings.filter((finding) => {
    if (!finding.startsWith("error[private-type-ref]")) return true;
    const referenced = finding.match(/^ *(\d+) \| (.*)\n *\| *-+ this is the referenced type/m);
    if (!referenced) return true;
    const [, number, line] = referenced;
    return sources.some((lines) => lines[Number(number) - 1]?.trim() === line.trim());
  });
}

async function typescriptFiles(folder: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) paths.push(...await typescriptFiles(path));
    else if (name.endsWith(".ts")) paths.push(path);
  }
  return paths.sort();
}

/** Runs the task. @returns The exit code: 0, 1 if something is not documented, 2 if the arguments are wrong. */
export async function docLintTask(args: readonly string[], options: CommandOptions = {}): Promise<number> {
  const { print = console.log, complain = console.error } = options, flags = await flagsOf(args, USAGE, [], options);
  if (typeof flags === "number") return flags;
  const paths = await typescriptFiles(join(ROOT, "lib"));
  const rooms = paths.filter((path) => path.endsWith("mod.ts"));
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--lint", ...rooms],
    env: { NO_COLOR: "1" },
    stdout: "null",
    stderr: "piped",
  }).output();
  const report = new TextDecoder().decode(stderr);
  const sources = await Promise.all(paths.map(async (path) => (await Deno.readTextFile(path)).split("\n")));
  const findings = ownFindings(report, sources);
  if (findings.length > 0) {
    complain(`${findings.join("")}\n${findings.length} doc comments are missing or incomplete`);
    return 1;
  }
  if (!success && !report.includes("error[private-type-ref]")) {
    complain(report);
    return 1;
  }
  print(`${rooms.length} rooms are documented`);
  return 0;
}

if (import.meta.main) Deno.exit(await docLintTask(Deno.args));
