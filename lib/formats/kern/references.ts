/** HTML's names of diacritics, which older Humdrum files use (`&uuml;`) -> combining character. */
const DIACRITICS: Readonly<Record<string, string>> = {
  grave: "\u0300",
  acute: "\u0301",
  circ: "\u0302",
  tilde: "\u0303",
  uml: "\u0308",
  ring: "\u030a",
  cedil: "\u0327",
};

function decodeEntities(text: string): string {
  return text
    .replace(/&([A-Za-z])(grave|acute|circ|tilde|uml|ring|cedil);/g, (_, letter, name) => letter + DIACRITICS[name])
    .normalize("NFC")
    .replaceAll("&szlig;", "ß")
    .replaceAll("&amp;", "&");
}

/** Reads a reference record such as `!!!OTL: Aria` into its key and value; `undefined` for any other line. */
export function readReference(line: string): [key: string, value: string] | undefined {
  const found = /^!!!([^!:][^:]*):(.*)$/.exec(line);
  return found ? [found[1].trim(), decodeEntities(found[2].trim())] : undefined;
}

/** The title: as written (`OTL`), else in the original language (`OTL@@DE`), else in any other (`OTL@EN`). */
export function titleOf(references: ReadonlyMap<string, string>): string | undefined {
  const keys = [...references.keys()].filter((key) => /^OTL(@|$)/.test(key));
  const key = keys.find((key) => key === "OTL") ?? keys.find((key) => key.startsWith("OTL@@")) ?? keys[0];
  return references.get(key) || undefined;
}
