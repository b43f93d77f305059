/**
 * Models of music, one file a system, each naming its paper.
 *
 * Whatever names the next note does so through one interface,
 * {@linkcode NoteModel}: it hears the notes of a piece and says before each how
 * likely every pitch, step and duration is. The n-grams and their like learn
 * from a table of notes in seconds:
 *
 * ```ts
 * import { assert } from "@std/assert";
 * import { corpusTable } from "../notes/mod.ts";
 * import { openCorpus } from "../corpus/mod.ts";
 * import { unigramModel } from "./mod.ts";
 *
 * const { pieces } = await openCorpus("sample");
 * const model = unigramModel(corpusTable(pieces));
 * const { pitch } = model.listen().next();
 * assert(pitch[69] > pitch[68], "A is more common than G sharp");
 * ```
 *
 * A network is a `tf.LayersModel`: `summary()`, `predict()`, `fit()` and
 * `tf.io` work as the documentation of TensorFlow.js says. `networkModel` of
 * `lib/sampling` makes a note model of it.
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
export type { HeardNote, Listener, NextNote, NoteModel } from "./note_model.ts";
export { heardPieces, noteClasses, type NoteHeadName } from "./note_classes.ts";
export { type HeadListener, modelOfHeads, type NoteHead } from "./note_head.ts";
export { bigramGrid, repeatGrid, uniformGrid, unigramGrid } from "./grid_baselines.ts";
export { type GridClasses, gridClasses, type GridListener, type GridModel } from "./grid_model.ts";
export { intervalHead } from "./interval_head.ts";
export { type MixtureHead, mixtureHead } from "./mixture_head.ts";
export { NgramCounts } from "./ngram_counts.ts";
export { type NgramHead, ngramHead, type NgramOptions } from "./ngram_head.ts";
export { bestNgramModel, bigramModel, unigramModel } from "./ngram_models.ts";
export { repeatHead, repeatModel } from "./repeat_head.ts";
export { SMOOTHINGS } from "./smoothing.ts";
export { uniformHead, uniformModel } from "./uniform.ts";
export { vanillaLstm, type VanillaLstmOptions } from "./vanilla_lstm.ts";
export { glorotUniform, orthogonal } from "./initialisers.ts";
