/**
 * What each task may do is named: a program that reads other people's files gets no more than it needs, and none writes
 * where code is loaded from. These tests read `deno.json` and the programs that start programs.
 */

import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";

const ROOT = new URL("../", import.meta.url).pathname;

/** Permissions that name no file, program, host or variable, or folders that code is loaded from; each with its reason. */
const EXCEPTIONS: Record<string, Record<string, string>> = {
  harmonise: {
    write: "--out is any folder of the user's; the project's own code, and where native code lies, are denied",
  },
  table: {
    write: "--out is any folder of the user's; the processes that read get that folder alone",
  },
  reproduce: {
    write: "--out, as above; what the notebooks do is Deno's Jupyter kernel's, which has all permissions",
  },
  lab: {
    write: "copies of the notebooks are laid out in workbook/ and workbook-N/, Jupyter is installed into .venv/",
    run: "Python and Jupyter of .venv/, which do not exist yet when it starts, or of the PATH",
  },
  native: {
    write: "it builds the native kernel, and puts it where native code is loaded from",
  },
  kernels: {
    write: "it compiles the portable kernel into lib/kernels/compiled/",
  },
  bench: {
    run: "--peers names any Python",
  },
  "test:jupyter": {
    write: "runs the notebooks, in Jupyter and a browser, which make folders for themselves; reads nobody's files",
    run: "Python, pip, Jupyter and Chromium, wherever they are",
    env: "Playwright reads dozens of variables",
    sys: "Playwright asks what kind of system it is on",
  },
  "permissions test": {
    write: "tests make folders for themselves, and plant what has to be refused; they read nobody's files",
    run: "tests start this Deno, the C compiler, and shells that are killed",
    ffi: "tests load native kernels that they have built in folders for themselves",
  },
};

/** Kinds of permission that have to name what they mean. Reading is free: people's files lie anywhere. */
const KINDS = ["write", "net", "run", "ffi", "env", "sys", "import"];

/** What runs, or decides what runs: no task may write there. */
const CODE = [
  ...[".venv", "bench", "data/cache/native", "deno.json", "deno.lock", "lib", "links", "tasks", "tests"],
  "node_modules",
];

const THIS_DENO = "$(deno eval -p 'Deno.execPath()')";
const NATIVE_CODE = "$(deno run --no-prompt tasks/native_code.ts)";
const COMPILER = "$(deno eval -p '(Deno.env.get(`CC`) || `cc`).split(` `)[0]')";
/** What may be named by a command, because it differs from machine to machine. */
const COMPUTED: Record<string, string[]> = { run: [THIS_DENO, COMPILER], ffi: [NATIVE_CODE], write: [] };

/** The flags of each `deno run` and `deno test` in a command, quotes taken away. */
function flagsOf(command: string): string[][] {
  // Commands within a command stand in quotes, and are compared as a whole.
  const words = command.match(/(?:"[^"]*"|[^\s"])+/g) ?? [];
  const programs: string[][] = [];
  for (const [i, word] of words.entries()) {
    if (word === "deno" && /^(run|test|bench|serve|eval|jupyter)$/.test(words[i + 1] ?? "")) {
      programs.push([words[i + 1]]);
    } else if (word === "&&") continue;
    else if (word.startsWith("-")) programs.at(-1)?.push(word.replaceAll('"', ""));
  }
  return programs;
}

/** Whether one path is the other, or a folder that holds it. */
const holds = (folder: string, path: string) => join("/", path, "/").startsWith(join("/", folder, "/"));

/** What is wrong with the permissions of a command, by kind. */
function tooBroad(command: string): { kind: string; why: string }[] {
  const wrong: { kind: string; why: string }[] = [];
  for (const [what, ...flags] of flagsOf(command)) {
    const say = (kind: string, why: string) => wrong.push({ kind, why });
    if (what === "eval" || what === "jupyter" || what === "serve") say("all", `deno ${what} has all permissions`);
    if (!flags.includes("--no-prompt")) say("prompt", "it could ask for more: --no-prompt is missing");
    const denied = flags.flatMap((flag) => flag.match(/^--deny-write=(.*)/s)?.[1].split(",") ?? []);
    for (const flag of flags) {
      if (/^(-A|--allow-all)$/.test(flag)) say("all", flag);
      else if (/^-[A-Z]/.test(flag) && flag !== "-P") say("all", `${flag}: the long names say what is meant`);
      const [, kind, , list] = flag.match(/^--allow-([a-z]+)(=(.*))?$/s) ?? [];
      if (kind === undefined || !KINDS.includes(kind)) continue;
      if (!list) {
        say(kind, `${flag} names nothing`);
        continue;
      }
      const computed = COMPUTED[kind] ?? [];
      const left = computed.reduce((text, each) => text.replaceAll(each, ""), list).split(",").filter((name) => name);
      for (const name of left) {
        if (/[$*`]/.test(name)) say(kind, `${name} is not a name`);
        if (kind === "write" && (name.startsWith("/") || name.startsWith("~") || name.split("/").includes(".."))) {
          say(kind, `${name} is not in the project`);
        }
        const code = kind !== "write" ? [] : CODE.filter((path) => holds(name, path) || holds(path, name));
        for (const path of code) {
          if (!denied.some((folder) => holds(folder, path))) say(kind, `${name}: ${path} holds what is run`);
        }
      }
    }
  }
  return wrong;
}

const config = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));
const tasks = Object.entries(config.tasks as Record<string, string | { command: string }>).map(([name, task]) =>
  [name, typeof task === "string" ? task : task.command] as const
);

Deno.test("tooBroad() finds what names nothing, everything, or where code lies", () => {
  const found = (flags: string) => tooBroad(`deno run --no-prompt ${flags} tasks/x.ts`).map(({ kind }) => kind);
  assertEquals(found("--allow-read --allow-write=runs --allow-env=HOME --allow-net=127.0.0.1"), []);
  assertEquals(found(`--allow-run="${THIS_DENO}" --allow-ffi="${NATIVE_CODE}"`), []);
  for (const kind of KINDS) assertEquals(found(`--allow-${kind}`), [kind]);
  assertEquals(found("-A"), ["all"]);
  assertEquals(found("--allow-all"), ["all"]);
  assertEquals(found("-RW"), ["all"]);
  assertEquals(found('--allow-run="$(which bash)"'), ["run"]);
  assertEquals(found("--allow-ffi=data,$HOME"), ["ffi"]);
  for (const folder of ["data", "data/cache", "data/cache/native", "data/cache/native/x", "lib", "tasks/x", ".venv"]) {
    assertEquals(found(`--allow-write=${folder}`), ["write"], folder);
  }
  assertEquals(found("--allow-write=data/cache --deny-write=data/cache/native"), []);
  assertEquals(found("--allow-write=/tmp"), ["write"]);
  assertEquals(found("--allow-write=runs/../../x"), ["write"]);
  assertEquals(found("--allow-env=*"), ["env"]);
  assert(found("--allow-write=.").length > 1);
  assertEquals(tooBroad("deno run --allow-read a.ts").map(({ kind }) => kind), ["prompt"]);
  assertEquals(tooBroad("deno fmt && deno run --no-prompt --allow-ffi a.ts").map(({ kind }) => kind), ["ffi"]);
});

for (const [name, command] of tasks) {
  Deno.test(`deno task ${name} may do what its permissions name, and no more`, () => {
    for (const { kind, why } of tooBroad(command)) {
      assert(
        EXCEPTIONS[name]?.[kind] !== undefined,
        `deno task ${name}, permission ${kind}: ${why}. Name what it needs, or give the reason in EXCEPTIONS`,
      );
    }
  });
}

Deno.test("sets of permissions name what they mean", () => {
  for (const [set, given] of Object.entries(config.permissions as Record<string, Record<string, unknown>>)) {
    assertEquals(Object.keys(given).filter((kind) => kind === "all"), []);
    for (const kind of KINDS) {
      assert(given[kind] !== true || EXCEPTIONS[`permissions ${set}`]?.[kind] !== undefined, `${set}: ${kind}`);
    }
  }
});

Deno.test("every exception is one, and has its reason", () => {
  for (const [name, kinds] of Object.entries(EXCEPTIONS)) {
    const command = tasks.find(([task]) => task === name)?.[1] ?? "";
    const set = config.permissions[name.replace("permissions ", "")] ?? {};
    for (const [kind, reason] of Object.entries(kinds)) {
      assert(reason.length > 20);
      assert(set[kind] === true || tooBroad(command).some((wrong) => wrong.kind === kind), `${name}: ${kind} is none`);
    }
  }
});

/** All TypeScript files of some folders. */
async function* sources(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(join(ROOT, folder))) {
    if (isDirectory) yield* sources(`${folder}/${name}`);
    else if (name.endsWith(".ts")) yield `${folder}/${name}`;
  }
}

Deno.test("programs that start programs name what those may do", async () => {
  const broad: string[] = [];
  // Deno asks for no less of who sends signals; the guard, which is all that it starts, runs nothing.
  const excepted = ['tasks/kernel/lifeline.ts: "--allow-run"'];
  for (const folder of ["lib", "tasks", "bench"]) {
    for await (const path of sources(folder)) {
      const text = (await Deno.readTextFile(join(ROOT, path))).replace(/^\s*(\*|\/\*\*|\/\/).*$/gm, "");
      const kinds = [...KINDS, "all"].join("|");
      for (const [found] of text.matchAll(new RegExp(`["'\`]--allow-(${kinds})["'\`]|["'\`]-A["'\`]`, "g"))) {
        broad.push(`${path}: ${found}`);
      }
    }
  }
  assertEquals(broad, excepted);
});
