/** What can happen to files on disk, for tests of what is read from there. */

/** A damage: its name, and how it is done to a folder. */
export type Damage = [name: string, damage: (folder: string) => Promise<void>];

/** Changes a file's bytes. */
export async function change(path: string, edit: (bytes: Uint8Array) => Uint8Array | void): Promise<void> {
  const bytes = await Deno.readFile(path);
  await Deno.writeFile(path, edit(bytes) ?? bytes);
}

/** Changes a file's text; fails where that changes nothing. */
export async function edit(path: string, pattern: RegExp, replacement: string): Promise<void> {
  const text = await Deno.readTextFile(path), edited = text.replace(pattern, replacement);
  if (edited === text) throw new Error(`${path} has no ${pattern}`);
  await Deno.writeTextFile(path, edited);
}

/** Copies a folder of files and folders. */
export async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (isDirectory) await copyFolder(`${from}/${name}`, `${to}/${name}`);
    else await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
  }
}

/** What can happen to any file. */
export function damagesOf(name: string): Damage[] {
  const to = (what: string, damage: (path: string) => Promise<void>): Damage => [
    `${name} ${what}`,
    (folder) => damage(`${folder}/${name}`),
  ];
  const flipped = (at: (length: number) => number, bit: number) => (path: string) =>
    change(path, (bytes) => void (bytes[at(bytes.length)] ^= 1 << bit));
  return [
    to("with the lowest bit of a byte in the middle flipped", flipped((length) => length >> 1, 0)),
    to("with a bit of its first byte flipped", flipped(() => 0, 5)),
    to("with a bit of its last byte flipped", flipped((length) => length - 1, 6)),
    to("cut by a byte", (path) => change(path, (bytes) => bytes.subarray(0, -1))),
    to("cut in half", (path) => change(path, (bytes) => bytes.subarray(0, bytes.length >> 1))),
    to("emptied", (path) => change(path, () => new Uint8Array())),
    to("zeroed", (path) => change(path, (bytes) => void bytes.fill(0))),
    to(
      "zeroed from its last disk block on",
      (path) => change(path, (bytes) => void bytes.fill(0, -Math.min(4096, bytes.length >> 1))),
    ),
    to("with a byte more", (path) => change(path, (bytes) => new Uint8Array([...bytes, 0]))),
    to("gone", (path) => Deno.remove(path)),
    to("a folder", async (path) => {
      await Deno.remove(path);
      await Deno.mkdir(path);
    }),
  ];
}

/** Does something, and gives back what it has said on standard error meanwhile. */
export async function heard(work: () => Promise<unknown>): Promise<string> {
  const said: string[] = [], { warn } = console;
  console.warn = (...words: unknown[]) => void said.push(words.join(" "));
  try {
    await work();
  } finally {
    console.warn = warn;
  }
  return said.join("\n");
}
