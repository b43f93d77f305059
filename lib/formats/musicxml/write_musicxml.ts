import type { Part, Score } from "../../score/mod.ts";
import { clefOf } from "../notation/clef.ts";
import { signOf, type SpelledPitch } from "../notation/spell.ts";
import { PER_WHOLE, writeOut, type WrittenHead, type WrittenScore } from "../notation/write_out.ts";

/** MusicXML's names of note values, by their share of a whole note. */
const TYPES: Readonly<Record<number, string>> = {
  0.25: "long",
  0.5: "breve",
  1: "whole",
  2: "half",
  4: "quarter",
  8: "eighth",
  16: "16th",
  32: "32nd",
  64: "64th",
};
const ACCIDENTALS: Readonly<Record<number, string>> = {
  [-2]: "flat-flat",
  [-1]: "flat",
  0: "natural",
  1: "sharp",
  2: "double-sharp",
};

/**
 * Writes a score as MusicXML 4.0, `score-partwise`, for MuseScore, Finale, Sibelius, Dorico and music21: a part on a staff
 * of its own for each part, so that each voice of a chorale can be played, moved or printed alone, under one bracket;
 * with clefs, key, metre, tempo, bars, rests, ties, fermatas, and the accidentals that have to be printed. Pitches are
 * spelled as by {@linkcode writeKern}. Beams are left to the program that opens it. Drums are left out.
 *
 * The elements stand in the order of the W3C's document type definition, "MusicXML 4.0" (2021).
 *
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 * import { readMelody, writeMusicXml } from "../mod.ts";
 *
 * assertStringIncludes(writeMusicXml(readMelody("key=G f#4")), "<step>F</step><alter>1</alter><octave>4</octave>");
 * ```
 *
 * @param score A score whose parts are voices: notes of one part that overlap begin and end together.
 * @throws {RangeError} If there is no note, one does not stand on a grid of sixty-fourths, or a part is not one voice.
 */
export function writeMusicXml(score: Score): string {
  const written = writeOut(score, "write MusicXML");
  const several = written.parts.length > 1;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 4.0 Partwise//EN" ' +
    '"http://www.musicxml.org/dtds/partwise.dtd">',
    '<score-partwise version="4.0">',
    ...(score.title ? [`<work><work-title>${escaped(score.title)}</work-title></work>`] : []),
    "<identification><encoding><software>Notenbuch</software></encoding></identification>",
    "<part-list>",
    ...(several ? ['<part-group type="start" number="1"><group-symbol>bracket</group-symbol></part-group>'] : []),
    ...written.parts.map(({ part }, i) => scorePart(part, i)),
    ...(several ? ['<part-group type="stop" number="1"/>'] : []),
    "</part-list>",
    ...written.parts.flatMap((_, i) => partOf(written, i)),
    "</score-partwise>",
    "",
  ].join("\n");
}

function scorePart({ name, program, channel }: Part, i: number): string {
  const id = `P${i + 1}`, instrument = `${id}-I1`, words = escaped(name || `Part ${i + 1}`);
  return `<score-part id="${id}"><part-name>${words}</part-name>` +
    `<score-instrument id="${instrument}"><instrument-name>${words}</instrument-name></score-instrument>` +
    `<midi-instrument id="${instrument}"><midi-channel>${channel + 1}</midi-channel>` +
    `<midi-program>${program + 1}</midi-program></midi-instrument></score-part>`;
}

/** The bars of a part, one element a line. */
function partOf({ bars, parts, metres, keys, tempos }: WrittenScore, index: number): string[] {
  const { part, heads } = parts[index];
  const lines = [`<part id="P${index + 1}">`];
  for (const [i, bar] of bars.entries()) {
    const inBar = <T extends { at: number }>(things: readonly T[]) =>
      things.filter(({ at }) => at >= bar.from && at < bar.to);
    const implicit = i === 0 && !bar.full ? ' implicit="yes"' : "";
    lines.push(`<measure number="${bar.number ?? i + 1}"${implicit}>`);
    const said = inBar(keys), keyed = said.filter(({ at }) => at === bar.from);
    const attributes = [
      ...(i === 0 ? [`<divisions>${PER_WHOLE / 4}</divisions>`] : []),
      ...keyed.map(keyElement),
      ...inBar(metres).map(({ numerator, denominator }) =>
        `<time><beats>${numerator}</beats><beat-type>${denominator}</beat-type></time>`
      ),
      ...(i === 0 ? [clefElement(part)] : []),
    ];
    if (attributes.length > 0) lines.push(`<attributes>${attributes.join("")}</attributes>`);
    const sounding = accidentals(keys.findLast(({ at }) => at <= bar.from)?.fifths ?? 0);
    for (const head of inBar(heads)) {
      const until = head.at + head.value.length;
      const within = <T extends { at: number }>(things: readonly T[]) =>
        things.filter(({ at }) => at >= head.at && at < until);
      // A key that changes within a bar changes at an onset: a part that holds a note over it says so after it.
      for (const key of said.filter((key) => !keyed.includes(key) && key.at <= head.at)) {
        lines.push(`<attributes>${keyElement(key)}</attributes>`);
        keyed.push(key);
        sounding.change(key.fifths);
      }
      if (index === 0) lines.push(...within(tempos).map((tempo) => tempoElement(tempo, tempo.at - head.at)));
      const fillsBar = head.at === bar.from && until === bar.to && bar.full;
      lines.push(...noteElements(head, fillsBar, sounding.sign));
    }
    if (i === bars.length - 1) {
      lines.push('<barline location="right"><bar-style>light-heavy</bar-style></barline>');
    }
    lines.push("</measure>");
  }
  return [...lines, "</part>"];
}

/** A head's elements: a note for each pitch, or one rest. */
function noteElements(
  head: WrittenHead,
  fillsBar: boolean,
  sign: (pitch: SpelledPitch) => number | undefined,
): string[] {
  const { pitches, value: { reciprocal, dotted, length }, tiedBefore, tiedAfter, fermata } = head;
  const type = `<type>${TYPES[reciprocal]}</type>${dotted ? "<dot/>" : ""}`;
  const ties = [...(tiedBefore ? ["stop"] : []), ...(tiedAfter ? ["start"] : [])];
  const notations = (marks: string[]) => marks.length > 0 ? `<notations>${marks.join("")}</notations>` : "";
  const hold = fermata ? ['<fermata type="upright"/>'] : [];
  if (pitches.length === 0) {
    const rest = fillsBar ? '<rest measure="yes"/>' : "<rest/>";
    return [`<note>${rest}<duration>${length}</duration><voice>1</voice>${fillsBar ? "" : type}</note>`];
  }
  return pitches.map((pitch, i) => {
    const { letter, alter, octave } = pitch;
    const printed = tiedBefore ? undefined : sign(pitch);
    return `<note>${i > 0 ? "<chord/>" : ""}<pitch><step>${letter}</step>${alter ? `<alter>${alter}</alter>` : ""}` +
      `<octave>${octave}</octave></pitch><duration>${length}</duration>` +
      ties.map((end) => `<tie type="${end}"/>`).join("") +
      `<voice>1</voice>${type}${printed === undefined ? "" : `<accidental>${ACCIDENTALS[printed]}</accidental>`}` +
      `${notations([...ties.map((end) => `<tied type="${end}"/>`), ...(i === 0 ? hold : [])])}</note>`;
  });
}

/** What has to be printed before the notes of one bar: a sign where neither the key nor an earlier note says it. */
function accidentals(fifths: number) {
  let said = new Map<string, number>();
  return {
    change(next: number): void {
      fifths = next;
      said = new Map();
    },
    sign({ letter, alter, octave }: SpelledPitch): number | undefined {
      const place = letter + octave, known = said.get(place) ?? signOf(letter, fifths);
      said.set(place, alter);
      return known === alter ? undefined : alter;
    },
  };
}

function keyElement({ fifths, mode }: { fifths: number; mode?: string }): string {
  return `<key><fifths>${fifths}</fifths>${mode ? `<mode>${mode}</mode>` : ""}</key>`;
}

function clefElement(part: Part): string {
  const { sign, line, octavesLower } = clefOf(part);
  const lower = octavesLower ? `<clef-octave-change>${-octavesLower}</clef-octave-change>` : "";
  return `<clef><sign>${sign}</sign><line>${line}</line>${lower}</clef>`;
}

/** A tempo that the music reaches `offset` after what follows it: both the mark and the sound stand there. */
function tempoElement({ perMinute }: { perMinute: number }, offset: number): string {
  return '<direction placement="above"><direction-type><metronome><beat-unit>quarter</beat-unit>' +
    `<per-minute>${perMinute}</per-minute></metronome></direction-type>` +
    `${offset ? `<offset sound="yes">${offset}</offset>` : ""}<sound tempo="${perMinute}"/></direction>`;
}

function escaped(text: string): string {
  // deno-lint-ignore no-control-regex -- XML has no place for them, not even escaped.
  return text.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "")
    .replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
