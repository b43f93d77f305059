/**
 * `deno task licences`: under which licences the packages stand that the project takes.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { type CommandOptions, flagsOf } from "./command.ts";
import { textTable, visible } from "./terminal_text.ts";

const USAGE = `deno task licences

Says under which licences the packages of deno.lock stand, and fails on one that
is not on the list of tasks/licences.ts.

  --help   show this text`;

/** What stands where a package states no licence. */
const NONE = "none stated";
/** What stands for a package that a folder of the project takes the place of. */
const OWN = "the project's own";

/** Licences that this project, which is under MIT, may take packages of; with what they ask for beyond a notice. */
export const PERMITTED: Readonly<Record<string, string>> = {
  "MIT": "",
  "ISC": "",
  "BSD-2-Clause": "",
  "BSD-3-Clause": "",
  "Apache-2.0": "",
  "Apache-2.0 AND MIT": "",
  "Unlicense": "",
  [OWN]: "",
  "LGPL-3.0-or-later": "taken unchanged, as a package of its own that can be replaced",
};

/** A package of `deno.lock`. */
interface LockedPackage {
  os?: string[];
  cpu?: string[];
  scripts?: boolean;
  optionalDependencies?: string[];
}

/** A package and its licence. */
export interface LicensedPackage {
  /** Name. */
  name: string;
  /** Version. */
  version: string;
  /** What its own metadata say, or, of a build for one system, those of the package that brings it. */
  licence: string;
  /** The package that brings a build for one system. */
  of?: string;
}

/** Name and version of a package as `deno.lock` writes it, without what it was resolved beside. */
function nameAndVersion(locked: string): [name: string, version: string] {
  const at = locked.indexOf("@", 1);
  return [locked.slice(0, at), locked.slice(at + 1).split("_")[0]];
}

/**
 * The licences of all packages in a lock file, by their own metadata. Of those that come from JSR, Deno's cache has no
 * metadata: none is stated. Those in whose place a folder of the project stands (`links`) are the project's own.
 *
 * @param lock The text of `deno.lock`.
 * @param read Gives the text of a package's `package.json`.
 * @throws {Error} If the metadata of one are not there, and it is no build for another system.
 */
export async function licencesOf(
  lock: string,
  read: (name: string, version: string) => Promise<string>,
): Promise<LicensedPackage[]> {
  const { npm = {}, jsr = {}, workspace: { links = {} } = {} } = JSON.parse(lock);
  const locked: [string, LockedPackage][] = Object.entries(npm);
  const bringer = new Map(
    locked.flatMap(([key, { optionalDependencies = [] }]) => optionalDependencies.map((name) => [name, key])),
  );
  const found: LicensedPackage[] = [];
  for (const [key, { os, cpu }] of locked) {
    const [name, version] = nameAndVersion(key);
    const by = os || cpu ? bringer.get(name) : undefined;
    const [from, of] = nameAndVersion(by ?? key);
    const { license, licenses } = JSON.parse(await read(from, of));
    const words = [license ?? licenses ?? NONE].flat().map((each) => each?.type ?? each).join(" OR ");
    found.push({ name, version, licence: words, ...by !== undefined && { of: from } });
  }
  for (const [some, licence] of [[jsr, NONE], [links, OWN]] as const) {
    for (const key of Object.keys(some)) {
      const [name, version] = nameAndVersion(key.replace("jsr:", ""));
      found.push({ name: `jsr:${name}`, version, licence });
    }
  }
  return found;
}

/** The text of a package's metadata in Deno's cache. */
async function readMetadata(name: string, version: string): Promise<string> {
  const packages = new URL("../../", import.meta.resolve("nodejs-polars/package.json"));
  const file = new URL(`${name}/${version}/package.json`, packages);
  try {
    return await Deno.readTextFile(file);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error(`The package ${name} ${version} is not in ${fileURLToPath(packages)}: run deno install first`);
  }
}

/**
 * Prints the table.
 *
 * @returns The exit code: 0, 1 if a licence is not on the list, 2 if the arguments are wrong.
 */
export async function licencesTask(args: readonly string[], options: CommandOptions = {}): Promise<number> {
  const { print = console.log, complain = console.error } = options, flags = await flagsOf(args, USAGE, [], options);
  if (typeof flags === "number") return flags;
  const packages = await licencesOf(await Deno.readTextFile(new URL("../deno.lock", import.meta.url)), readMetadata);
  const byLicence = Map.groupBy(packages, ({ licence }) => licence);
  // Of some packages there are two versions.
  const named = [...byLicence].map(([licence, some]) => [licence, [...new Set(some.map(({ name }) => name))]] as const);
  const rows = named.sort(([, a], [, b]) => b.length - a.length).map(([licence, names]) => [
    licence,
    `${names.length}`,
    PERMITTED[licence] ?? "not permitted",
    names.slice(0, 4).join(", ") + (names.length > 4 ? ", …" : ""),
  ]);
  for (const line of textTable(["licence", "packages", "", "such as"], rows)) print(visible(line));
  const refused = packages.filter(({ licence }) => !Object.hasOwn(PERMITTED, licence));
  for (const { name, version, licence } of refused) {
    complain(visible(`${name} ${version}: "${licence}" is not on the list of tasks/licences.ts`));
  }
  return refused.length > 0 ? 1 : 0;
}

if (import.meta.main) {
  try {
    Deno.exit(await licencesTask(Deno.args));
  } catch (error) {
    console.error(visible((error as Error).message));
    Deno.exit(1);
  }
}
