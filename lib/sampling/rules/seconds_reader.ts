import type { NoteEvent } from "../../encodings/mod.ts";
import type { SequenceModel } from "../../systems/mod.ts";

/**
 * How long a time is, as a model of notes says it.
 *
 * @param times Which times are asked for.
 * @param what What is to be kept to, in words.
 * @throws {TypeError} If the model does not say it.
 */
export function secondsReader(
  model: SequenceModel<NoteEvent>,
  times: readonly string[],
  what: string,
): (time: "step" | "duration", value: number) => number {
  const names = model.heads.map(({ name }) => name);
  for (const time of times) {
    if (!names.includes(time)) {
      throw new TypeError(`Cannot keep to ${what}: the model says ${names.join(", ")}, and no ${time}`);
    }
  }
  const others = Object.fromEntries(names.map((name) => [name, 0]));
  return (time: "step" | "duration", value: number) => model.decode({ ...others, [time]: value })[time];
}
