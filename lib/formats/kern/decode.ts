/** The text of a `**kern` file. It is ASCII but for names; those are in UTF-8, or in Latin-1 in older files. */
export function decodeKern(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("latin1").decode(bytes);
  }
}
