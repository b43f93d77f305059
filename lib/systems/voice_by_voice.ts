import { type NoteEvent, voicePieces } from "../encodings/mod.ts";
import type { Settings } from "../settings/mod.ts";
import type { NetworkSystem } from "./system.ts";
import { viewpoints, viewpointSystem } from "./viewpoints.ts";

/**
 * The paper's "voice-separated training regime" (Kronforst and Mitra, 2025, among its future work): viewpoints of one voice
 * at a time. Pieces are taken voice by voice, as `voicePieces` makes them: a piece's parts where they are lines,
 * otherwise voices that are found. The setting `voice` says which of them a model names, the setting `others` what it
 * hears of the rest. How many voices there are, and which one this is, is given.
 */
function voiceSystem(name: string, title: string, others: Settings["others"]): NetworkSystem<NoteEvent> {
  const features = [...viewpoints.defaults!.features!, "voice", ...others === "none" ? [] : ["others"]];
  const system = viewpointSystem({ name, title, defaults: { features, others } });
  return {
    ...system,
    citation: '"Voice-separated training" of Kronforst and Mitra, "RNN Music Generation" (2025), with viewpoints',
    encoding(settings, lessons) {
      const { voice, others } = settings, pieces = lessons && voicePieces(lessons, { voice, others });
      const encoding = system.encoding(settings, pieces);
      return {
        ...encoding,
        settings: { ...encoding.settings, voice, others },
        pieces: (pieces) => voicePieces(pieces, { voice, others }),
      };
    },
  };
}

/** Each voice as if it were alone. The sum over all voices is a likelihood of notes and voices that knows no harmony. */
export const voiceAlone: NetworkSystem<NoteEvent> = voiceSystem("voice-alone", "voices, each alone", "none");

/**
 * Each voice from what all voices have had before. The sum over all voices is a likelihood of all notes and of their
 * voices, and so comparable with that of a stream, which says the notes alone: who sings them comes on top.
 */
export const voicePast: NetworkSystem<NoteEvent> = voiceSystem("voice-past", "voices, the others' past heard", "past");

/**
 * Each voice where the others are given, up to the notes that begin together with its own: harmonising. What it says is
 * conditioned on notes that no model of a stream has heard, so its figures compare with those of no other system.
 */
export const voiceGiven: NetworkSystem<NoteEvent> = voiceSystem(
  "voice-given",
  "voices, the others given (conditional)",
  "given",
);
