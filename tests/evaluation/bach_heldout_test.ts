import { assertAlmostEquals, assertEquals } from "@std/assert";
import { openCorpus, type Split, splitByPiece } from "../../lib/corpus/mod.ts";
import { scoreModel } from "../../lib/evaluation/mod.ts";
import { type Column, type EventPiece, noteClasses, type NoteEvent, notePieces } from "../../lib/encodings/mod.ts";
import { settings } from "../../lib/settings/mod.ts";
import {
  type ColumnModel,
  intervalColumn,
  type MixtureColumn,
  mixtureColumn,
  modelOfColumns,
  type NgramColumn,
  ngramColumn,
  ngrams,
  saidPieces,
  uniformColumn,
} from "../../lib/systems/mod.ts";
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
  return SIDES.map((side) => notePieces(inNanoseconds(corpusTable(sides[side], { flattening }))));
}

const mean = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0) / values.length;

/** Nats of each piece. */
function byPiece({ piece, pieces, heads }: ScoredNotes, head: string): number[][] {
  const groups: number[][] = pieces.map(() => []);
  heads[head].nats.forEach((nats, i) => groups[piece[i]].push(nats));
  return groups;
}

const notesOf = (pieces: readonly EventPiece<NoteEvent>[]) =>
  pieces.reduce((sum, { events }) => sum + events.length, 0);

/** Models that have all of these, each once. */
function together(columns: Record<string, ColumnModel>) {
  const naming = ({ name }: Column) => Object.entries(columns).filter(([, { column }]) => column === name);
  const lists = noteClasses.says.map(naming);
  return lists[0].map((_, i) => {
    const entries = lists.map((list) => list[i]);
    const models = entries.map((entry, k) => entry?.[1] ?? uniformColumn(noteClasses.says[k]));
    const model = modelOfColumns("columns", noteClasses, models);
    return { model, keys: entries.flatMap((entry) => entry ? [entry[0]] : []) };
  });
}

for (const [name, flattening] of [["P", "first"], ["F", "all"]] as const) {
  sharedTest(
    `scoreModel() reproduces all n-grams of the figures for unseen Bach, ${flattening} instruments`,
    async () => {
      const reference = await readSharedJson<Reference>("reference/bach_heldout.json");
      const [train, valid, test] = await tables(flattening);
      assertEquals(
        [train, valid, test].map(notesOf),
        SIDES.map((side) => reference.sizes[name][side][1]),
      );

      const heads: Record<string, NgramColumn | MixtureColumn> = {};
      const [lessons, smoothing] = [train, valid].map((pieces) => saidPieces(noteClasses, pieces));
      const [pitch, step, duration] = noteClasses.says;
      for (let order = 1; order <= 6; order++) {
        const options = { order, smoothing };
        heads[`interval_${order}gram`] = intervalColumn(pitch, lessons, options);
        if (order === 6) continue;
        heads[`pitch_${order}gram`] = ngramColumn(pitch, lessons, options);
        heads[`step_${order}gram`] = ngramColumn(step, lessons, options);
        heads[`dur_${order}gram`] = ngramColumn(duration, lessons, options);
      }
      for (const [a, b] of [[2, 1], [2, 2], [4, 4], [5, 6]]) {
        const pair = [`pitch_${a}gram`, `interval_${b}gram`].map((key) => heads[key]);
        heads[`mix_pitch${a}_interval${b}`] = mixtureColumn(pair[0], pair[1], smoothing);
      }

      const rows = reference.ngrams[name];
      assertEquals(Object.keys(heads).sort(), Object.keys(rows).sort());
      const compared: string[] = [];
      for (const { model, keys } of together(heads)) {
        for (const [side, pieces] of [["valid", valid], ["test", test]] as const) {
          const scored = await scoreModel(model, pieces);
          for (const key of keys) {
            const head = heads[key], { nats, hit } = scored.heads[head.column];
            const { [side]: { micro, macro, n }, acc, m, w } = rows[key];
            if (m && "smoothing" in head) assertEquals(head.smoothing, m.at(-1), key);
            if (w !== undefined && "weight" in head) assertAlmostEquals(head.weight, w, 1e-9, key);
            if (n !== undefined) assertEquals(nats.length, n, key);
            assertAlmostEquals(mean(nats), micro, 1e-9, `${key}, ${side}, micro`);
            assertAlmostEquals(mean(byPiece(scored, head.column).map(mean)), macro, 1e-9, `${key}, ${side}, macro`);
            if (acc) assertAlmostEquals(mean(hit), acc[side], 1e-9, `${key}, ${side}, accuracy`);
            compared.push(`${key}, ${side}`);
          }
        }
      }
      assertEquals(compared.length, 2 * Object.keys(rows).length);

      const best = reference.ngram_mix_test[name];
      const scored = await scoreModel(
        ngrams.learn({ train, heldOut: valid }, settings("published")),
        test,
      );
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
