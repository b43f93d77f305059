import { assert, assertEquals } from "@std/assert";
import { NOTE_FEATURES } from "../../lib/encodings/mod.ts";
import { settings } from "../../lib/settings/mod.ts";
import { isNetwork, LADDER, noteSystem, type Variant } from "../../lib/systems/mod.ts";

const comparisons = LADDER.flatMap(({ alone, among }) => [alone, among].filter((one) => one !== undefined));
const variants = comparisons.flatMap((one) => [one.without, one.with]);
const settled = ({ system, settings: own }: Variant) =>
  settings("published", { ...noteSystem(system).defaults, ...own, system });

Deno.test("LADDER has one name for the same settings, and for no others", () => {
  const byName = new Map<string, string>(), bySettings = new Map<string, string>();
  for (const { name, ...variant } of variants) {
    const said = JSON.stringify(variant);
    assertEquals(byName.get(name) ?? said, said, name);
    assertEquals(bySettings.get(said) ?? name, name);
    byName.set(name, said);
    bySettings.set(said, name);
  }
  const names = LADDER.map(({ name }) => name);
  assertEquals(new Set(names).size, names.length);
});

Deno.test("LADDER compares variants that differ in one setting alone", () => {
  for (const { without, with: having } of comparisons) {
    const [a, b] = [settled(without), settled(having)];
    const differ = Object.keys(a).filter((name) =>
      JSON.stringify(a[name as keyof typeof a]) !== JSON.stringify(b[name as keyof typeof b])
    );
    const pair = `${without.name} and ${having.name}`;
    // Viewpoints that hear the piece's own past have another name, that is all.
    if (isNetwork(noteSystem(without.system))) assertEquals(differ.filter((name) => name !== "system").length, 1, pair);
    else assertEquals(without.system, "unigram", pair);
  }
});

Deno.test("LADDER weighs features that there are, alone and beside all others, and says who looks back", () => {
  const weighed = comparisons.flatMap(({ without, with: having }) => {
    const before = without.settings.features ?? [];
    return having.settings.features!.filter((name) => !before.includes(name));
  });
  const features = new Set(variants.flatMap(({ settings: { features = [] } }) => features));
  assert(features.size >= 12);
  for (const name of features) {
    assert(Object.hasOwn(NOTE_FEATURES, name), name);
    assertEquals(weighed.filter((weighed) => weighed === name).length, 2, name);
  }
  for (const { system, settings: { features = [] } } of variants) {
    const hears = (...names: string[]) => features.some((name) => names.includes(name));
    const past = hears("past", "lenient", "rhythm", "line") ? "own past" : "state";
    assertEquals(noteSystem(system).reads ?? "state", hears("trainingMelody", "trainingRhythm") ? "training" : past);
  }
});
