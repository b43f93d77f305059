import { assertAlmostEquals, assertEquals } from "@std/assert";
import { openCorpus, type Split, splitByPiece } from "../../lib/corpus/mod.ts";
import { scoreModel } from "../../lib/evaluation/mod.ts";
import {
  bestNgramModel,
  intervalHead,
  type MixtureHead,
  mixtureHead,
  modelOfHeads,
  type NgramHead,
  ngramHead,
  type NoteHead,
  type NoteHeadName,
  uniformHead,
} from "../../lib/models/mod.ts";
import { corpusTable, inNanoseconds } from "../../lib/notes/mod.ts";
import type { ScoredNotes } from "../../lib/metrics/mod.ts";
import { readSharedJson, sharedTest } from "../shared.ts";

const ZIP = new URL("../../../shared/corpus/bachcentral/bach.zip", import.meta.url).pathname;

interface Measured {
  micro: number;
  macro: number;
  n?: number;
}

interface Reference {
  sizes: Record<"P" | "F", Record<"train" | "valid" | "test", [pieces: number, notes: number]>>;
  ngrams: Record<
    "P" | "F",
    Record<string, {
      valid: Measured;
      test: Measured;
      m?: number[];
      w?: number;
      acc?: { valid: number; test: number };
    }>
  >;
  ngram_mix_test: Record<"P" | "F", {
    micro: number;
    micro_without_toccata2: number;
    per_piece: Record<string, [nats: number, notes: number]>;
  }>;
}

const SIDES = ["train", "valid", "test"] as const;

let split: Promise<Split> | undefined;

async function openSplit(): Promise<Split> {
  const { pieces } = await openCorpus(ZIP);
  return splitByPiece(pieces.filter(({ score }) => score.repairs.length === 0), { doubles: "leave out" });
}

async function tables(flattening: "first" | "all") {
  const sides = await (split ??= openSplit());
  return SIDES.map((side) => inNanoseconds(corpusTable(sides[side], { flattening })));
}

const mean = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0) / values.length;

/** Nats of each piece. */
function byPiece({ piece, pieces, heads }: ScoredNotes<NoteHeadName>, head: NoteHeadName): number[][] {
  const groups: number[][] = pieces.map(() => []);
  heads[head].nats.forEach((nats, i) => groups[piece[i]].push(nats));
  return groups;
}

/** Models that have all of these heads, each once. */
function together(heads: Record<string, NoteHead>) {
  const naming = (name: NoteHeadName) => Object.entries(heads).filter(([, head]) => head.names === name);
  const [pitches, steps, durations] = [naming("pitch"), naming("step"), naming("duration")];
  return pitches.map((pitch, i) => {
    const named = { pitch, step: steps[i], duration: durations[i] };
    const head = <Name extends NoteHeadName>(name: Name) => named[name]?.[1] as NoteHead<Name> ?? uniformHead(name);
    const model = modelOfHeads("heads", { pitch: head("pitch"), step: head("step"), duration: head("duration") });
    return { model, keys: Object.values(named).flatMap((entry) => entry ? [entry[0]] : []) };
  });
}

for (const [name, flattening] of [["P", "first"], ["F", "all"]] as const) {
  sharedTest(
    `scoreModel() reproduces all n-grams of the figures for unseen Bach, ${flattening} instruments`,
    async () => {
      const reference = await readSharedJson<Reference>("reference/bach_heldout.json");
      const [train, valid, test] = await tables(flattening);
      assertEquals(
        [train, valid, test].map(({ height }) => height),
        SIDES.map((side) => reference.sizes[name][side][1]),
      );

      const heads: Record<string, NgramHead<NoteHeadName> | MixtureHead<"pitch">> = {};
      for (let order = 1; order <= 6; order++) {
        const options = { order, smoothing: valid };
        heads[`interval_${order}gram`] = intervalHead(train, options);
        if (order === 6) continue;
        heads[`pitch_${order}gram`] = ngramHead("pitch", train, options);
        heads[`step_${order}gram`] = ngramHead("step", train, options);
        heads[`dur_${order}gram`] = ngramHead("duration", train, options);
      }
      for (const [a, b] of [[2, 1], [2, 2], [4, 4], [5, 6]]) {
        const pair = [`pitch_${a}gram`, `interval_${b}gram`].map((key) => heads[key] as NgramHead<"pitch">);
        heads[`mix_pitch${a}_interval${b}`] = mixtureHead(pair[0], pair[1], valid);
      }

      const rows = reference.ngrams[name];
      assertEquals(Object.keys(heads).sort(), Object.keys(rows).sort());
      const compared: string[] = [];
      for (const { model, keys } of together(heads)) {
        for (const [side, table] of [["valid", valid], ["test", test]] as const) {
          const scored = await scoreModel(model, table);
          for (const key of keys) {
            const head = heads[key], { nats, hit } = scored.heads[head.names];
            const { [side]: { micro, macro, n }, acc, m, w } = rows[key];
            if (m && "smoothing" in head) assertEquals(head.smoothing, m.at(-1), key);
            if (w !== undefined && "weight" in head) assertAlmostEquals(head.weight, w, 1e-9, key);
            if (n !== undefined) assertEquals(nats.length, n, key);
            assertAlmostEquals(mean(nats), micro, 1e-9, `${key}, ${side}, micro`);
            assertAlmostEquals(mean(byPiece(scored, head.names).map(mean)), macro, 1e-9, `${key}, ${side}, macro`);
            if (acc) assertAlmostEquals(mean(hit), acc[side], 1e-9, `${key}, ${side}, accuracy`);
            compared.push(`${key}, ${side}`);
          }
        }
      }
      assertEquals(compared.length, 2 * Object.keys(rows).length);

      const best = reference.ngram_mix_test[name];
      const scored = await scoreModel(bestNgramModel(train, valid), test);
      const groups = byPiece(scored, "pitch");
      assertEquals(scored.pieces, Object.keys(best.per_piece));
      for (const [i, [nats, notes]] of Object.values(best.per_piece).entries()) {
        assertAlmostEquals(mean(groups[i]), nats, 6e-5, scored.pieces[i]);
        assertEquals(groups[i].length, notes);
      }
      const others = groups.filter((_, i) => scored.pieces[i] !== "organ/toccata2.mid").flat();
      assertAlmostEquals(mean(scored.heads.pitch.nats), best.micro, 1e-9);
      assertAlmostEquals(mean(others), best.micro_without_toccata2, 1e-9);
    },
  );
}
