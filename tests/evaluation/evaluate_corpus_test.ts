import { assert, assertAlmostEquals, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { type Piece, PUBLISHED_FILES, splitByPiece } from "../../lib/corpus/mod.ts";
import {
  evaluateCorpus,
  type EvaluateCorpusOptions,
  type EvaluationReport,
  fitHeads,
  scoreModel,
} from "../../lib/evaluation/mod.ts";
import { likelihood, pieceScores } from "../../lib/metrics/mod.ts";
import { notePieces } from "../../lib/encodings/mod.ts";
import { corpusTable, inNanoseconds } from "../../lib/notes/mod.ts";
import { settings } from "../../lib/settings/mod.ts";
import { bigram } from "../../lib/systems/mod.ts";
import { madeUpPiece, melody, withFolder } from "../corpus/made_up.ts";
import { small, smallCorpus, smallPieces, timeless } from "./small_corpus.ts";

const rowsOf = ({ sections }: EvaluationReport) => sections.map(({ rows }) => rows.map(({ id }) => id));
const rowOf = ({ sections: [{ rows }] }: EvaluationReport, id: string) => rows.find((row) => row.id === id)!;

/** Evaluates in a cache of its own. */
async function evaluated(options: EvaluateCorpusOptions, pieces?: Piece[]): Promise<EvaluationReport> {
  let report: EvaluationReport;
  await withFolder(async (cache) => {
    report = await evaluateCorpus(smallCorpus(pieces), { ...small, cache, ...options });
  });
  return report!;
}

Deno.test("evaluateCorpus() puts all models side by side, on the same notes, as plain JSON", async () => {
  const report = await evaluated({ seeds: 2 });
  const ids = [
    "uniform",
    "repeat",
    "unigram",
    "bigram",
    "n-grams",
    "lstm:last",
    "lstm:best",
    "gru-metre:last",
    "gru-metre:best",
  ];
  assertEquals(rowsOf(report), [ids, ids]);
  assertEquals(JSON.parse(JSON.stringify(report)), report);
  for (const { sides, rows, failures, reading, transposed } of report.sections) {
    assertEquals(failures, []);
    assertEquals(transposed, reading === "corrected");
    assertEquals(Object.values(sides).map(({ pieces }) => pieces.length), [7, 2, 3]);
    assertEquals(rows.map(({ reads }) => reads), ids.map(() => "state"));
    for (const { id, runs, likelihood, parameters, temperature, settings } of rows) {
      const isNetwork = settings !== null;
      assertEquals(runs.map(({ seed }) => seed), isNetwork ? [42, 43] : [42]);
      assertEquals(likelihood.total.micro.spread === null, !isNetwork);
      assertEquals(id.includes(":"), isNetwork);
      assertEquals(temperature, id.startsWith("lstm") && reading === "published" ? 4 : 1);
      assertEquals(parameters > 0, id !== "uniform");
      for (const { scores, samples, times } of runs) {
        for (const { quantiles, variances } of [times.step, times.duration]) {
          assert(quantiles.error >= 0 && quantiles.error <= 0.5);
          assertEquals(variances.bins.reduce((sum, { count }) => sum + count, 0), sides.test.notes - 3);
        }
        assertEquals(scores.pitch.map(({ piece }) => piece), sides.test.pieces);
        assertEquals(scores.total.reduce((sum, { notes }) => sum + notes, 0), sides.test.notes - 3);
        assertEquals(samples.map(({ notes }) => notes.pitch.length), [8, 8, 8]);
      }
      for (const { low, value, high } of [likelihood.total.micro, likelihood.pitch.macro]) {
        assert(id === "uniform" || (low! < value! && value! < high!), `${id}: ${value} in [${low}, ${high}]`);
      }
    }
    const uniform = rows[0].likelihood;
    assertAlmostEquals(uniform.total.micro.value!, Math.log(128 * 65 * 64), 1e-9);
  }
  const [last, best] = ["lstm:last", "lstm:best"].map((id) => rowOf(report, id).runs[0]);
  assertEquals(last.history, best.history);
  assertEquals(last.epoch, 3);
  const heldOut = best.history!.epochs.map(({ heldOut }) => heldOut!.total);
  assertEquals(heldOut[best.epoch! - 1], Math.min(...heldOut));
});

Deno.test("evaluateCorpus() gives what scoring and the likelihoods give, one by one", async () => {
  const report = await evaluated({ readings: ["corrected"], models: ["bigram"] });
  const { train, valid, test } = splitByPiece(smallPieces());
  const [notes, heldOut, unseen] = [train, valid, test].map((pieces) =>
    notePieces(inNanoseconds(corpusTable(pieces, { transpose: true })))
  );
  const model = bigram.learn({ train: notes, heldOut }, settings("corrected"));
  assertEquals(await fitHeads(model, heldOut), model);
  const scored = await scoreModel(model, unseen);
  const { likelihood: figures, withoutLargest, runs } = rowOf(report, "bigram");
  for (const name of ["pitch", "step", "duration", "total"] as const) {
    const { nats, macroNats } = likelihood(pieceScores(scored, name));
    assertEquals([figures[name].micro.value, figures[name].macro.value], [nats, macroNats]);
  }
  assertEquals(figures.accuracy.value, likelihood(pieceScores(scored, "pitch")).accuracy);
  assertEquals(runs[0].scores.step, pieceScores(scored, "step"));
  const { largest } = report.sections[0];
  assertEquals(largest, test.at(-1)!.path);
  const others = likelihood(pieceScores(scored, "total", { without: [largest!] }));
  assertEquals(withoutLargest!.total.micro.value, others.nats);
});

Deno.test("evaluateCorpus() says the same again, but for seconds", async () => {
  const options = { readings: ["published"], models: ["bigram", "lstm"] } satisfies EvaluateCorpusOptions;
  assertEquals(timeless(await evaluated(options)), timeless(await evaluated(options)));
});

Deno.test("evaluateCorpus() takes what is in its cache, seconds included, and nothing else", () =>
  withFolder(async (cache) => {
    const stages = new Set<string>();
    const options: EvaluateCorpusOptions = {
      ...small,
      cache,
      readings: ["published"],
      models: ["bigram", "lstm"],
      onProgress: ({ label }) => void stages.add(label.replace(/.*: /, "")),
    };
    const works = async (changes: EvaluateCorpusOptions = {}, pieces?: Piece[]) => {
      stages.clear();
      const report = await evaluateCorpus(smallCorpus(pieces), { ...options, ...changes });
      return { report, trained: stages.has("training"), scored: stages.has("scoring") };
    };
    const first = await works();
    assert(first.trained && first.scored);
    const again = await works();
    assertEquals([again.trained, again.scored], [false, false]);
    assertEquals(again.report, first.report);

    const longer = await works({ epochs: 4 });
    assertEquals([longer.trained, longer.scored], [true, true]);
    assertEquals(rowOf(longer.report, "lstm:last").runs[0].history!.epochs.length, 4);
    const wider = await works({ overrides: { ...small.overrides, units: 7 } });
    assertEquals([wider.trained, wider.scored], [true, true]);
    const more = await works({ samples: 4 });
    assertEquals([more.trained, more.scored], [false, true]);
    assertEquals(rowOf(more.report, "lstm:best").likelihood, rowOf(first.report, "lstm:best").likelihood);
    assert((await works({ seeds: 2 })).trained);

    for (const [path, trained] of [["tune12.mid", true], ["tune1.mid", false]] as const) {
      const pieces = smallPieces();
      const side = first.report.sections[0].sides[trained ? "train" : "test"];
      assert(side.pieces.includes(path), `${path} is not in ${side.pieces}`);
      const [part] = pieces.find((piece) => piece.path === path)!.score.parts;
      part.notes = part.notes.map((note, i) => i === 9 ? { ...note, pitch: note.pitch + 1 } : note);
      const changed = await works({}, pieces);
      assertEquals([changed.trained, changed.scored], [trained, true]);
      assertNotEquals(rowOf(changed.report, "bigram").likelihood, rowOf(first.report, "bigram").likelihood);
    }
    assertEquals((await works()).report, first.report);
  }));

Deno.test("evaluateCorpus() goes on where it was stopped, to the same numbers", () =>
  withFolder(async (cache) => {
    const options = { readings: ["corrected"], models: ["unigram", "lstm"] } satisfies EvaluateCorpusOptions;
    const whole = await evaluated(options);
    const controller = new AbortController();
    const seen: string[] = [];
    const stopped = evaluateCorpus(smallCorpus(), {
      ...small,
      ...options,
      cache,
      signal: controller.signal,
      onProgress({ label, note }) {
        seen.push(label);
        if (note?.startsWith("epoch 2 ")) controller.abort(new Error("Enough"));
      },
    });
    await assertRejects(() => stopped, Error, "Enough");
    assert(seen.at(-1)!.endsWith("training"), seen.at(-1));
    const steps: number[] = [];
    const resumed = await evaluateCorpus(smallCorpus(), {
      ...small,
      ...options,
      cache,
      onProgress: ({ label, done }) => void (label.endsWith("training") && steps.push(done)),
    });
    assert(steps[0] > 1, `it began at step ${steps[0]}`);
    assertEquals(timeless(resumed), timeless(whole));
  }));

Deno.test("evaluateCorpus() stops at once where the signal has fired", () =>
  withFolder(async (cache) => {
    const signal = AbortSignal.abort(new Error("Never mind"));
    await assertRejects(
      () => evaluateCorpus(smallCorpus(), { ...small, cache, models: ["uniform"], signal }),
      Error,
      "Never mind",
    );
  }));

Deno.test("evaluateCorpus() loses no row to one that fails", async () => {
  const report = await evaluated({ models: ["uniform", "lstm"], overrides: { ...small.overrides, length: 50 } });
  assertEquals(rowsOf(report), [["uniform", "lstm:last", "lstm:best"], ["uniform"]]);
  const [{ contestant, seed, error }] = report.sections[1].failures;
  assertEquals([contestant, seed], ["lstm", 42]);
  assert(error.startsWith("Cannot make windows"), error);
});

Deno.test("evaluateCorpus() lets the network learn from the seven files alone, and holds out none of them", async () => {
  const pieces = [
    ...smallPieces(),
    ...PUBLISHED_FILES.map((path, i) => madeUpPiece(path, melody(50 + i, 30))),
  ];
  const report = await evaluated({ readings: ["published"], models: ["lstm", "lstm-seven"] }, pieces);
  assertEquals(rowsOf(report), [["lstm:last", "lstm:best", "lstm-seven:last", "lstm-seven:best"]]);
  const [{ sides }] = report.sections, { train, heldOut, name } = rowOf(report, "lstm-seven:best");
  assertEquals(name, "LSTM, the 7 files, best epoch");
  assertEquals(train.pieces, [...PUBLISHED_FILES]);
  assert(sides.heldOut.pieces.includes("cellosui/01prelud.mid"));
  assertEquals(heldOut.pieces, sides.heldOut.pieces.filter((path) => path !== "cellosui/01prelud.mid"));
});

Deno.test("evaluateCorpus() leaves out what had to be mended", async () => {
  const pieces = smallPieces();
  pieces[0].score.repairs.push({ offset: 0, message: "made up" } as unknown as typeof pieces[0]["score"]["repairs"][0]);
  const report = await evaluated({ models: ["uniform"] }, pieces);
  assertEquals(report.leftOut, [{ path: "tune1.mid", reason: "it had to be mended to be read" }]);
  assert(!JSON.stringify(report.sections).includes('"tune1.mid"'));
});

Deno.test("evaluateCorpus() leaves out drums alone and empty files, on whichever side they would stand", async () => {
  // By their names: to learn from, to choose by, to measure on.
  const drums = ["drums1.mid", "drums10.mid", "adrums5.mid"].map((path) => {
    const piece = madeUpPiece(path, melody(99));
    piece.score.parts[0].drum = true;
    return piece;
  });
  const split = splitByPiece([...smallPieces(), ...drums]);
  assertEquals([split.train, split.valid, split.test].map((side) => side.includes(drums[0])), [true, false, false]);
  assertEquals([split.train, split.valid, split.test].map((side) => side.includes(drums[1])), [false, true, false]);
  assertEquals([split.train, split.valid, split.test].map((side) => side.includes(drums[2])), [false, false, true]);
  const empty = madeUpPiece("empty.mid", []);
  const report = await evaluated({ models: ["bigram"] }, [...drums, ...smallPieces(), empty]);
  const reason = "it has only drums";
  assertEquals(report.leftOut, [
    ...drums.map(({ path }) => ({ path, reason })),
    { path: "empty.mid", reason: "it has no notes" },
  ]);
  assertEquals(timeless(report).sections, timeless(await evaluated({ models: ["bigram"] })).sections);
});

Deno.test("evaluateCorpus() says why nothing is left to evaluate", async () => {
  const drums = madeUpPiece("drums.mid", melody(99));
  drums.score.parts[0].drum = true;
  await assertRejects(() => evaluated({}, [drums]), RangeError, "drums.mid: it has only drums");
});

Deno.test("evaluateCorpus() keeps pieces that share passages on one side where it is to be strict", async () => {
  const pieces = smallPieces();
  const [first, last] = ["tune1.mid", "tune12.mid"].map((path) => pieces.findIndex((piece) => piece.path === path));
  pieces[last] = madeUpPiece("tune12.mid", [...melody(0, 31).slice(3), ...melody(77, 14)]);
  const sidesOf = ({ sections: [{ sides }] }: EvaluationReport) =>
    [first, last].map((i) => Object.values(sides).findIndex((side) => side.pieces.includes(pieces[i].path)));
  const plain = await evaluated({ models: ["uniform"] }, pieces);
  const strict = await evaluated({ models: ["uniform"], strict: true }, pieces);
  assertEquals(sidesOf(plain), [2, 0]);
  const [one, other] = sidesOf(strict);
  assertEquals(one, other);
  for (const report of [plain, strict]) assertEquals(report.sections[0].alike, [["tune1.mid", "tune12.mid"]]);
});

Deno.test("evaluateCorpus() takes all voices of pieces whose parts are voices, and leaves each on its side", async () => {
  const inTwoVoices = (piece: Piece): Piece => {
    const [part] = piece.score.parts, lower = part.notes.map((note) => ({ ...note, pitch: note.pitch - 24 }));
    return { ...piece, score: { ...piece.score, parts: [part, { ...part, notes: lower }] } };
  };
  const pieces = smallPieces().map((piece, i) => i % 4 > 0 ? inTwoVoices(piece) : piece);
  const { train, valid, test } = splitByPiece(pieces, { doubles: "leave out" });
  const pathsOf = (side: readonly Piece[]) =>
    side.filter(({ score }) => score.parts.length === 2).map(({ path }) => path);
  const { sections: [{ voices, flattening, sides }] } = await evaluated({ models: ["uniform"], voices: true }, pieces);
  assertEquals([voices, flattening], [true, "all"]);
  assertEquals(sides.train.pieces, pathsOf(train));
  assertEquals(sides.heldOut.pieces, pathsOf(valid));
  assertEquals(sides.test.pieces, pathsOf(test));
  const none = smallPieces();
  await assertRejects(() => evaluated({ voices: true }, none), RangeError, "parts that are voices");
});

Deno.test("evaluateCorpus() compares samples with stretches of test pieces, and Bach's own with them too", async () => {
  const report = await evaluated({ readings: ["published"], models: ["unigram"] });
  const [{ reference, bach, sides }] = report.sections, { samples, runs } = rowOf(report, "unigram");
  assertEquals([...new Set(reference.map(({ piece }) => piece))], sides.test.pieces);
  assertEquals([...new Set(bach!.music.map(({ piece }) => piece))], sides.heldOut.pieces);
  assertEquals(runs[0].samples.map(({ piece }) => piece), sides.test.pieces);
  for (const figures of [samples, bach!.figures]) {
    for (const { value } of Object.values(figures.divergence)) assert(value! >= 0 && value! <= 1);
    assert(figures.quotation.intervals.longest >= figures.quotation.times.longest);
    assert(figures.grade.low! <= figures.grade.value! && figures.grade.value! <= figures.grade.high!);
  }
  assert(samples.metrics.pitch_class_entropy.mean.value! <= 3);
});

Deno.test("evaluateCorpus() refuses what makes no sense", async () => {
  const refused = (options: EvaluateCorpusOptions, message: string, pieces?: Piece[]) =>
    assertRejects(() => evaluated({ models: ["uniform"], ...options }, pieces), RangeError, message);
  await refused({ seeds: 0 }, "seeds must be a positive integer, current value is 0");
  await refused({ epochs: 1.5 }, "epochs must be a positive integer, current value is 1.5");
  await refused({ samples: -1 }, "samples must be a positive integer, current value is -1");
  await refused(
    { models: ["tuba" as "lstm"] },
    'Cannot take "tuba": there is no system of notes of that name among uniform',
  );
  await refused(
    {},
    'of 2 pieces none with notes is left for the side "test"; it takes three',
    smallPieces().slice(0, 2),
  );
});
