import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { type PlayingBand, playingBands } from "../../lib/plots/mod.ts";
import { assertSnapshot } from "./snapshot.ts";

const range = (low: number, middle: number, high: number) => ({ low, middle, high });
const NAMES = ["LSTM", "viewpoints", "viewpoints, own past"];
const of = (...ranges: ReturnType<typeof range>[]) => NAMES.map((name, i) => ({ name, ...ranges[i] }));

/** Made-up measures of three players. */
const BANDS: PlayingBand[] = [
  {
    name: "step classes",
    music: range(2, 8, 14),
    players: of(range(20, 31, 40), range(6, 11, 18), range(1, 2, 9)),
  },
  {
    name: "stepwise",
    music: range(0.26, 0.58, 0.75),
    players: of(range(0.05, 0.1, 0.2), range(0.4, 0.55, 0.7), range(0.3, 0.5, 0.8)),
  },
  {
    name: "pitch-class entropy",
    music: range(2.9, 3.1, 3.3),
    players: of(range(3.4, 3.5, 3.56), range(2.8, 3.1, 3.3), range(2, 2.6, 3.2)),
  },
  {
    name: "longest self-repeat",
    music: range(3, 6, 20),
    players: of(range(1, 2, 3), range(4, 6, 12), range(12, 60, 150)),
  },
];

Deno.test("playingBands() draws a panel for each measure, and says who is outside in what", () => {
  const figure = playingBands(BANDS);
  assertStringIncludes(
    figure.description,
    "LSTM: outside in step classes, stepwise, pitch-class entropy, longest self-repeat; viewpoints: inside in all; " +
      "viewpoints, own past: outside in pitch-class entropy, longest self-repeat",
  );
  assertEquals(figure.width <= 800, true);
  assertSnapshot(figure, "playing_bands");
});

Deno.test("playingBands() leaves out what is not known", () => {
  const unknown = { low: null, middle: null, high: null };
  const [first] = BANDS;
  const { description } = playingBands([
    { ...first, players: [{ name: "silence", ...unknown }] },
    { ...first, name: "groove", music: { ...unknown, low: NaN }, players: [{ name: "silence", ...unknown }] },
  ], { title: "Silence" });
  assertEquals(description, "Silence silence: outside in step classes");
});

Deno.test("playingBands() draws where all is one number", () => {
  const { svg } = playingBands([{
    name: "loops",
    music: range(0, 0, 0),
    players: of(...NAMES.map(() => range(0, 0, 0))),
  }]);
  assertEquals([...svg.matchAll(/>([\d.]+)</g)].map(([, tick]) => tick), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
});

Deno.test("playingBands() says what it lacks", () => {
  assertThrows(() => playingBands([]), RangeError, "nothing is measured of the music");
  assertThrows(() => playingBands([{ ...BANDS[0], players: [] }]), RangeError, "there are no players");
});
