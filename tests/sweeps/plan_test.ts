import { assertEquals, assertThrows } from "@std/assert";
import { readSweep } from "../../lib/sweeps/mod.ts";

const UNITS = { system: "lstm", sweep: { units: [32, 64] } };

Deno.test("readSweep() fills in what is left open", () => {
  assertEquals(readSweep(JSON.stringify(UNITS), "units.json"), {
    corpus: "sample",
    reading: "published",
    system: "lstm",
    settings: {},
    sweep: { units: [32, 64] },
    search: "grid",
    trials: 0,
    searchSeed: 42,
    seeds: [42],
    rungs: [],
    keep: 0.5,
    minimise: "total",
    minutes: Infinity,
  });
});

Deno.test("readSweep() takes Infinity as JSON can say it", () => {
  const { settings, sweep } = readSweep(
    '{ "system": "lstm", "settings": { "patience": "Infinity" }, "sweep": { "clipNorm": [1, "Infinity"] } }',
    "norms.json",
  );
  assertEquals([settings.patience, sweep.clipNorm], [Infinity, [1, Infinity]]);
});

for (
  const [what, file, message] of [
    ["a broken file", '{ "system": "lstm",\n  "sweep": }', "x.json is not JSON that can be read: Unexpected token '}'"],
    [
      "lists in lists without end",
      "[".repeat(1e5) + "]".repeat(1e5),
      "x.json is not JSON that can be read: it is nested too deeply",
    ],
    [
      "a key that would be a costly pattern",
      { "(([^z])*)*!": 1, note: "a".repeat(1000) },
      'x.json, line 2: there is no option "(([^z])*)*!"',
    ],
    ["a key that is no pattern", { "\u001b[31mevil": 1 }, "x.json, line 2: there is no option"],
    ["no object", "[1]", "the file must be an object with system, sweep and more, current value is [1]"],
    ["a missing system", { sweep: { units: [1] } }, "system is missing, it must be a string that is not empty"],
    ["a misspelt key", { ...UNITS, trails: 3 }, 'x.json, line 9: there is no option "trails", the nearest is "trials"'],
    ["a misspelt setting", { ...UNITS, settings: { batchsize: 3 } }, 'line 10: there is no setting "batchsize", the'],
    [
      "a misspelt setting in the search",
      { ...UNITS, sweep: { unit: [3] } },
      'no setting "unit", the nearest is "units"',
    ],
    ["a wrong value", { ...UNITS, settings: { epochs: 0.5 } }, "line 10: epochs must be a positive integer, current"],
    [
      "a wrong value in a list",
      { ...UNITS, sweep: { units: [32, "64"] } },
      "line 4: sweep.units[1] must be a positive",
    ],
    ["an empty list", { ...UNITS, sweep: { units: [] } }, "line 4: sweep.units must be a list, such as [32, 64], or"],
    ["nothing to search for", { ...UNITS, sweep: {} }, "sweep must name a setting to search for"],
    ["a number in place of a list", { ...UNITS, sweep: { units: 3 } }, "line 4: sweep.units must be a list, such as"],
    [
      "a range in a grid",
      { ...UNITS, sweep: { units: { from: 1, to: 2 } } },
      "sweep.units is a range, but a grid takes",
    ],
    ["a range that falls", random({ units: { from: 9, to: 2 } }), "sweep.units must rise, it goes from 9 to 2"],
    [
      "a logarithmic range from 0",
      random({ weightDecay: { from: 0, to: 1, scale: "log" } }),
      'sweep.weightDecay must begin above 0 for "scale": "log", current value is 0',
    ],
    ["an unknown scale", random({ units: { from: 1, to: 2, scale: "ln" } }), 'scale must be "linear" or "log"'],
    ["a misspelt end", random({ units: { from: 1, too: 2 } }), 'there is no option "too", the nearest is "to"'],
    ["a range out of range", random({ units: { from: 0, to: 2 } }), "sweep.units.from must be a positive integer"],
    ["a range of words", random({ monitor: { from: 1, to: 2 } }), 'sweep.monitor.from must be "train" or "heldOut"'],
    ["a random search without end", { ...UNITS, search: "random" }, "trials is missing, it must say how many"],
    ["trials of a grid", { ...UNITS, trials: 3 }, "line 9: trials cannot be set for a grid"],
    ["rungs that fall", { ...UNITS, rungs: [4, 2] }, "rungs must be a list of epochs, each more than the last"],
    ["keep without rungs", { ...UNITS, keep: 0.3 }, "keep takes two rungs or more"],
    ["keep of nothing", { ...UNITS, rungs: [1, 2], keep: 0 }, "keep must be a number above 0 and at most 1"],
    [
      "epochs beside rungs",
      { ...UNITS, settings: { epochs: 3 }, rungs: [1, 2] },
      "epochs cannot be set here: the last",
    ],
    ["a seed", { ...UNITS, settings: { seed: 3 } }, 'seed cannot be set here: "seeds" says with which seeds'],
    [
      "the system as a setting",
      { ...UNITS, sweep: { system: ["lstm"] } },
      'system cannot be set here: "system" is a key',
    ],
    ["other pieces", { ...UNITS, settings: { pieces: "seven" } }, "pieces cannot be set here: a sweep always learns"],
    ["fixed and searched for", { ...UNITS, settings: { units: 8 } }, "units cannot be both fixed and searched for"],
    ["a seed twice", { ...UNITS, seeds: [1, 1] }, "seeds must be a list of seeds, none twice"],
    ["no time", { ...UNITS, minutes: 0 }, "minutes must be a positive number or Infinity, current value is 0"],
  ] as const
) {
  Deno.test(`readSweep() refuses ${what}, and says where`, () => {
    const text = typeof file === "string" ? file : JSON.stringify(file, null, 1);
    assertThrows(() => readSweep(text, "x.json"), Error, message);
    assertThrows(() => readSweep(text, "x.json"), Error, "Cannot sweep: x.json");
  });
}

function random(sweep: object): object {
  return { system: "lstm", search: "random", trials: 3, sweep };
}
