/**
 * What a model hears and says of each event of a piece: named columns of
 * classes or numbers. An {@linkcode Encoding} listens to one event at a time;
 * {@linkcode encodeWhole} listens to whole pieces, for training, and so gives the
 * same numbers.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { encodeWhole, paperEncoding } from "./mod.ts";
 *
 * const encoding = paperEncoding();
 * const scale = [60, 62, 64].map((pitch) => ({ pitch, step: 0.5, duration: 0.25 }));
 * const { heard, said } = encodeWhole(encoding, [scale]);
 *
 * assertEquals(heard.notes.slice(0, 3), Float32Array.of(60 / 128, 0.5, 0.25));
 * assertEquals(said.pitch, Int32Array.of(60, 62, 64));
 * assertEquals(encoding.decode({ pitch: 64, step: 0.5, duration: 0.25 }), scale[2]);
 * ```
 *
 * @module
 */
export * from "./encoding.ts";
export { type CellClasses, cellClasses } from "./cell_classes.ts";
export { type Cell, cellPieces, gridCells, START } from "./grid_cells.ts";
export { movingLogs } from "./moving.ts";
export { noteClasses } from "./note_classes.ts";
export {
  type BarPlace,
  type NoteEvent,
  notePieces,
  type NotePiecesOptions,
  type OtherNote,
  placeAfter,
} from "./note_events.ts";
export { paperEncoding, type PaperEncodingOptions } from "./paper.ts";
export {
  classesOfTempo,
  scalingDurations,
  scalingLogs,
  scalingSeconds,
  type ScalingSecondsOptions,
  scalingSteps,
} from "./scaling.ts";
export { voicePieces, type VoicePiecesOptions } from "./voice_pieces.ts";
export { movingPitches, type MovingPitchesOptions, turningPitchClasses } from "./transposing.ts";
export {
  type AroundEncoding,
  aroundEncoding,
  type AroundOptions,
  type ChoraleCells,
  type IsUnknown,
  type Moment,
  momentPieces,
} from "./chorales/around.ts";
export { FRAME_FEATURES, frameFeatures } from "./chorales/catalogue.ts";
export {
  choraleTokens,
  type Token,
  type TokenClasses,
  tokenClasses,
  tokenPieces,
  type VoiceToken,
} from "./chorales/tokens.ts";
export { type FrameEvent, framePieces, START_FRAME } from "./chorales/frame_events.ts";
export {
  type DrawnVoices,
  frameEncoding,
  type FrameFeature,
  frameFeature,
  type FrameFeatureListener,
} from "./chorales/frame_feature.ts";
export { FramePast, type LineNote } from "./chorales/frame_past.ts";
export type { FrameLikeness } from "./chorales/passages_alike.ts";
export {
  FORGIVING,
  type FrameVoting,
  passagesHeard,
  type PassagesHeardOptions,
  QUOTING,
  RECURRING,
} from "./chorales/passages_heard.ts";
export { anchors, anchorsAhead } from "./notes/anchors.ts";
export { barHeard, type BarHeardOptions } from "./notes/bar_heard.ts";
export { BeatFound } from "./notes/beat_found.ts";
export { NOTE_FEATURES, noteFeatures } from "./notes/catalogue.ts";
export { type Chord, CHORD_QUALITIES, chordHeard, chordOf, type ChordQuality } from "./notes/chord_heard.ts";
export { habits } from "./notes/habits.ts";
export { KeyFound, keyHeard } from "./notes/key_heard.ts";
export { linePast } from "./notes/line_past.ts";
export { loudnessHeard } from "./notes/loudness_heard.ts";
export {
  metreHeard,
  type QuantisationError,
  quantisationError,
  type QuantisationErrorOptions,
} from "./notes/metre_heard.ts";
export {
  featureEncoding,
  type FeatureEncodingOptions,
  type NoteFeature,
  type NoteFeatureListener,
  type NoteSide,
  pastFeature,
} from "./notes/note_feature.ts";
export { type Meeting, NotePast } from "./notes/note_past.ts";
export { LENIENT, type Likeness, ownPast, type OwnPastOptions, RHYTHMIC, STRICT } from "./notes/own_past.ts";
export type { PassageKind } from "./notes/passage_index.ts";
export type { VotingOptions } from "./notes/passage_votes.ts";
export { othersHeard } from "./notes/others_heard.ts";
export { recentNotes } from "./notes/recent_notes.ts";
export { trainingPast, type TrainingPastOptions } from "./notes/training_past.ts";
export { transitions } from "./notes/transitions.ts";
export { instrumentHeard, voiceHeard } from "./notes/voice_heard.ts";
export { voicesFound } from "./notes/voices_found.ts";
