/**
 * Where native code is loaded from: the value of `--allow-ffi` in the tasks of `deno.json`, which no task may write to.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { NATIVE_FOLDER } from "../lib/kernels/native.ts";

/** Builds of nodejs-polars, as its packages are called, without the processor's name. */
const SYSTEMS: Partial<Record<typeof Deno.build.os, string[]>> = {
  linux: ["linux-ARCH-gnu", "linux-ARCH-musl"],
  darwin: ["darwin-ARCH"],
  windows: ["win32-ARCH-msvc"],
  android: ["android-ARCH"],
};

/**
 * The folders that native code is loaded from: that of our own kernel, and those in which Deno keeps the builds of
 * nodejs-polars for this system. They need not be there yet.
 */
export function nativeCode(): string[] {
  const arch = Deno.build.arch === "aarch64" ? "arm64" : "x64";
  const packages = new URL("../../", import.meta.resolve("nodejs-polars/package.json"));
  const builds = (SYSTEMS[Deno.build.os] ?? []).map((name) => name.replace("ARCH", arch));
  return [NATIVE_FOLDER, ...builds.map((name) => new URL(`nodejs-polars-${name}/`, packages))].map((folder) =>
    fileURLToPath(folder).replace(/[/\\]$/, "")
  );
}

/** The value of `--allow-ffi`, or of `--deny-write`, that names some folders: a comma in one of them is doubled. */
export function permitted(folders: readonly string[]): string {
  return folders.map((folder) => folder.replaceAll(",", ",,")).join(",");
}

if (import.meta.main) console.log(permitted(nativeCode()));
