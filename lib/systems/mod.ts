/**
 * Systems that learn music, one file per paper: what each hears and says, its
 * network or its way of counting, its citation. {@linkcode NOTE_SYSTEMS} and
 * {@linkcode CHORALE_SYSTEMS} are the one list that tasks, evaluation, bench and
 * notebooks share.
 *
 * What has learned names the next event through one interface,
 * {@linkcode SequenceModel}: it hears the events of a piece and says before each
 * how likely every value is. The n-grams and their like learn in seconds:
 *
 * ```ts
 * import { assert } from "@std/assert";
 * import { openCorpus } from "../corpus/mod.ts";
 * import { notePieces } from "../encodings/mod.ts";
 * import { corpusTable } from "../notes/mod.ts";
 * import { settings } from "../settings/mod.ts";
 * import { ngrams } from "./mod.ts";
 *
 * const notes = notePieces(corpusTable((await openCorpus("sample")).pieces));
 * const lessons = { train: notes.slice(1), heldOut: notes.slice(0, 1) };
 * const model = ngrams.learn(lessons, settings("corrected"));
 *
 * const listener = model.listen();
 * for (const note of notes[0].events.slice(0, 20)) listener.hear(note);
 * const pitch = listener.next("pitch", {});
 * assert(pitch[69] > pitch[119], "A is more common than a B that nobody sings");
 * ```
 *
 * A network is a `tf.LayersModel`: `summary()`, `predict()`, `fit()` and
 * `tf.io` work as the documentation of TensorFlow.js says. `networkModel` of
 * `lib/sampling` makes a sequence model of it.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { startBackend } from "../kernels/mod.ts";
 * import { seeded } from "../random/mod.ts";
 * import { vanillaLstm } from "./mod.ts";
 *
 * await startBackend();
 * const model = vanillaLstm({ prng: seeded(42) });
 * assertEquals(model.countParams(), 84_354);
 * assertEquals(model.outputNames, ["pitch", "step", "duration"]);
 * ```
 *
 * @module
 */
export * from "./bachbot.ts";
export * from "./baselines.ts";
export * from "./chorale_baselines.ts";
export * from "./chorale_mixture.ts";
export * from "./chorale_viewpoints.ts";
export * from "./chorale_system.ts";
export * from "./column_model.ts";
export * from "./deepbach.ts";
export { followPiece } from "./follow_piece.ts";
export * from "./grid_gru.ts";
export * from "./gru_density.ts";
export * from "./gru_metre.ts";
export { mixedModel, type MixedModelOptions, type MixtureWeights } from "./mixed_model.ts";
export * from "./ladder.ts";
export * from "./music_transformer.ts";
export * from "./ngram_columns.ts";
export { NgramCounts } from "./ngram_counts.ts";
export * from "./ngrams.ts";
export * from "./paper_lstm.ts";
export * from "./race.ts";
export * from "./registry.ts";
export * from "./sequence_model.ts";
export * from "./system.ts";
export * from "./viewpoints.ts";
export * from "./viewpoints_mixture.ts";
export * from "./voice_by_voice.ts";
