import { decodeText, KernError, readKern } from "../../lib/formats/mod.ts";
import type { Dice } from "./dice.ts";
import { holdSound } from "./sound_score.ts";
import { CASES, filesIn, hold, SAMPLE, type Subject } from "./subject.ts";

/** `**kern` texts: what is altered are lines, columns, tokens, spines that split, meet and swap, and repeats. */
export const KERN: Subject = {
  name: "kern",
  ending: ".krn",
  // Repeats may play a few lines dozens of times.
  besides: { milliseconds: 3000, memory: 256 * 2 ** 20 },
  async seeds() {
    const sample = (await filesIn(SAMPLE, ".krn")).map((file) => encode(beginning(decode(file))));
    return [...TEXTS.map(encode), ...sample, ...await filesIn(CASES, ".krn")];
  },
  mutate: (seed, dice) => dice.chance(0.1) ? dice.scatter(seed) : encode(mutate(decode(seed), dice)),
  read(mutant) {
    const text = decodeText(mutant);
    const mended = attempt(text, true), strict = attempt(text, false);
    hold(mended || !strict, "it is read as it stands, and refused when it may be mended");
    return mended;
  },
};

/** The most notes that repeats may make of a text; what is more is refused. */
const playedOf = (text: string) => Math.max(20_000, 64 * text.length);

function attempt(text: string, repair: boolean): boolean {
  try {
    holdSound(readKern(text, { repair }), text.length);
    holdSound(readKern(text, { repair, expandRepeats: true }), playedOf(text));
    return true;
  } catch (error) {
    if (!(error instanceof KernError)) throw error;
    const { line, spine, message } = error;
    hold(line >= 1 && line <= text.split(/\r\n|\r|\n/).length && spine >= 0, () => `it is refused outside: ${message}`);
    hold(message.startsWith(`Line ${line}`), () => `it is refused in other words: ${message}`);
    return false;
  }
}

const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const encode = (text: string) => new TextEncoder().encode(text);

/** The first two dozen lines of a `**kern` text, which end there: a mutant is read four times. */
export function beginning(text: string): string {
  const lines = text.split("\n").filter((line) => !line.startsWith("!")).slice(0, 24);
  return [...lines, lines[lines.length - 1].replace(/[^\t]+/g, "*-")].join("\n");
}

const TEXTS = [
  [
    "**kern\t**dynam\t**kern",
    "*>[A,A,B]\t*\t*>[A,A,B]",
    '*I"Bass\t*\t*I"Top',
    "*k[b-e-]\t*\t*k[b-e-]",
    "*g:\t*\t*g:",
    "*M3/4\t*M3/4\t*M3/4",
    "*MM72\t*\t*MM72",
    "4r\t.\t8ddL",
    ".\t.\t8ccJ",
    "*>A\t*\t*>A",
    "=1\t=1\t=1",
    "*\t*\t*^",
    "2.GG;\tf\t12b-\t[2d",
    ".\t.\t12a\t.",
    ".\t.\t12g\t.",
    ".\t.\t4.f#\t.",
    ".\t<\t.\t4d]",
    ".\t.\t8gq\t.",
    ".\t.\t8g\t.",
    "*\t*\t*v\t*v",
    "=2:|!\t=2\t=2:|!",
    "*>B\t*\t*>B",
    "*+\t*\t*",
    "*\t**kern\t*\t*",
    "[2GG\t4B-\t.\t4.ee-",
    ".\t8A\t.\t.",
    ".\t8G\t.\t8%3cc",
    "4GG]\t4F#\t.\t.",
    "==\t==\t==\t==",
    "*-\t*-\t*-\t*-",
  ].join("\n"),
  "**kern\n*ITrd1c2\n*k[]\n*C:\n*M4/4\n*MM80-90\n4c 4e 4g\n(8d\n8e)\n[4f_\n4f]\n16gLL\n16aJJ\n8rggyy\n=\n1cc@32\n*-",
  "**kern\t**kern\n*staff2\t*staff1\n*M2/4\t*M2/4\n[4C\t4e\n*x\t*x\n4C]\t4f\n=:|!|:\t=:|!|:\n2R\t2g;\n*-\t*-",
];

const TOKENS = [
  ..."4c 8d- 16ee# 2.f 1G 0r 00c 000000c 4.. 4c] [4d 4e_ 8fq 8gqq 8aqX 4r] 4R 4ryy 12a 8%3b 4c~ . .. 4 c 4cc#n 4z"
    .split(" "),
  ..."4c4d 9999999999c 1%0c 0%5c 3%2c 4....................c 4cccccccccccc 4CCCCCCCCCC 4c################ 4@32c &4c&"
    .split(" "),
  ..."*^ *v *x *+ *- * *M4/4 *M3/0 *M0/4 *M3/3%2 *M1/99999999 *M99999999/1 *MM120 *MM0 *MM80-90 *MM1e9 *MM[x] *k[f#c#] *k[z]"
    .split(" "),
  ...'*>A *>B *>[A,A,B] *>[A,[B,A]] *>norep[A] *>[ *ITrd1c2 *ITrd99c99 *ITr *clefF4 *I"Oboe *Icello *staff1 *tb8 *a: *X:'
    .split(" "),
  ..."= == =1 =2:|! =:|!|: =-1 =9999999999 =1;".split(" "),
  ...[
    "**kern",
    "**text",
    "**",
    "!!",
    "!",
    "!!!OTL: x",
    "4c 4e 4g",
    "4c 8e 2g",
    "[4c 4e] 4g_",
    "(4c {8d}",
    "ü",
    "\0",
    "\x1b[2J",
    "",
  ],
];

function mutate(text: string, dice: Dice): string {
  const lines = text.split("\n").map((line) => line.split("\t"));
  for (let left = 1 + dice.below(4); left > 0 && lines.length > 0; left--) {
    const at = dice.below(lines.length), line = lines[at] = [...lines[at]], column = dice.below(line.length);
    if (line.length === 0) {
      lines.splice(at, 1);
      continue;
    }
    const way = dice.below(14);
    switch (way) {
      case 0:
      case 1:
      case 2:
      case 3:
        dice.rearrange(lines, at, way);
        break;
      case 4:
        line[column] = dice.pick(TOKENS);
        break;
      case 5: {
        // An interpretation in one column.
        const token = dice.pick(TOKENS.filter((token) => token.startsWith("*")));
        lines.splice(at, 0, line.map((_, i) => i === column ? token : "*"));
        break;
      }
      case 6:
        lines.splice(at, 0, line.map(() => dice.pick(TOKENS)));
        break;
      case 7:
        line.splice(column, 1);
        break;
      case 8:
        for (let times = dice.times(); times > 0; times--) line.splice(column, 0, line[column]);
        break;
      case 9:
        // A column more in all lines, or one less.
        for (const [i, other] of lines.entries()) {
          lines[i] = dice.chance(0.5) ? other.toSpliced(column, 0, other[column] ?? ".") : other.toSpliced(column, 1);
        }
        break;
      case 10: {
        const token = line[column], place = dice.below(token.length + 1);
        line[column] = token.slice(0, place) + dice.pick([...MARKS]) + token.slice(place + dice.below(2));
        break;
      }
      case 11:
        line[column] = dice.pick(TOKENS) + line[column];
        break;
      case 12:
        line[column] += dice.chance(0.5) ? ` ${line[column]}` : dice.pick(TOKENS);
        break;
      default:
        if (dice.chance(0.2)) lines.length = at;
    }
  }
  const written = lines.map((line) => line.join("\t")).join(dice.chance(0.05) ? "\r\n" : "\n");
  return dice.chance(0.02) ? written.replaceAll("\t", dice.pick([" ", "\t\t", ""])) : written;
}

const MARKS = ".=*!0123456789abcdefgABCDEFGnrqX#-[]_;:%>^vx+&LJ@()<{} \t\n\0üR";
