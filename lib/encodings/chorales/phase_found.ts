import type { FrameFeature, FrameFeatureListener } from "./frame_feature.ts";

/** Bars of 4/4 and of 3/4 in sixteenths. */
const BARS = [16, 12];
/** What lasts so many frames, a half note, begins on a strong beat. */
const LONG = 8;
/** What brings the numbers near to the other inputs. */
const MOVING = 0.5, LASTING = 2;

/**
 * Where voices have moved so far, and where long notes began, by the place in bars of 4/4 and of 3/4 that are counted from
 * the piece's beginning, which an upbeat or another metre puts out of step with the music. Both are turned so that the place
 * of the frame to come stands first: what has happened on it, a sixteenth after it, and so on. `moving` is how many voices
 * changed there on average, `lasting` how many of the notes that began there lasted a half note.
 */
export const phaseFound: FrameFeature = {
  name: "phase",
  hears: BARS.flatMap((bar) => [{ name: `moving${bar}`, width: bar }, { name: `lasting${bar}`, width: bar }]),
  listen: () => listening(BARS.map((bar) => ({ bar, moved: new Float64Array(bar), lasted: new Float64Array(bar) }))),
};

interface Places {
  readonly bar: number;
  readonly moved: Float64Array;
  readonly lasted: Float64Array;
}

function listening(places: readonly Places[]): FrameFeatureListener {
  return {
    hear(past) {
      const { length, lines } = past, now = length - 1;
      // In the first frame nothing moves yet.
      const moved = now > 0 ? lines.filter((line) => line.at(-1)!.start === now).length : 0;
      const lasted = length > 0 ? lines.filter((line) => now - line.at(-1)!.start === LONG - 1).length : 0;
      return Object.assign(
        {},
        ...places.map(({ bar, moved: ofPlaces, lasted: longOnes }) => {
          if (length > 0) ofPlaces[now % bar] += moved;
          if (length >= LONG) longOnes[(now - LONG + 1) % bar] += lasted;
          const turned = (counts: Float64Array, weight: number) =>
            Array.from(counts, (_, i) => {
              const place = (length + i) % bar, times = Math.ceil(Math.max(0, length - place) / bar);
              return times === 0 ? 0 : weight * counts[place] / times;
            });
          return { [`moving${bar}`]: turned(ofPlaces, MOVING), [`lasting${bar}`]: turned(longOnes, LASTING) };
        }),
      );
    },
    fork: () =>
      listening(places.map(({ bar, moved, lasted }) => ({ bar, moved: moved.slice(), lasted: lasted.slice() }))),
  };
}
