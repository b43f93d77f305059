import type { DataFrame } from "nodejs-polars";
import { heardProbabilities, type NoteHead } from "./note_head.ts";
import type { NoteHeadName } from "./note_classes.ts";

/** The weights that {@linkcode mixtureHead} chooses from. */
const WEIGHTS = Array.from({ length: 19 }, (_, i) => (i + 1) / 20);

/** Two heads in one. */
export interface MixtureHead<Name extends NoteHeadName> extends NoteHead<Name> {
  /** How much the first counts; the second has the rest. */
  readonly weight: number;
}

/**
 * Two heads that vote: `p(x) = w a(x) + (1 - w) b(x)`.
 *
 * F. Jelinek and R. L. Mercer, "Interpolated estimation of Markov source
 * parameters from sparse data" (1980).
 *
 * @param a The first.
 * @param b The second; it names the same.
 * @param weight The w of the formula, between 0 and 1; or held-out pieces, whose notes are to be as likely as can be
 * with 0.05, 0.1, … or 0.95.
 * @throws {RangeError} If the weight is not between 0 and 1, or there are no held-out notes to choose by.
 */
export function mixtureHead<Name extends NoteHeadName>(
  a: NoteHead<Name>,
  b: NoteHead<Name>,
  weight: number | DataFrame,
): MixtureHead<Name> {
  const w = typeof weight === "number" ? weight : chooseWeight(a, b, weight);
  if (!(w > 0 && w < 1)) throw new RangeError(`Cannot mix: the weight must be between 0 and 1, got ${w}`);
  return {
    names: a.names,
    // One more is the weight.
    parameters: a.parameters + b.parameters + 1,
    weight: w,
    listen() {
      const [first, second] = [a.listen(), b.listen()];
      return {
        hear(note) {
          first.hear(note);
          second.hear(note);
        },
        next() {
          const others = second.next();
          return first.next().map((p, x) => w * p + (1 - w) * others[x]);
        },
      };
    },
  };
}

function chooseWeight(a: NoteHead, b: NoteHead, heldOut: DataFrame): number {
  const [first, second] = [heardProbabilities(a, heldOut), heardProbabilities(b, heldOut)];
  if (first.length === 0) throw new RangeError("Cannot mix: the held-out pieces have no note that follows another");
  const nats = WEIGHTS.map((w) => first.reduce((sum, p, i) => sum - Math.log(w * p + (1 - w) * second[i]), 0));
  return WEIGHTS[nats.indexOf(Math.min(...nats))];
}
