import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { openCorpus } from "../../lib/corpus/mod.ts";
import { encodeWhole, type NoteEvent, notePieces } from "../../lib/encodings/mod.ts";
import { evaluateCorpus } from "../../lib/evaluation/mod.ts";
import { startBackend } from "../../lib/kernels/mod.ts";
import { corpusTable, durationClasses, stepClasses } from "../../lib/notes/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import { generate, networkModel } from "../../lib/sampling/mod.ts";
import { settings } from "../../lib/settings/mod.ts";
import { gruMetre, metreEncoding } from "../../lib/systems/mod.ts";
import { withFolder } from "../corpus/made_up.ts";
import { small, smallCorpus } from "../evaluation/small_corpus.ts";

await startBackend();

/** Quarter notes at 120 a minute in 3/4, of which the first two know their places. */
const WALTZ: NoteEvent[] = [0, 1, 2, 3, 4].map((i) => ({
  pitch: 60 + i,
  step: i === 0 ? 0 : 0.5,
  duration: 0.5,
  ...i < 2 && { place: { quarter: i, bar: 3, ...i > 0 && { tempo: 2 } } },
}));

Deno.test("metreEncoding counts the bar on after notes that do not say their place, and knows the next place by the step", () => {
  const { heard, known } = encodeWhole(metreEncoding, [WALTZ]);
  assertEquals(heard.place, Int32Array.of(0, 4, 8, 0, 4));
  // Before the second onset there is no tempo; the classes' own times come near enough to sixteenths.
  assertEquals(known.place, Int32Array.of(32, 32, 8, 0, 4));
  const listener = metreEncoding.listen();
  assertEquals(listener.know!({ step: 0 }).place, 32);
  WALTZ.slice(0, 3).forEach((note) => listener.hear(note));
  const fork = listener.fork();
  listener.hear(WALTZ[3]);
  assertEquals(fork.know!({ step: stepClasses.of(0.25) }).place, 10);
  assertEquals(listener.know!({ step: 0 }).place, 0);
});

Deno.test("notePieces() says where notes stand in their bars, as the file has it", async () => {
  const { pieces } = await openCorpus("sample", { only: ["bwv1007-menuet1.krn"] });
  const table = corpusTable(pieces), [{ events }] = notePieces(table);
  // In 3/4 beats are quarter notes.
  const beats = table.getColumn("beat").toArray() as number[];
  events.forEach(({ place }, i) => {
    assertAlmostEquals(place!.quarter, beats[i] - 1, 1e-9);
    assertAlmostEquals(place!.bar, 3, 1e-9);
  });
});

Deno.test("gruMetre names the pitch given the step that is drawn, and carries on from a fork", () => {
  const chosen = settings("corrected", { ...gruMetre.defaults, length: 8, units: 6 });
  const model = gruMetre.build({ ...chosen, prng: seeded(1) });
  const [encoding, heads] = [gruMetre.encoding(chosen), gruMetre.heads(chosen)];
  const listener = networkModel(model, { name: "gru", carryState: false, encoding, heads }).listen();
  WALTZ.slice(0, 3).forEach((note) => listener.hear(note));
  const pitch = (step: number) => [...Array.from(listener.next("pitch", { step }))];
  const step = [...Array.from(listener.next("step", {}))];
  assertNotEquals(pitch(0), pitch(30));
  assertEquals([...Array.from(listener.next("step", { step: 30 }))], step);
  assertEquals([...Array.from(listener.fork().next("pitch", { step: 7 }))], pitch(7));
  model.dispose();
});

Deno.test("gruMetre learns, is scored and plays beside all other systems, with nothing told of it but its name", () =>
  withFolder(async (cache) => {
    const overrides = { ...small.overrides, length: 8, shift: 8, units: 8 };
    const models = ["uniform", "gru-metre"];
    const report = await evaluateCorpus(smallCorpus(), {
      ...small,
      overrides,
      readings: ["corrected"],
      models,
      epochs: 12,
      cache,
    });
    const [{ rows, failures }] = report.sections;
    assertEquals(failures, []);
    assertEquals(rows.map(({ id }) => id), ["uniform", "gru-metre:last", "gru-metre:best"]);
    const [uniform, , best] = rows.map(({ likelihood }) => likelihood.total.micro.value!);
    assert(best < uniform - 1, `${best} against ${uniform} nats`);
    assertEquals(rows[1].runs[0].samples[0].notes.pitch.length, small.overrides!.count);
  }));

Deno.test("generate() lets gruMetre play times of classes", async () => {
  const chosen = settings("corrected", { ...gruMetre.defaults, length: 8, units: 6 });
  const model = gruMetre.build({ ...chosen, prng: seeded(2) });
  const [encoding, heads] = [gruMetre.encoding(chosen), gruMetre.heads(chosen)];
  const table = await generate(model, WALTZ, {
    count: 5,
    temperature: 1,
    prng: seeded(3),
    encoding,
    heads,
    carryState: false,
  });
  for (const row of table.toRecords() as unknown as NoteEvent[]) {
    assertEquals(stepClasses.seconds(stepClasses.of(row.step)), row.step);
    assertEquals(durationClasses.seconds(durationClasses.of(row.duration)), row.duration);
  }
  model.dispose();
});
