import { assertEquals } from "@std/assert";
import { longestQuotation, quotationIndex } from "../../../lib/metrics/mod.ts";
import { corpusTable } from "../../../lib/notes/mod.ts";
import { sharedTest } from "../../shared.ts";
import { heldOutBach } from "../../corpus/held_out.ts";

// Counted with NumPy on pretty_midi's reading (reference/pretty_midi_bach228.json.gz), every note of the piece against
// every note of the 160 training pieces: with ST = np.diff(T, prepend=T[:1]) for each training piece, note by note
//   m = (P[1:] == p[i]) & (P[:-1] == p[i - 1]), by times also np.abs(ST[1:] - step) <= 0.01,
//     by intervals np.diff(P) == p[i] - p[i - 1]
//   run = np.where(m, np.concatenate([[0], run[:-1]]) + 1, P == p[i]), by intervals 1 instead of P == p[i]
// The length of the longest run.
const EXPECTED = {
  first: {
    "cellosui/04prelud.mid": { pitches: 12, intervals: 22, times: 5 },
    "invent/invent4.mid": { pitches: 37, intervals: 37, times: 37 },
    "organ/toccata2.mid": { pitches: 163, intervals: 163, times: 7 },
  },
  all: {
    "cellosui/04prelud.mid": { pitches: 12, intervals: 19, times: 8 },
    "invent/invent4.mid": { pitches: 9, intervals: 17, times: 8 },
    "organ/toccata2.mid": { pitches: 251, intervals: 251, times: 12 },
  },
};

sharedTest("longestQuotation() finds what three held-out pieces share with 160 others", async () => {
  const { pieces, reference: { split } } = await heldOutBach();
  const train = pieces.filter(({ path }) => !split.test.includes(path) && !split.valid.includes(path));
  assertEquals([pieces.length, train.length], [204, 160]);
  for (const flattening of ["first", "all"] as const) {
    const index = quotationIndex(corpusTable(train, { flattening }));
    for (const [path, expected] of Object.entries(EXPECTED[flattening])) {
      const sample = corpusTable(pieces.filter((piece) => piece.path === path), { flattening });
      for (const by of ["pitches", "intervals", "times"] as const) {
        assertEquals(longestQuotation(index, sample, { by })!.notes, expected[by], `${path}, ${flattening}, ${by}`);
      }
    }
  }
});
