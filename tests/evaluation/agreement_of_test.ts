import { assertAlmostEquals, assertEquals } from "@std/assert";
import { agreementOf } from "../../lib/evaluation/mod.ts";
import { REST } from "../../lib/score/mod.ts";

Deno.test("agreementOf() counts the lower voices alone, octaves apart as pitch classes, and rests as themselves", () => {
  const bach = [{ frames: [[67, 62, 59, 43], [67, 62, 59, REST]] }, { frames: [[72, 64, 60, 48], [71, 62, 55, 43]] }];
  const other = [{ frames: [[60, 62, 57, 55], [67, 60, 59, REST]] }, {
    frames: [[72, 64, 48, 47], [71, 62, 55, REST]],
  }];
  const { agreement: { voices, all }, pitchClasses } = agreementOf(bach, other);
  assertEquals(voices, [3 / 4, 2 / 4, 1 / 4]);
  assertAlmostEquals(all, 6 / 12, 1e-12);
  // The tenor of the third and the bass of the first are octaves off.
  assertAlmostEquals(pitchClasses, 8 / 12, 1e-12);
});

Deno.test("agreementOf() is 1 of what is the same", () => {
  const same = [{ frames: [[67, 62, REST, 43]] }];
  assertEquals(agreementOf(same, same), { agreement: { voices: [1, 1, 1], all: 1 }, pitchClasses: 1 });
});
