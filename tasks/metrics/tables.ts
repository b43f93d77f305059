import { basename } from "node:path";
import { mean, METRICS, sampleSd } from "../../lib/metrics/mod.ts";
import { keyName } from "../../lib/notes/mod.ts";
import { textTable } from "../terminal_text.ts";
import type { MeasuredFile } from "./measure_files.ts";

/** How many files stand side by side; more are summed up. */
const SIDE_BY_SIDE = 4;

/** The metrics of some files, a block per family. */
export function metricTables(files: readonly MeasuredFile[]): string[] {
  if (files.length === 0) return [];
  const few = files.length <= SIDE_BY_SIDE;
  const names = files.map(({ path }) => basename(path));
  const heads = new Set(names).size === names.length ? names : files.map(({ path }) => path);
  const columns = few ? heads : ["pieces", "mean", "sd", "least", "median", "most"];
  const total = files.reduce((sum, { table }) => sum + table.height, 0);
  return [
    ...(few
      ? files.map(({ path, table, metrics }) =>
        [path, `${table.height} notes`, `${metrics.Duration.toFixed(2)} s`, keyInWords(metrics)].join(" · ")
      )
      : [`${files.length} files · ${total} notes`]),
    ...files.flatMap(({ path, repairs }) => repairs.map((repair) => `${path} repaired: ${repair}`)),
    ...files.flatMap(({ path, warnings }) => warnings.map((warning) => `${path}: ${warning}`)),
    ...files.flatMap(({ path, reasons }) => lacking(reasons).map((words) => `${path} has no ${words}`)),
    "",
    ...familyTables(columns, (name) => {
      const values = files.map(({ metrics }) => metrics[name]);
      return few ? values.map(cell) : spread(values);
    }),
  ];
}

/** Metrics that cannot be had, those of one reason together; not those that are undefined of such music. */
function lacking(reasons: Record<string, string>): string[] {
  const byReason = Map.groupBy(Object.keys(reasons), (name) => reasons[name]);
  return [...byReason].flatMap(([reason, names]) => /^Cannot/.test(reason) ? [`${names.join(", ")}: ${reason}`] : []);
}

/** The key by name; where the profiles differ, every key with those that find it. */
function keyInWords(metrics: Record<string, number>): string {
  const profiles = METRICS.flatMap(({ name }) => name.match(/^key_tonic_(.*)/)?.[1] ?? []);
  const byName = Map.groupBy(profiles, (profile) => {
    const [tonic, mode] = ["tonic", "mode"].map((what) => metrics[`key_${what}_${profile}`]);
    return Number.isNaN(tonic) ? "no key" : keyName(tonic, mode === 1 ? "minor" : "major");
  });
  const names = [...byName];
  return names.length === 1 ? names[0][0] : names.map(([name, some]) => `${name} (${some.join(", ")})`).join(" or ");
}

/** A table per family of the catalogue, with the cells that a metric has. */
export function familyTables(columns: string[], cells: (metric: string) => string[]): string[] {
  const families = [...new Set(METRICS.map(({ family }) => family))];
  return families.flatMap((family) => {
    const rows = METRICS.filter((metric) => metric.family === family).map(({ name, unit }) => {
      return [name, ...cells(name), unit];
    });
    return [...textTable([family, ...columns, ""], rows), ""];
  });
}

/** A number to four digits, "–" where there is none; what rounding left of a zero is one. */
export function cell(value: number): string {
  if (!Number.isFinite(value)) return "–";
  if (Math.abs(value) < 1e-9) return "0";
  return Number.isInteger(value) ? `${value}` : `${Number(value.toPrecision(4))}`;
}

/** Mean and sample standard deviation of what is defined. */
export function meanAndSd(values: readonly number[]): [mean: number, sd: number] {
  const known = values.filter(Number.isFinite);
  return [mean(known), sampleSd(known)];
}

function spread(values: readonly number[]): string[] {
  const known = Float64Array.from(values.filter(Number.isFinite)).sort();
  const middle = known.length / 2;
  const median = (known[Math.ceil(middle) - 1] + known[Math.floor(middle)]) / 2;
  return [`${known.length}`, ...[...meanAndSd(values), known[0], median, known[known.length - 1]].map(cell)];
}
