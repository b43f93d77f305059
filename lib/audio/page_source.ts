import { seeded } from "../random/mod.ts";
import { INSTRUMENTS, LONGEST_PIECE, SHORTEST_NOTE } from "./instruments.ts";
import { pipe } from "./pipe.ts";
import { PLUCKER } from "./pluck.ts";
import { SYNTHESISER } from "./synthesise.ts";
import { encodeWav, HEADER } from "./wav.ts";

/**
 * The text of a script in which `synthesise`, `synthesiseStereo`, `encodeWav` and `INSTRUMENTS` are what they are here: a web page that holds
 * it makes the same sound from the same notes by itself, without a network. The functions are the compiled text of this
 * room's own, so that there is one synthesiser and not two.
 *
 * @returns JavaScript: declarations alone, to stand inside a function.
 */
export function pageSource(): string {
  const names = {
    INSTRUMENTS,
    LONGEST_PIECE,
    SHORTEST_NOTE,
    HEADER,
    seeded,
    pipe,
    ...PLUCKER,
    ...SYNTHESISER,
    encodeWav,
  };
  return Object.entries(names)
    .map(([name, value]) => typeof value === "function" ? `${value}` : `const ${name} = ${JSON.stringify(value)};`)
    .join("\n")
    // A third of it is indentation.
    .replace(/^ +/gm, "");
}
