import type { Said, Values } from "../encoding.ts";
import { type BarPlace, placeInBar } from "../note_events.ts";
import type { NoteFeature, NoteFeatureListener, NoteSide } from "./note_feature.ts";
import type { Meeting, NotePast } from "./note_past.ts";
import { flooredLogs, logColumn, SIDE_LOGS } from "./side_logs.ts";

/** How much of an event's weight is left after the next one under the same condition. */
const LEFT = 0.95;
/** What stands against what was heard under a condition, and what a class that never was has of the weight. */
const UNSURE = 0.5, UNHEARD = 0.003;
/** Places in a quarter that are told apart. */
const SPOTS = 12;

/** A moment at which a note comes. */
interface Moment {
  past: NotePast;
  /** The last note before it. */
  at: number;
  /** What is known of it: classes. */
  drawn: Said;
  /** How the notes before stand to it; nothing where its step is not known, or it is the first. */
  meeting?: Meeting;
}

/** One condition under which a side of a note is counted. */
interface Condition {
  name: string;
  of: NoteSide;
  /** What has to be drawn of the note to know it. */
  after: readonly NoteSide[];
  /** The class of the condition; nothing where there is none. */
  given(moment: Moment): number | undefined;
}

const CONDITIONS: readonly Condition[] = [
  { name: "stepByStep", of: "step", after: [], given: ({ past, at }) => past.steps[at] },
  { name: "stepByPlace", of: "step", after: [], given: ({ past, at }) => placeOf(past.places[at]) },
  { name: "pitchByPitch", of: "pitch", after: [], given: ({ past, at }) => past.pitches[at] },
  {
    name: "pitchByEnded",
    of: "pitch",
    after: ["step"],
    given: ({ past, meeting }) => meeting && past.pitches[meeting.open[0]],
  },
  { name: "durationByDuration", of: "duration", after: [], given: ({ past, at }) => past.durations[at] },
  { name: "durationByStep", of: "duration", after: ["step"], given: ({ drawn }) => drawn.step },
  { name: "durationByPitch", of: "duration", after: ["pitch"], given: ({ drawn }) => drawn.pitch },
];

/** A place in the bar as a class; nothing where nobody knows. */
function placeOf(place: BarPlace | undefined): number | undefined {
  return place && placeInBar(place, SPOTS);
}

/**
 * What usually follows what in the piece: how often it has had each step after one like the last and from this place in the bar,
 * each pitch after the last one and after the one that ends, each duration after one like the last, with this step, and on
 * this pitch. Natural logs of the shares, to be weighed and added to logits; what was long ago under the same condition counts less.
 */
export const transitions: NoteFeature = {
  name: "transitions",
  knows: CONDITIONS.map(({ name, of, after }) => logColumn(name, of, after)),
  listen: () => listening(CONDITIONS.map(() => new Map())),
};

/** Of each condition, by its class, how often each class has come. */
type Tables = Map<number, Float64Array>[];

function listening(tables: Tables): NoteFeatureListener {
  return {
    know(past, drawn): Values {
      const meeting = drawn.step === undefined || past.length === 0 ? undefined : past.meet(drawn.step);
      const moment = { past, at: past.length - 1, drawn, meeting };
      const known = CONDITIONS.filter(({ after }) => after.every((side) => drawn[side] !== undefined));
      return Object.fromEntries(known.map((condition) => {
        const given = condition.given(moment), table = tables[CONDITIONS.indexOf(condition)];
        return [
          condition.name,
          logsOf(given === undefined ? undefined : table.get(given), SIDE_LOGS[condition.of].classes),
        ];
      }));
    },
    hear(past): Values {
      const last = past.length - 1;
      const drawn = { step: past.steps[last], pitch: past.pitches[last], duration: past.durations[last] };
      const moment = { past, at: last - 1, drawn, meeting: past.came };
      // The first note follows nothing.
      if (last > 0) {
        CONDITIONS.forEach(({ of, given }, i) => count(tables[i], given(moment), drawn[of], SIDE_LOGS[of].classes));
      }
      return {};
    },
    fork: () => listening(tables.map((table) => new Map([...table].map(([given, row]) => [given, row.slice()])))),
  };
}

function count(table: Map<number, Float64Array>, given: number | undefined, came: number, classes: number): void {
  if (given === undefined) return;
  const row = table.get(given) ?? new Float64Array(classes);
  for (let c = 0; c < classes; c++) row[c] *= LEFT;
  row[came]++;
  table.set(given, row);
}

/** Natural logs of the shares of a row; those of nothing heard where there is none. */
function logsOf(row: Float64Array | undefined, classes: number): Float32Array {
  if (!row) return flooredLogs(new Float64Array(classes), UNHEARD);
  return flooredLogs(row, UNHEARD, UNSURE + row.reduce((sum, weight) => sum + weight));
}
