import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs";
import { kernelEngine, NATIVE_FOLDER, startBackend } from "../../kernels/mod.ts";
import { isMixture, isNetwork, type System } from "../../systems/mod.ts";
import { codeHash, filesIn } from "./code_hash.ts";
import { shortHash } from "./short_hash.ts";

const PROJECT = fileURLToPath(new URL("../../../", import.meta.url));
/** What decides the weights that a network is trained to. */
const LEARNING = [
  "deno.lock",
  ...[
    "random",
    "options",
    "files",
    "settings",
    "score",
    "formats",
    "corpus",
    "notes",
    "encodings",
    "heads",
    "windows",
    "kernels",
    "layers",
    "systems",
    "training",
  ]
    .map((room) => `lib/${room}`),
  "lib/evaluation/experiment/train_network.ts",
];
/** What decides the figures of a model. */
const MEASURING = [...LEARNING, "lib/sampling", "lib/metrics", "lib/evaluation"];

/** Hashes of the code that results depend on. */
export interface CodeVersion {
  /** Of what a network learns by. */
  learning: string;
  /** Of that, and what it is scored, sampled and measured by. */
  measuring: string;
}

/**
 * What code is at work: hashes of all TypeScript, C and compiled WebAssembly in
 * the rooms of `lib/` that an evaluation passes through (figures, sound and
 * notebooks are none of them), of `deno.lock`, and of Deno's version.
 *
 * Needs the permission to read the project.
 */
export async function codeVersion(): Promise<CodeVersion> {
  const version = async (places: readonly string[]) =>
    shortHash(`${JSON.stringify(Deno.version)}\n${await codeHash(PROJECT, places)}`);
  return { learning: await version(LEARNING), measuring: await version(MEASURING) };
}

/** The code at work, and what computes the networks among some systems, which is started for them; null without one. */
export async function versionsFor<Event>(
  systems: readonly System<Event>[],
): Promise<{ code: CodeVersion; kernel: string | null }> {
  const computes = systems.some((system) => isNetwork(system) || isMixture(system));
  if (computes) await startBackend();
  return { code: await codeVersion(), kernel: computes ? await kernelVersion() : null };
}

/**
 * What computes the networks, once `startBackend` has started it: tfjs's
 * backend, the kernel with its threads, and, where it is a native one, a hash of the builds.
 */
export async function kernelVersion(): Promise<string> {
  const { description = "no LSTM kernel" } = kernelEngine() ?? {};
  const version = `tfjs on ${tf.getBackend()}; ${description}`;
  if (!description.includes("native")) return version;
  const builds = (await filesIn(fileURLToPath(NATIVE_FOLDER))).sort();
  const hashes = await Promise.all(builds.map(async (build) => shortHash(await Deno.readFile(build))));
  return `${version}, ${shortHash(hashes.join()).slice(0, 8)}`;
}
