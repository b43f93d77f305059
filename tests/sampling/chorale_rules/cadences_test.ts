import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { openChorales } from "../../../lib/corpus/mod.ts";
import { cadenceOf, inWrittenKey } from "../../../lib/sampling/mod.ts";
import { REST } from "../../../lib/score/mod.ts";
import { sharedTest } from "../../shared.ts";

const SHARED = new URL("../../../../shared/corpus/", import.meta.url);
const C_MAJOR = [72, 67, 64, 48], G_MAJOR = [71, 67, 62, 43], A_MINOR = [72, 69, 64, 45];

Deno.test("cadenceOf() names how a phrase closes, in C major", () => {
  const closes: [before: number[], after: number[], name: string | undefined][] = [
    [G_MAJOR, C_MAJOR, "authentic"],
    [[74, 67, 62, 47], C_MAJOR, "authentic"],
    [[74, 65, 62, 47], C_MAJOR, "authentic"],
    [[71, 65, 62, 50], C_MAJOR, "authentic"],
    [[74, 66, 62, 50], G_MAJOR, "authentic"],
    [[71, 68, 64, 52], A_MINOR, "authentic"],
    [A_MINOR, G_MAJOR, "half"],
    [C_MAJOR, G_MAJOR, "half"],
    [[74, 69, 62, 53], [76, 71, 64, 52], "half"],
    [[72, 69, 65, 53], C_MAJOR, "plagal"],
    [[72, 68, 65, 53], C_MAJOR, "plagal"],
    [G_MAJOR, A_MINOR, "deceptive"],
    [G_MAJOR, [72, 68, 63, 44], "deceptive"],
    [A_MINOR, C_MAJOR, "other"],
    [G_MAJOR.map(() => REST), C_MAJOR, "other"],
    [G_MAJOR, [72, 67, 64, 52], undefined],
    [G_MAJOR, [71, 65, 62, 47], undefined],
    [G_MAJOR, [72, 65, 67, 48], undefined],
  ];
  for (const [before, after, name] of closes) assertEquals(cadenceOf(before, after, 0), name, `${before} to ${after}`);
});

Deno.test("cadenceOf() leaves open what is not known yet", () => {
  assertEquals(cadenceOf([72, 67, 64], [72, 67, 64], 0), "authentic", "B may come in the bass");
  assertEquals(cadenceOf(A_MINOR, [72, 67], 0), "other", "only C major is left, and nothing leads there");
  assertEquals(cadenceOf(A_MINOR, [71, 67], 0), "half");
  assertEquals(cadenceOf(A_MINOR, [72, 67, 64, 48]), "half", "in F major that would be the dominant");
  assertEquals(cadenceOf([], [72, 66], 0), undefined);
});

sharedTest("cadenceOf() counts Bach's cadences as its documentation says", async () => {
  const { train } = await openChorales({
    cache: fileURLToPath(new URL("chorales370", SHARED)),
    jsb: fileURLToPath(new URL("jsb/", SHARED)),
  });
  const count = { fermatas: {} as Record<string, number>, beats: {} as Record<string, number> };
  for (const chorale of train) {
    const { frames, tonic } = inWrittenKey(chorale), { fermata, place } = chorale.notation!;
    for (let t = 1; t < frames.length; t++) {
      const kind = fermata[t] ? !fermata[t - 1] && "fermatas" : place[t] % 4 === 0 && "beats";
      if (!kind) continue;
      const name = cadenceOf(frames[t - 1], frames[t], tonic) ?? "none";
      if (kind === "fermatas") assert(frames[t][3] !== REST, "a bass that rests");
      count[kind][name] = (count[kind][name] ?? 0) + 1;
    }
  }
  const percent = (counts: Record<string, number>) => {
    const all = Object.values(counts).reduce((a, b) => a + b, 0);
    return {
      all,
      ...Object.fromEntries(Object.entries(counts).map(([name, n]) => [name, (100 * n / all).toFixed(1)])),
    };
  };
  assertEquals(percent(count.fermatas), {
    ...{ all: 1209, authentic: "68.6", half: "12.2", plagal: "3.4", deceptive: "1.8", other: "6.4", none: "7.7" },
  });
  assertEquals(percent(count.beats), {
    ...{ all: 8277, authentic: "16.4", half: "6.6", plagal: "1.9", deceptive: "2.5", other: "16.5", none: "56.0" },
  });
});
