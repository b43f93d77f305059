import { assert, assertEquals, assertNotEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { PUBLISHED_FILES, splitByPiece } from "../../lib/corpus/mod.ts";
import { notePieces } from "../../lib/encodings/mod.ts";
import {
  evaluateTransfer,
  type EvaluateTransferOptions,
  piecesOf,
  scoreModel,
  transferMarkdown,
  type TransferReport,
} from "../../lib/evaluation/mod.ts";
import { likelihood, pieceScores } from "../../lib/metrics/mod.ts";
import { corpusTable, inNanoseconds } from "../../lib/notes/mod.ts";
import { networkModel } from "../../lib/sampling/mod.ts";
import { settings } from "../../lib/settings/mod.ts";
import { gruMetre } from "../../lib/systems/mod.ts";
import { loadModel } from "../../lib/training/mod.ts";
import { madeUpPiece, melody, withFolder } from "../corpus/made_up.ts";
import { change, heard } from "../training/damages.ts";
import { small, smallCorpus, smallPieces } from "./small_corpus.ts";

const { train, valid, test } = splitByPiece(smallPieces());
const pitchesOf = (path: string) => melody(Number(path.match(/\d+/)![0]) - 1, 30 + Number(path.match(/\d+/)![0]));
const transposed = (name: string, path: string) => madeUpPiece(name, pitchesOf(path).map((pitch) => pitch + 4));

/** Two new tunes, and one piece of each side of the small corpus in another key. */
const others = [{
  name: "others",
  pieces: [
    madeUpPiece("new1.mid", melody(30, 60)),
    madeUpPiece("new2.mid", melody(31, 60)),
    transposed("learned.mid", train[0].path),
    transposed("held out.mid", valid[0].path),
    transposed("measured.mid", test[0].path),
  ],
  leftOut: [],
}];

const options: EvaluateTransferOptions = {
  model: "lstm",
  others,
  sizes: [1, 3, 50],
  draws: 2,
  notes: 120,
  overrides: small.overrides,
};

/** Evaluates in a cache of its own. */
async function evaluated(changes: Partial<EvaluateTransferOptions> = {}): Promise<TransferReport> {
  let report: TransferReport;
  await withFolder(async (cache) => {
    report = await evaluateTransfer(smallCorpus(), { ...options, cache, ...changes });
  });
  return report!;
}

Deno.test("evaluateTransfer() puts starts and sizes side by side, as plain JSON, the same each time", async () => {
  const report = await evaluated();
  assertEquals(JSON.parse(JSON.stringify(report)), report);
  assertEquals(await evaluated(), report);
  const { starts, points, seeds, sides } = report;
  assertEquals(starts.map(({ name, learned }) => [name, learned?.pieces]), [
    ["random weights", undefined],
    ["all voices of the corpus", 7],
    ["other music", 2],
  ]);
  assertEquals(seeds, [42, 43]);
  const names = starts.map(({ name }) => name);
  assertEquals(
    points.map((point) => [point.start, piecesOf(point)]),
    ["1", "3", "all 7"].flatMap((size) => names.map((name) => [name, size])),
  );
  for (const { pieces, runs } of points) {
    assertEquals(runs.map(({ seed }) => seed), seeds);
    for (const run of runs) {
      assertEquals(run.pieces.length, pieces);
      assert(run.pieces.every((path) => sides.train.pieces.includes(path)), `${run.pieces}`);
      assert(run.epoch[0] >= 1 && run.epoch[0] <= run.epoch[1]);
      for (const { total, macro, pitch, step, duration } of [run.heldOut, run.test]) {
        assert(Math.abs(pitch + step + duration - total) < 1e-9 && macro > 0);
      }
    }
  }
  // The same pieces whatever it begins with, the larger ones with the smaller in them, others for another seed.
  const drawn = (size: number, start: string) =>
    points.find((point) => point.pieces === size && point.start === start)!.runs.map(({ pieces }) => pieces);
  for (const name of names) assertEquals(drawn(3, name), drawn(3, names[0]));
  drawn(3, names[0]).forEach((pieces, i) => assertEquals(drawn(1, names[0])[i], pieces.slice(0, 1)));
  assertNotEquals(...drawn(3, names[0]) as [string[], string[]]);
  const nats = (start: string) => points.filter((point) => point.start === start).map(({ runs }) => runs[0].test.total);
  assertNotEquals(nats(names[0]), nats(names[1]));
  assertNotEquals(nats(names[1]), nats(names[2]));
});

Deno.test("evaluateTransfer() lets nothing be learned from before that is held out or measured, in no key", async () => {
  const { starts: [, own, other] } = await evaluated({ sizes: [1], draws: 1, notes: 60 });
  assertEquals(other.leftOut.map(({ path }) => path), [
    "others/learned.mid",
    "others/held out.mid",
    "others/measured.mid",
  ]);
  assertEquals(other.before!.pieces, ["others/new1.mid", "others/new2.mid"]);
  assertEquals(own.before!.pieces, train.map(({ path }) => path));

  // A training piece that has much of a test piece.
  const passages = smallPieces().map((piece) =>
    piece.path === train[1].path
      ? madeUpPiece(piece.path, [...melody(40, 30), ...pitchesOf(test[1].path).slice(0, 28), ...melody(41, 30)])
      : piece
  );
  await withFolder(async (cache) => {
    const report = await evaluateTransfer(smallCorpus(passages), {
      ...options,
      sizes: [1],
      draws: 1,
      notes: 60,
      cache,
    });
    assertEquals(report.starts[1].leftOut.map(({ path }) => path), [train[1].path]);
  });
});

Deno.test("evaluateTransfer() learns from the paper's seven files, and takes them out of what is held out", async () => {
  const seven = PUBLISHED_FILES.map((path, i) => madeUpPiece(path, melody(50 + i, 40)));
  await withFolder(async (cache) => {
    const corpus = smallCorpus([...smallPieces(), ...seven]);
    const report = await evaluateTransfer(corpus, { ...options, others: [], sizes: [1], draws: 1, notes: 60, cache });
    const { points, starts, sides } = report;
    assertEquals(starts.map(({ name }) => name), ["random weights", "all voices of the corpus"]);
    const { runs: [run] } = points.find(({ from }) => from === "seven")!;
    assertEquals(run.pieces, PUBLISHED_FILES);
    assert(splitByPiece(corpus.pieces).valid.some(({ path }) => PUBLISHED_FILES.includes(path)), "no case in point");
    assert(!sides.heldOut.pieces.some((path) => PUBLISHED_FILES.includes(path)));
    assertStringIncludes(transferMarkdown(report), "| the paper's seven |");
  });
});

Deno.test("evaluateTransfer() goes on where it was stopped, to the same report, and then trains no more", async () => {
  const straight = await evaluated({ sizes: [1], draws: 1 });
  await withFolder(async (cache) => {
    const stop = new AbortController();
    const half = { ...options, sizes: [1], draws: 1, cache };
    let steps = 0;
    const onProgress = ({ label }: { label: string }) => {
      if (label.startsWith("other music, 1 of 7") && label.endsWith("training") && ++steps === 2) stop.abort();
    };
    await assertRejects(
      () => evaluateTransfer(smallCorpus(), { ...half, signal: stop.signal, onProgress }),
      DOMException,
    );
    assertEquals(await evaluateTransfer(smallCorpus(), half), straight);
    const labels: string[] = [];
    await evaluateTransfer(smallCorpus(), { ...half, onProgress: ({ label }) => void labels.push(label) });
    assertEquals([...new Set(labels)], ["reading the notes"]);
  });
});

Deno.test("evaluateTransfer() measures classes in windows as scoreModel() does note by note", () =>
  withFolder(async (cache) => {
    const reading = "corrected", overrides = { batchSize: 20, length: 64, shift: 64 };
    const how = {
      ...options,
      model: "gru-metre",
      units: 4,
      reading,
      others: [],
      sizes: [1],
      draws: 1,
      overrides,
    } as const;
    const { points, sides } = await evaluateTransfer(smallCorpus(), { ...how, cache });
    const chosen = settings(reading, { ...gruMetre.defaults, ...overrides, units: 4 });
    const unseen = smallPieces().filter(({ path }) => sides.test.pieces.includes(path));
    const events = notePieces(inNanoseconds(corpusTable(unseen, { transpose: true })));
    const found: string[] = [];
    for await (const { name, isDirectory } of Deno.readDir(cache)) {
      if (!isDirectory) continue;
      const model = await loadModel(`${cache}/${name}/model`);
      const heard = { encoding: gruMetre.encoding(chosen), heads: gruMetre.heads(chosen) };
      const scored = await scoreModel(networkModel(model, { name: "", carryState: true, ...heard }), events);
      const { nats, macroNats } = likelihood(pieceScores(scored, "total"));
      found.push(`${nats.toFixed(4)} ${macroNats.toFixed(4)}`);
      model.dispose();
    }
    for (const { runs: [{ test }] } of points) {
      const [total, macro] = [test.total, test.macro].map((value) => value.toFixed(4));
      assert(found.includes(`${total} ${macro}`), `${total} ${macro} is not among ${found}`);
    }
  }));

Deno.test("transferMarkdown() shows means with the lowest and highest, and what pre-training changes", async () => {
  const report = await evaluated({ sizes: [1] });
  const text = transferMarkdown(report);
  for (const line of ["# Transfer on small", "| begins with", "| other music", "What pre-training changes there"]) {
    assertStringIncludes(text, line);
  }
  const [bare, , other] = report.points.map(({ runs }) => runs.map(({ test }) => test.total));
  const changes = other.map((nats, i) => nats - bare[i]);
  const [low, high] = [Math.min(...changes), Math.max(...changes)].map((value) => value.toFixed(2));
  assertStringIncludes(text, `${((changes[0] + changes[1]) / 2).toFixed(2)} [${low}, ${high}]`);
});

Deno.test("evaluateTransfer() refuses what is not a network, and corpora that are too small", async () => {
  await assertRejects(() => evaluated({ model: "bigram" }), RangeError, 'Cannot take "bigram"');
  await assertRejects(
    () => evaluateTransfer(smallCorpus(smallPieces().slice(0, 1)), options),
    RangeError,
    "of 1 pieces none with notes is left",
  );
});

Deno.test("evaluateTransfer() trains anew what it has kept and finds damaged, to the same report", () =>
  withFolder(async (cache) => {
    const evaluate = () => evaluateTransfer(smallCorpus(), { ...options, sizes: [1], draws: 1, cache });
    const report = await evaluate();
    let damaged = 0;
    for await (const { name, isDirectory } of Deno.readDir(cache)) {
      if (!isDirectory) continue;
      for (const kind of ["model", "checkpoint"]) {
        await change(`${cache}/${name}/${kind}/weights.bin`, (bytes) => void (bytes[9] ^= 1));
        damaged++;
      }
    }
    assert(damaged > 2, `${damaged}`);
    const said = await heard(async () => assertEquals(await evaluate(), report));
    assertStringIncludes(said, "weights.bin of the model has other bytes than its manifest says");
  }));
