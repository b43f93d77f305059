import { type Cell, type Said, START } from "../../encodings/mod.ts";
import { VOICES } from "../../formats/mod.ts";
import { KEY_KINDS } from "../../notes/mod.ts";
import { checkOptions, type Kind, type Kinds, kinds, optional } from "../../options/mod.ts";
import type { Frame } from "../../score/mod.ts";
import type { SequenceModel } from "../../systems/mod.ts";
import type { Rule, RuleListener } from "../rules/rule.ts";
import { type ChoraleFacts, type ChoraleRule, type PartialFrame, weighPitches } from "./chorale_rule.ts";

/** What {@linkcode cellRule} and {@linkcode frameRule} may be told. */
export interface VoiceLeadingOptions extends ChoraleFacts {
  /**
   * What stands already, before it is drawn: a melody that is harmonised, as soprano of each frame.
   *
   * @default []
   */
  given?: readonly PartialFrame[];
}

const KINDS: Kinds<VoiceLeadingOptions> = {
  tonic: optional(KEY_KINDS.tonic),
  fermata: optional(kinds.list("frames", kinds.boolean)),
  given: optional(kinds.list("frames", kinds.numbers as Kind<PartialFrame>)),
};

/** The heads of a model of frames, from the top voice. */
const FRAME_HEADS: readonly string[] = ["soprano", "alto", "tenor", "bass"];

/**
 * Rules of voice leading for a model of cells, soprano, alto, tenor, bass of one sixteenth after the other.
 *
 * @param rules What is kept to, and how strictly.
 * @param options The key, fermatas, and what stands already.
 * @throws {TypeError} If an option is of the wrong type.
 * @throws {RangeError} If the tonic is no pitch class.
 */
export function cellRule(rules: readonly ChoraleRule[], options: VoiceLeadingOptions = {}): Rule<Cell> {
  const known = checkOptions("keep to voice leading", options, KINDS);
  return {
    name: nameOf(rules),
    listen(model) {
      const pitchOf = decoding(model, (said) => model.decode(said));
      const listener = (past: readonly Frame[], present: readonly number[]): RuleListener<Cell> => {
        const frames = [...past];
        let here = [...present];
        return {
          heads: ["cell"],
          hear(cell) {
            if (cell === START) return;
            here.push(cell);
            if (here.length < VOICES) return;
            frames.push(here);
            here = [];
          },
          weigh: (head, value) => weighOne(rules, known, frames, here, here.length, pitchOf(head, value)),
          fork: () => listener(frames, here),
        };
      };
      return listener([], []);
    },
  };
}

/**
 * The same for a model of whole frames that names them voice by voice, in heads called soprano, alto, tenor and bass, in
 * whatever order.
 *
 * @param rules What is kept to, and how strictly.
 * @param options The key, fermatas, and what stands already.
 * @throws {TypeError} If an option is of the wrong type.
 * @throws {RangeError} If the tonic is no pitch class.
 */
export function frameRule<Event extends { readonly pitches: Frame }>(
  rules: readonly ChoraleRule[],
  options: VoiceLeadingOptions = {},
): Rule<Event> {
  const known = checkOptions("keep to voice leading", options, KINDS);
  return {
    name: nameOf(rules),
    listen(model) {
      const pitchOf = decoding(model, (said, head) => model.decode(said).pitches[FRAME_HEADS.indexOf(head)]);
      const listener = (past: readonly Frame[]): RuleListener<Event> => {
        const frames = [...past];
        return {
          heads: FRAME_HEADS,
          hear({ pitches }) {
            // What stands before the first frame is no frame: its pitches are none.
            if (pitches.every((pitch) => pitch !== START)) frames.push(pitches);
          },
          weigh(head, value, drawn) {
            const here = FRAME_HEADS.map((name) => name in drawn ? pitchOf(name, drawn[name]) : undefined);
            return weighOne(rules, known, frames, here, FRAME_HEADS.indexOf(head), pitchOf(head, value));
          },
          fork: () => listener(frames),
        };
      };
      return listener([]);
    },
  };
}

function nameOf(rules: readonly ChoraleRule[]): string {
  return `voice leading (${rules.map(({ name }) => name).join(", ")})`;
}

/** The pitch of a head's class, asked of the model once. */
function decoding<Event>(model: SequenceModel<Event>, pitch: (said: Said, head: string) => number) {
  const others = Object.fromEntries(model.heads.map(({ name }) => [name, 0]));
  const known = new Map<string, Map<number, number>>();
  return (head: string, value: number): number => {
    const classes = known.get(head) ?? new Map<number, number>();
    if (!classes.has(value)) known.set(head, classes.set(value, pitch({ ...others, [head]: value }, head)));
    return classes.get(value)!;
  };
}

function weighOne(
  rules: readonly ChoraleRule[],
  { given = [], ...facts }: VoiceLeadingOptions,
  past: readonly Frame[],
  here: PartialFrame,
  voice: number,
  pitch: number,
): number {
  const frame = past.length, standing = given[frame] ?? [];
  const present = Array.from({ length: VOICES }, (_, v) => here[v] ?? standing[v]);
  const frames: PartialFrame[] = [];
  if (frame > 0) frames[frame - 1] = past[frame - 1];
  frames[frame] = present;
  if (given[frame + 1]) frames[frame + 1] = given[frame + 1];
  return weighPitches(rules, { ...facts, frames, frame, voice }, [pitch])[0];
}
