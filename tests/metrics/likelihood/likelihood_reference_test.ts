import { assertAlmostEquals, assertEquals } from "@std/assert";
import { calibration, likelihood, pieceScores, type ScoredNotes } from "../../../lib/metrics/mod.ts";
import { readSharedJson, sharedTest } from "../../shared.ts";

/** A chorale: frames of four voices, a sixteenth each, -1 for a rest. */
type Chorale = [soprano: number, alto: number, tenor: number, bass: number][];

interface Figures {
  micro: number;
  macro: number;
  microBits: number;
  changeCells: number;
  changeCellsMicro: number;
  argmaxAccuracy: number;
}

const CLASSES = 47;
/** -1, then the MIDI numbers from 36 to 81. */
const classOf = (pitch: number) => pitch < 0 ? 0 : pitch - 35;

/** The ladder's bigram of each voice, in words: `reference/metrics/ladder.json`, `protocol`. */
function bigram(train: readonly Chorale[], phases: number) {
  const table = () => Array.from({ length: 4 }, () => new Float64Array(CLASSES).fill(0.1));
  const unigram = table();
  const pairs = new Map<string, Float64Array>();
  const key = (voice: number, t: number, before: number) => `${voice} ${t % phases} ${before}`;
  for (const chorale of train) {
    chorale.forEach((frame, t) =>
      frame.forEach((pitch, voice) => {
        unigram[voice][classOf(pitch)]++;
        if (t === 0) return;
        const context = key(voice, t, chorale[t - 1][voice]);
        const counts = pairs.get(context) ?? new Float64Array(CLASSES);
        pairs.set(context, counts);
        counts[classOf(pitch)]++;
      })
    );
  }
  const normalised = (weights: Float64Array) => {
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return weights.map((weight) => weight / sum);
  };
  const alone = unigram.map(normalised);
  return (chorale: Chorale, t: number, voice: number): Float64Array => {
    if (t === 0) return alone[voice];
    const counts = pairs.get(key(voice, t, chorale[t - 1][voice])) ?? new Float64Array(CLASSES);
    return normalised(counts.map((count, i) => count + 5 * alone[voice][i]));
  };
}

function score(chorales: readonly Chorale[], predict: ReturnType<typeof bigram>) {
  const cells = chorales.reduce((sum, { length }) => sum + 4 * length, 0);
  const cell = { nats: new Float64Array(cells), hit: new Uint8Array(cells), confidence: new Float64Array(cells) };
  const scored: ScoredNotes<"cell"> = {
    pieces: chorales.map((_, i) => `chorale ${i}`),
    piece: new Int32Array(cells),
    heads: { cell },
  };
  const changes = new Uint8Array(cells);
  let at = 0;
  chorales.forEach((chorale, piece) =>
    chorale.forEach((frame, t) =>
      frame.forEach((pitch, voice) => {
        const probabilities = predict(chorale, t, voice);
        const best = probabilities.reduce((most, probability, i) => probability > probabilities[most] ? i : most, 0);
        scored.piece[at] = piece;
        cell.nats[at] = -Math.log(probabilities[classOf(pitch)]);
        cell.hit[at] = best === classOf(pitch) ? 1 : 0;
        cell.confidence[at] = probabilities[best];
        changes[at] = t > 0 && pitch !== chorale[t - 1][voice] ? 1 : 0;
        at++;
      })
    )
  );
  return { scored, changes };
}

sharedTest("likelihood() gives the ladder's figures for bigrams on the JSB chorales", async () => {
  const data = await readSharedJson<Record<"train" | "valid" | "test", Chorale[]>>("corpus/jsb/Jsb16thSeparated.json");
  const { models, perPieceTest } = await readSharedJson<{
    models: Record<string, Record<"valid" | "test", Figures>>;
    perPieceTest: Record<string, Record<string, number>>;
  }>("reference/metrics/ladder.json");
  for (const phases of [1, 4]) {
    const predict = bigram(data.train, phases);
    const name = `bigramP${phases}`;
    for (const side of ["valid", "test"] as const) {
      const expected = models[name][side];
      const { scored, changes } = score(data[side], predict);
      const pieces = pieceScores(scored, "cell");
      const all = likelihood(pieces);
      assertEquals(all.notes, data[side].reduce((sum, { length }) => sum + 4 * length, 0));
      assertAlmostEquals(all.nats, expected.micro, 1e-11);
      assertAlmostEquals(all.macroNats, expected.macro, 1e-11);
      assertAlmostEquals(all.bits, expected.microBits, 1e-11);
      assertAlmostEquals(all.accuracy, expected.argmaxAccuracy, 1e-12);
      const changed = likelihood(pieceScores(scored, "cell", { only: changes }));
      assertEquals(changed.notes, expected.changeCells);
      assertAlmostEquals(changed.nats, expected.changeCellsMicro, 1e-11);
      if (side === "test") {
        for (const [piece, nats] of Object.entries(perPieceTest[name])) {
          assertAlmostEquals(pieces[Number(piece)].nats / pieces[Number(piece)].notes, nats, 1e-11);
        }
      }
      const { bins } = calibration(scored, "cell");
      assertEquals(bins.reduce((sum, { count }) => sum + count, 0), all.notes);
    }
  }
});
