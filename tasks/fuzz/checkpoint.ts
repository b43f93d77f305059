import { createHash } from "node:crypto";
import { readCheckpoint } from "../../lib/training/checkpoint.ts";
import { DamageError, sealedJson, sha256 } from "../../lib/files/mod.ts";
import type { Dice } from "./dice.ts";
import { hold, type Subject } from "./subject.ts";

/** The files of a checkpoint's folder as one input. */
interface Folder {
  /** Each file as Base64. */
  files: Record<string, string>;
  /** The manifest is made for what the files hold: only what they hold is wrong. */
  sealed: boolean;
  /** A whole checkpoint lies beside it, from which reading may go on. */
  spare: boolean;
}

/** Checkpoints: what is altered are bytes, lengths, the manifest, which file is which, and what a whole manifest seals. */
export const CHECKPOINT: Subject = {
  name: "checkpoint",
  ending: ".json",
  seeds: async () => (await originals()).folders.map(packed),
  mutate: (seed, dice) => packed(mutate(JSON.parse(new TextDecoder().decode(seed)), dice)),
  async read(mutant) {
    const { files, sealed, spare }: Folder = JSON.parse(new TextDecoder().decode(mutant));
    lay("checkpoint", sealed ? await seal(files) : files);
    if (spare) lay("checkpoint.old", (await originals()).folders[0].files);
    try {
      const found = await readCheckpoint(RUN), { weights, best = [], optimiser } = found;
      const numbers = [...weights, ...best, ...optimiser.means, ...optimiser.squares];
      hold(numbers.every((some) => some.every(Number.isFinite)), "it has weights that are no numbers");
      hold(sealed || (await originals()).prints.has(print(found)), "it is read with other content than was written");
      return true;
    } catch (error) {
      if (!(error instanceof DamageError)) throw error;
      hold(!spare, () => `the whole one beside it is not taken: ${error.message}`);
      hold(error.message.includes(RUN), () => `it is refused without saying where: ${error.message}`);
      hold(!ENGINES_WORDS.test(error.message), () => `it is refused in words that are not ours: ${error.message}`);
      return false;
    } finally {
      // Where the spare one was taken, folders have changed their names.
      if (spare) {
        await Deno.remove(RUN, { recursive: true });
        laid.clear();
      }
    }
  },
};

/** Where mutants lie while they are read. */
export const RUN = `runs/fuzz/checkpoint-${Deno.pid}`;

const laid = new Map<string, string>();

/** Puts files into a folder of the run; those that lie there already are not written again. */
function lay(folder: string, files: Record<string, string>): void {
  Deno.mkdirSync(`${RUN}/${folder}`, { recursive: true });
  const wanted = new Map(Object.entries(files).map(([name, content]) => [`${RUN}/${folder}/${name}`, content]));
  for (const path of laid.keys()) {
    if (wanted.has(path) || !path.startsWith(`${RUN}/${folder}/`)) continue;
    Deno.removeSync(path);
    laid.delete(path);
  }
  for (const [path, content] of wanted) {
    if (laid.get(path) === content) continue;
    Deno.writeFileSync(path, Uint8Array.fromBase64(content));
    laid.set(path, content);
  }
}

/** Two whole checkpoints, and what they are read as. */
let whole: { folders: Folder[]; prints: Set<string> } | undefined;

async function originals(): Promise<NonNullable<typeof whole>> {
  if (whole) return whole;
  stayOnThisThread();
  const folders = await Promise.all([1, 2].map(original)), prints = new Set<string>();
  for (const { files } of folders) {
    lay("checkpoint", files);
    prints.add(print(await readCheckpoint(RUN)));
  }
  return whole = { folders, prints };
}

/** What is asked of another thread for so small files takes longer to be handed over than to be done. */
function stayOnThisThread(): void {
  const now = <Args extends unknown[], Result>(call: (...args: Args) => Result) => (...args: Args) =>
    new Promise<Result>((resolve) => resolve(call(...args)));
  Object.assign(Deno, {
    stat: now(Deno.statSync),
    readFile: now(Deno.readFileSync),
    readTextFile: now(Deno.readTextFileSync),
    remove: now(Deno.removeSync),
    rename: now(Deno.renameSync),
  });
  crypto.subtle.digest = now((_, bytes) =>
    Uint8Array.from(createHash("sha256").update(bytes as Uint8Array).digest()).buffer
  );
}

function print(
  { weights, best, optimiser, progress, recipe, kernel }: Awaited<ReturnType<typeof readCheckpoint>>,
): string {
  return JSON.stringify([weights, best, optimiser, progress, recipe, kernel]);
}

/** A checkpoint of eight weights after some epochs, as training leaves it. */
async function original(epoch: number): Promise<Folder> {
  const numbers = (count: number) => Float32Array.from({ length: count }, (_, i) => Math.sin(epoch + i));
  const base64 = (some: Float32Array<ArrayBuffer>) => new Uint8Array(some.buffer).toBase64();
  const state = {
    recipe: { optimiser: "adam", seed: epoch },
    kernel: "portable",
    progress: {
      epochs: Array.from({ length: epoch }, (_, i) => ({ epoch: i + 1, loss: 1 / (i + 1), seconds: 1 })),
      prng: [1, 2, 3, epoch],
      step: 0,
      losses: {},
      seconds: 0,
      secondsPerStep: 0.1,
    },
    iterations: 10 * epoch,
    sizes: { weights: [6, 2], moments: [6, 2] },
    average: false,
    best: true,
  };
  const files = await seal({
    "model.json": encoded('{"modelTopology":{}}'),
    "weights.bin": base64(numbers(8)),
    "optimiser.bin": base64(numbers(16)),
    "best.bin": base64(numbers(8)),
    "state.json": encoded(JSON.stringify(state, null, 1)),
  });
  return { files, sealed: false, spare: false };
}

/** The same files with a manifest that is right. */
async function seal(files: Record<string, string>): Promise<Record<string, string>> {
  const sums = await Promise.all(
    Object.entries(files).filter(([name]) => name !== MANIFEST).map(async ([name, content]) => {
      const bytes = Uint8Array.fromBase64(content);
      return [name, { bytes: bytes.length, sha256: await sha256(bytes) }];
    }),
  );
  const manifest = await sealedJson({ of: "checkpoint 1", files: Object.fromEntries(sums) });
  return { ...files, [MANIFEST]: encoded(manifest) };
}

/** What JavaScript says where a program did not look. */
const ENGINES_WORDS = /\bundefined\b|\bnot (iterable|a function)\b|Cannot (read properties|destructure)/;
const MANIFEST = "manifest.json";
const encoded = (text: string) => new TextEncoder().encode(text).toBase64();
const decoded = (content: string) => new TextDecoder().decode(Uint8Array.fromBase64(content));
const packed = (folder: Folder) => new TextEncoder().encode(JSON.stringify(folder));

const VALUES = [
  null,
  -1,
  0,
  1.5,
  1e300,
  "",
  "x",
  [],
  {},
  true,
  [1e9],
  [-1],
  [6, 2, 1],
  [[]],
  "../state.json",
  4294967296,
];

function mutate(folder: Folder, dice: Dice): Folder {
  const files = { ...folder.files };
  for (let left = 1 + dice.below(3); left > 0; left--) {
    const names = Object.keys(files), name = dice.pick(names);
    if (name === undefined) break;
    switch (dice.below(7)) {
      case 0:
        delete files[name];
        break;
      case 1:
        files[name] = files[dice.pick(names)];
        break;
      case 2: {
        const bytes = Uint8Array.fromBase64(files[name]);
        files[name] = bytes.subarray(0, dice.below(bytes.length + 1)).toBase64();
        break;
      }
      case 3:
      case 4:
        files[name] = dice.scatter(Uint8Array.fromBase64(files[name])).toBase64();
        break;
      default: {
        const json = dice.pick(names.filter((name) => name.endsWith(".json")));
        if (json !== undefined) files[json] = encoded(alteredJson(decoded(files[json]), dice));
      }
    }
  }
  return { files, sealed: dice.chance(0.3), spare: dice.chance(0.03) };
}

/** JSON with one value, somewhere in it, that is another one, or gone. */
function alteredJson(text: string, dice: Dice): string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return text;
  }
  for (let at = value; typeof at === "object" && at !== null;) {
    const within = at as Record<string, unknown>, key = dice.pick(Object.keys(within));
    if (key === undefined) break;
    if (typeof within[key] === "object" && within[key] !== null && dice.chance(0.7)) {
      at = within[key];
      continue;
    }
    if (dice.chance(0.2)) delete within[key];
    else within[key] = dice.pick(VALUES);
    break;
  }
  return JSON.stringify(value);
}
