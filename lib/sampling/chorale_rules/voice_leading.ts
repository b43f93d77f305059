import { type Cell, type Said, START } from "../../encodings/mod.ts";
import { VOICES } from "../../formats/mod.ts";
import { KEY_KINDS } from "../../notes/mod.ts";
import { checkOptions, type Kind, type Kinds, kinds, optional } from "../../options/mod.ts";
import { CHORALE_VOICES, type Frame } from "../../score/mod.ts";
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
      const pitches = pitchesOf(model, (said) => model.decode(said));
      const listener = (past: readonly Frame[], present: readonly number[]): RuleListener<Cell> => {
        const frames = [...past];
        let here = [...present];
        let weights: Float64Array | undefined;
        return {
          heads: ["cell"],
          hear(cell) {
            if (cell === START) return;
            weights = undefined;
            here.push(cell);
            if (here.length < VOICES) return;
            frames.push(here);
            here = [];
          },
          weigh(head, value) {
            weights ??= weighAll(rules, known, frames, here, here.length, pitches[head]);
            return weights[value];
          },
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
      const voiceOf = (head: string) => CHORALE_VOICES.findIndex((voice) => voice === head);
      const pitches = pitchesOf(model, (said, head) => model.decode(said).pitches[voiceOf(head)]);
      const listener = (past: readonly Frame[]): RuleListener<Event> => {
        const frames = [...past];
        // Of the voice that was asked for last, given those that were drawn then.
        let asked = "", weights: Float64Array = new Float64Array();
        return {
          heads: CHORALE_VOICES,
          hear({ pitches }) {
            asked = "";
            // What stands before the first frame is no frame: its pitches are none.
            if (pitches.every((pitch) => pitch !== START)) frames.push(pitches);
          },
          weigh(head, value, drawn) {
            const question = `${head} ${CHORALE_VOICES.map((voice) => drawn[voice])}`;
            if (question !== asked) {
              const here = CHORALE_VOICES.map((voice) => voice in drawn ? pitches[voice][drawn[voice]] : undefined);
              asked = question;
              weights = weighAll(rules, known, frames, here, voiceOf(head), pitches[head]);
            }
            return weights[value];
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

/** Of each head the pitch of each class. */
function pitchesOf<Event>(
  { heads }: SequenceModel<Event>,
  pitch: (said: Said, head: string) => number,
): Readonly<Record<string, Float64Array>> {
  const others = Object.fromEntries(heads.map(({ name }) => [name, 0]));
  return Object.fromEntries(
    heads.map(({ name, classes }) => [
      name,
      Float64Array.from({ length: classes }, (_, value) => pitch({ ...others, [name]: value }, name)),
    ]),
  );
}

function weighAll(
  rules: readonly ChoraleRule[],
  { given = [], ...facts }: VoiceLeadingOptions,
  past: readonly Frame[],
  here: PartialFrame,
  voice: number,
  pitches: Float64Array,
): Float64Array {
  const frame = past.length, standing = given[frame] ?? [];
  const frames: PartialFrame[] = [];
  if (frame > 0) frames[frame - 1] = past[frame - 1];
  frames[frame] = CHORALE_VOICES.map((_, v) => here[v] ?? standing[v]);
  if (given[frame + 1]) frames[frame + 1] = given[frame + 1];
  return weighPitches(rules, { ...facts, frames, frame, voice }, pitches);
}
