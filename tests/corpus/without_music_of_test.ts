import { assert, assertEquals } from "@std/assert";
import { openCorpus, splitByPiece, withoutMusicOf } from "../../lib/corpus/mod.ts";
import { sharedTest } from "../shared.ts";
import { heldOutBach } from "./held_out.ts";
import { madeUpPiece, melody } from "./made_up.ts";

const others = [1, 2, 3].map((seed) => madeUpPiece(`other${seed}.mid`, melody(seed, 120)));
const [first, second, third] = others.map(({ score }) => score.parts[0].notes.map(({ pitch }) => pitch));

Deno.test("withoutMusicOf() leaves out copies, other keys, parts, wholes and near doubles, and says why", () => {
  const up = (pitches: number[], interval: number) => pitches.map((pitch) => pitch + interval);
  const ornamented = third.flatMap((pitch, i) => i % 30 === 7 ? [pitch, pitch + 2, pitch] : [pitch]);
  const pieces = [
    madeUpPiece("new.mid", melody(9, 120)),
    madeUpPiece("copy.mid", first),
    madeUpPiece("transposed.mid", up(second, -5)),
    madeUpPiece("part.mid", up(second.slice(40, 80), 3)),
    madeUpPiece("whole.mid", [...melody(10, 60), ...up(first, 2), ...melody(11, 60)]),
    madeUpPiece("ornamented.mid", up(ornamented, 1)),
    madeUpPiece("other1.mid", melody(12, 120), "another file of that name"),
  ];
  const apart = withoutMusicOf(pieces, others);
  assertEquals(apart.pieces.map(({ path }) => path), ["new.mid", "other1.mid"]);
  assert(apart.pieces[0] === pieces[0]);
  assertEquals(apart.leftOut.map(({ path }) => path), [
    "copy.mid",
    "transposed.mid",
    "part.mid",
    "whole.mid",
    "ornamented.mid",
  ]);
  assertEquals(apart.leftOut[0].reason, "up to 100 % of it is also in other1.mid, or of that in it");
  assert(apart.leftOut[4].reason.endsWith("is also in other3.mid, or of that in it"), apart.leftOut[4].reason);
});

Deno.test("withoutMusicOf() takes a piece for its own double, and nothing without others", () => {
  assertEquals(withoutMusicOf(others, others).pieces, []);
  assertEquals(withoutMusicOf(others, []), { pieces: others, leftOut: [] });
  assertEquals(withoutMusicOf([], others), { pieces: [], leftOut: [] });
});

sharedTest(
  "withoutMusicOf() keeps the sample's movements that are held out or test in the 228 from pre-training",
  async () => {
    const { pieces } = await heldOutBach();
    const { train, valid, test } = splitByPiece(pieces);
    const sample = (await openCorpus("sample")).pieces;
    const { leftOut } = withoutMusicOf(sample, [...valid, ...test]);
    assertEquals(leftOut.map(({ path, reason }) => [path, reason.match(/in (\S+),/)![1]]), [
      ["bwv1007-prelude.krn", "cellosui/01prelud.mid"],
      ["bwv775-invention.krn", "invent/invent4.mid"],
      ["bwv784-invention.krn", "invent/invent13.mid"],
      ["bwv850-prelude.krn", "wtcbki/prelude5.mid"],
    ]);
    // Of the training pieces, one that has much of a test piece, and two that have a trill or a scale in common with one.
    const own = withoutMusicOf(train, [...valid, ...test]).leftOut;
    assertEquals(own.map(({ path }) => path), ["brandenb/brand51.mid", "organ/toccata1.mid", "partitas/sar1.mid"]);
  },
);
