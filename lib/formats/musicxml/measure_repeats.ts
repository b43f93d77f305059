import { type Mending, MusicXmlError } from "./musicxml_error.ts";
import type { Head, Page, RepeatSign } from "./page.ts";
import { child, type XmlElement } from "./xml.ts";

/** At most so many times as many noteheads are played as are written, and `SHORT` in any case. */
const MOST_TIMES = 64, SHORT = 20_000;

/** The sign in a `measure-style` that repeats bars or beats; `undefined` where there is none. */
export function repeatSignOf(style: XmlElement): Omit<RepeatSign, "part" | "bar"> | undefined {
  const sign = child(style, "measure-repeat") ?? child(style, "beat-repeat");
  if (!sign) return undefined;
  const bars = sign.name === "beat-repeat" ? 0 : Math.max(1, Math.trunc(Number(sign.text) || 1));
  return { staff: Number(style.attributes.number) || 0, starts: sign.attributes.type === "start", bars };
}

/**
 * Writes out the bars that a sign repeats (`measure-repeat`): each gets the notes of the bar that stands one pattern
 * before it. The sign says how a bar is printed, so that one in which notes stand is left as it is. Beats that a sign
 * repeats (`beat-repeat`) cannot be written out, since nothing says which they are; that is mended.
 *
 * @throws {MusicXmlError} If more bars are repeated than anybody writes, or, strictly, if a sign has nothing to repeat.
 */
export function writeOutRepeats(page: Page, mending: Mending): void {
  const written = page.heads.length;
  const most = Math.max(SHORT, MOST_TIMES * written);
  for (const [part, signs] of Map.groupBy(page.repeatSigns, ({ part }) => part)) {
    const heads = Map.groupBy(page.heads.filter((head) => head.part === part), ({ bar }) => bar);
    const active = new Map<number, RepeatSign>();
    let next = 0;
    for (let bar = signs[0].bar; bar < page.bars.length; bar++) {
      const here = page.bars[bar].lengths.find((each) => each.part === part);
      if (!here) break;
      const { name, id } = page.parts[part];
      const place = { line: here.line, bar: page.bars[bar].number, part: name || id };
      const own = (staff: number, index = bar) =>
        (heads.get(index) ?? []).filter((head) => staff === 0 || head.staff === staff);
      for (; signs[next]?.bar === bar; next++) {
        const sign = signs[next], { staff, starts, bars } = sign;
        if (starts) active.set(staff, sign);
        else if (staff === 0) active.clear();
        else active.delete(staff);
        if (!starts || bars > 0) continue;
        active.delete(staff);
        if (own(staff).every(({ at, length }) => at + length < here.units)) {
          mending.mend(place, "A sign repeats beats, which are not written", "they were left out");
        }
      }
      for (const [staff, sign] of active) {
        if (own(staff).length > 0) continue;
        const from = bar - sign.bars;
        if (from < 0) {
          mending.mend(place, "A sign repeats a bar before the first", "the bar was left empty");
          continue;
        }
        const copies = own(staff, from).map((head, _, all) => ({
          ...head,
          ...tiesWithin(head, all),
          bar,
          line: here.line,
        }));
        if (copies.length === 0) continue;
        if (page.heads.length + copies.length > most) {
          const wrong = `Signs repeat bars until there are more than ${most} notes, of ${written} that are written`;
          throw new MusicXmlError(wrong, place);
        }
        heads.set(bar, [...heads.get(bar) ?? [], ...copies]);
        for (const copy of copies) page.heads.push(copy);
        const units = page.bars[from].lengths.find((each) => each.part === part)!.units;
        Object.assign(here, { sounds: true, units: Math.max(here.units, units) });
      }
    }
  }
}

/** The ties of a note that both begin and end in its bar. */
function tiesWithin(head: Head, bar: readonly Head[]): Pick<Head, "tiedBefore" | "tiedAfter"> {
  const end = head.at + head.length;
  const goesOn = head.tiedAfter &&
    bar.some(({ at, pitch, tiedBefore }) => tiedBefore && at === end && pitch === head.pitch);
  return { tiedBefore: head.tiedBefore && head.at > 0, tiedAfter: goesOn };
}
