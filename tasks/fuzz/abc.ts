import { AbcError, decodeText, FormatError, readAbc, splitAbc } from "../../lib/formats/mod.ts";
import type { Dice } from "./dice.ts";
import { holdSound } from "./sound_score.ts";
import { hold, type Subject } from "./subject.ts";

/** Texts in ABC: what is altered are lines, fields, notes, bars, voices, overlays, tuplets and tunes. */
export const ABC: Subject = {
  name: "abc",
  ending: ".abc",
  // The library that parses it looks at some lines again and again.
  besides: { milliseconds: 3000, memory: 256 * 2 ** 20 },
  seeds: () => Promise.resolve(TEXTS.map(encode)),
  mutate: (seed, dice) => dice.chance(0.1) ? dice.scatter(seed) : encode(mutate(new TextDecoder().decode(seed), dice)),
  read(mutant) {
    alone ??= JSON.stringify(readAbc(TEXTS[0]));
    const text = decodeText(mutant);
    const mended = attempt(text, true), strict = attempt(text, false);
    hold(mended || !strict, "it is read as it stands, and refused when it may be mended");
    const tunes = splitAbc(text);
    hold(!tunes || tunes.length > 1, "a book of one tune");
    if (tunes) {
      hold(attempt(tunes[0], true) === mended, "a tune is read in its book, and not alone, or the other way round");
    }
    const again = JSON.stringify(readAbc(TEXTS[0]));
    hold(again === alone, "what was read before changes how another tune is read");
    return mended;
  },
};

/** What the first text gives where nothing was read before it. */
let alone: string | undefined;

function attempt(text: string, repair: boolean): boolean {
  try {
    holdSound(readAbc(text, { repair }), text.length);
    return true;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    const lines = text.split(/\r\n|\r|\n/).length;
    if (error instanceof AbcError) {
      hold(error.line >= 1 && error.line <= lines, () => `it is refused outside: ${error.message}`);
    }
    hold(/^(Line \d+: |Cannot read ABC: )/.test(error.message), () => `it is refused in other words: ${error.message}`);
    return false;
  }
}

const encode = (text: string) => new TextEncoder().encode(text);

const TEXTS = [
  "X:1\nT:Fuzz\nM:6/8\nL:1/8\nQ:3/8=100\nK:Ador\n|:A>^G{ag}A (3Bcd|1 e2f- f^c'c,,:|2 (5:3ABcde [Ace]3-|[Ace]3 z3|]\nw:a b-c _ d * e\n",
  '%abc-2.1\nL:1/4\n%%MIDI program 40\n\nX:1\nM:C|\nK:Eb\n%%score (S A) B\nV:S name="Soprano"\nV:A\nV:B clef=bass transpose=-2\n' +
  "[V:S] e2 f2 | g4- | g4 |]\n[V:A] B4 & z2 c2 | B2 (2AB | G4 |]\n[V:B] E,2 !fermata!D,2 | [M:3/4][K:F] C,3 | Z |]\n\nX:2\nT:Two\nK:HP\n{g}A2 e/f//\n",
  'X:7\nM:2+3/16\nK:C perc\n%%begintext\nc d e\n%%endtext\nH:story\nV:1\nc/3d/3e/3 \\\nf0 y x2 |\nP:A\nV:2 octave=1\n[I:x] _/c ^^d __e =f\nV:1\n"Am"+trill+c .d ~e Tf |]\n',
];

const SCRAPS = [
  ..."X:1 X: T:x M:4/4 M:C M:none M:0/4 M:9999999/1 M:3/0 L:1/8 L:1/0 L:9 Q:120 Q:1/4=0 Q:1/4=1e9 Q:0/0=5 K:C K: K:Z K:none K:HP K:Gm"
    .split(" "),
  ..."V:1 V: V:2 clef=treble-8 [V:1] [V:2] [K:F#] [M:5/4] [L:1/16] [Q:1/4=60] [I:staffnonote] [ ] [[ ]] | || |] |: :| :: |1 [2 |1,2 :|2"
    .split(" "),
  ...'( ) (3 (9 (3:2:2 (3:2:9 (0 (1 (5:: {g} { } {/ab} - -- & && &\\ (& &) > >> >>> < <<< \\ % %% %%MIDI "x" " !f! ! + +ce+ $ ` y'
    .split(" "),
  ..."c C, c' c'''''''''''' C,,,,,,,,,,,, ^c __d =e ^/f c0 c/0 c//// c99999 c1/99999 c9999999999999999999999 Z Z9999999 X z8 x [CEG]2 [C2E4 w:a s:x"
    .split(" "),
  ...[
    "%%MIDI transpose 1000",
    "%%MIDI program 999",
    "%%MIDI channel 10",
    "%%beginps",
    "%%endps",
    "K:C transpose=99",
    "V:1 octave=99",
  ],
  ...[
    "\r\n",
    "\0",
    "\x1b[2J",
    "ü",
    "",
    " ",
    "\t",
    "\uFEFF",
    "\u200b",
    "N:",
    "m:~n=nn",
    "U:T=!trill!",
    "I:linebreak $",
    "T:",
    "P:AAB",
  ],
];

function mutate(text: string, dice: Dice): string {
  const lines = text.split("\n");
  for (let left = 1 + dice.below(4); left > 0 && lines.length > 0; left--) {
    const at = dice.below(lines.length), line = lines[at], place = dice.below(line.length + 1);
    const way = dice.below(9);
    switch (way) {
      case 0:
      case 1:
      case 2:
      case 3:
        dice.rearrange(lines, at, way);
        break;
      case 4:
        lines.splice(at, 0, dice.pick(SCRAPS));
        break;
      case 5: {
        // A stretch of a line, many times over.
        const stretch = line.slice(place, place + 1 + dice.below(8));
        lines[at] = line.slice(0, place) + stretch.repeat(dice.times(1500)) + line.slice(place);
        break;
      }
      case 6:
        lines[at] = line.slice(0, place) + line.slice(place + 1 + dice.below(3));
        break;
      case 7:
        lines[at] = line.slice(0, place) + dice.pick(SCRAPS).repeat(dice.times(200)) + line.slice(place);
        break;
      default:
        if (dice.chance(0.2)) lines.length = at;
        else lines[at] = line.slice(0, place) + dice.pick(SCRAPS) + line.slice(place + dice.below(2));
    }
  }
  return lines.join(dice.chance(0.05) ? "\r\n" : "\n");
}
