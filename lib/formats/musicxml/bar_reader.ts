import { pitchOf } from "../notation/spell.ts";
import { lookOfNote, readMetre, readMetronome, UNIT } from "./durations.ts";
import { repeatSignOf } from "./measure_repeats.ts";
import { type Mending, MusicXmlError, type ScorePlace } from "./musicxml_error.ts";
import { type At, LONGEST_PIECE, type Page, type PagePart } from "./page.ts";
import { child, childrenOf, numberOf, textOf, type XmlElement } from "./xml.ts";

const STEP = /^[A-G]$/;

/** One bar of one part, read from left to right, with the moves back and forth in it. */
export class BarReader {
  readonly #page: Page;
  readonly #part: PagePart;
  readonly #bar: number;
  readonly #mending: Mending;
  readonly #number: string;
  /** Where the next note begins, in units from the barline. */
  #position = 0;
  /** How far the bar has come. */
  #reached = 0;
  /** Where the last note began: whatever sounds with it as a chord begins there, too. */
  #chordAt: number | undefined;
  /** Pitches of grace notes that are tied to what follows. */
  readonly #tiedGrace = new Set<number>();

  /** Begins at the barline. */
  constructor(page: Page, part: PagePart, bar: number, number: string, mending: Mending) {
    this.#page = page;
    this.#part = part;
    this.#bar = bar;
    this.#number = number;
    this.#mending = mending;
  }

  /**
   * Reads the bar into the page.
   *
   * @returns How long it is, in units.
   * @throws {MusicXmlError} If it goes on for longer than a piece may, or, strictly, if it is not sound.
   */
  read(bar: XmlElement): number {
    for (const element of bar.children) {
      if (element.name === "note") this.#note(element);
      else if (element.name === "backup") this.#move(element, -1);
      else if (element.name === "forward") this.#move(element, 1);
      else if (element.name === "attributes") this.#attributes(element);
      else if (element.name === "direction") this.#direction(element);
      else if (element.name === "sound") this.#sound(element, this.#position + this.#offset(element));
      else if (element.name === "barline" && (child(element, "repeat") || child(element, "ending"))) {
        this.#page.bars[this.#bar].seam = true;
      }
    }
    return this.#reached;
  }

  #place({ line }: XmlElement): ScorePlace {
    return { line, bar: this.#number, part: this.#part.name || this.#part.id };
  }

  #refuseEndless(to: number, element: XmlElement): void {
    if (to > LONGEST_PIECE * UNIT) {
      throw new MusicXmlError(`The bar is longer than ${LONGEST_PIECE} quarter notes`, this.#place(element));
    }
  }

  #advance(to: number, element: XmlElement): void {
    this.#refuseEndless(to, element);
    this.#position = to;
    this.#reached = Math.max(this.#reached, to);
  }

  #move(element: XmlElement, direction: 1 | -1): void {
    const to = this.#position + direction * this.#lengthOf(element);
    this.#chordAt = undefined;
    if (to >= 0) return this.#advance(to, element);
    this.#mending.mend(this.#place(element), "A backup goes back behind the barline", "it stops at the barline");
    this.#position = 0;
  }

  /** The length that an element's `duration` says, or a note's look where it has none, in units. */
  #lengthOf(element: XmlElement): number {
    const duration = numberOf(element, "duration");
    const look = lookOfNote(element);
    if (duration === undefined || duration < 0) {
      const wrong = textOf(element, "duration") === undefined ? "has no duration" : "has an impossible duration";
      const done = look === undefined ? "it was given no time" : "it was given the time that its type says";
      this.#mending.mend(this.#place(element), `A ${element.name} ${wrong}`, done);
      return Math.round((look ?? 0) * UNIT);
    }
    if (this.#part.divisions === undefined) {
      const divisions = look && duration > 0 ? duration / look : 1;
      this.#part.divisions = divisions;
      const done = `a quarter note was taken to have ${divisions}`;
      this.#mending.mend(this.#place(element), "The part does not say the divisions of a quarter note", done);
    }
    return Math.round(duration * UNIT / this.#part.divisions);
  }

  #note(note: XmlElement): void {
    // Grace notes take no time, and a cue note "is a silent note with no playback" (MusicXML 4.0).
    if (child(note, "grace")) {
      const pitch = this.#pitchOf(note);
      if (pitch !== undefined && tiesOf(note).has("start")) this.#tiedGrace.add(Math.round(pitch));
      return;
    }
    let length = this.#lengthOf(note);
    const rest = child(note, "rest");
    const fullBar = this.#page.barUnits(this.#part);
    if (rest?.attributes.measure === "yes" && this.#position === 0 && fullBar !== undefined && length > fullBar) {
      this.#mending.mend(this.#place(note), "A rest of a whole bar is longer than the metre", "it was cut to the bar");
      length = fullBar;
    }
    let at = this.#position;
    const inChord = child(note, "chord") !== undefined;
    if (inChord && this.#chordAt === undefined) {
      this.#mending.mend(this.#place(note), "A note of a chord has no note before it", "it begins a chord itself");
    }
    if (inChord && this.#chordAt !== undefined) {
      // However long it is, the bar goes on where the chord's first note ends.
      at = this.#chordAt;
      this.#refuseEndless(at + length, note);
    } else {
      this.#chordAt = at;
      this.#advance(at + length, note);
    }
    const staff = Math.max(1, Math.trunc(numberOf(note, "staff") ?? 1));
    this.#part.staves.add(staff);
    if (!rest && !child(note, "cue")) this.#head(note, at, length, staff);
  }

  #head(note: XmlElement, at: number, length: number, staff: number): void {
    const unpitched = child(note, "unpitched");
    const exact = unpitched ? this.#drumOf(note, unpitched) : this.#pitchOf(note, staff);
    const pitch = exact === undefined ? undefined : Math.round(exact);
    if (pitch === undefined || pitch < 0 || pitch > 127) {
      const wrong = pitch === undefined
        ? "A note has no pitch that can be read"
        : `A pitch (${pitch}) is beyond MIDI's`;
      this.#mending.mend(this.#place(note), wrong, "it was left out");
      return;
    }
    if (length === 0) {
      this.#mending.mend(this.#place(note), "A note lasts no time, and is no grace note", "it was left out");
      return;
    }
    if (pitch !== exact && this.#page.microtones.count++ === 0) this.#page.microtones.first = this.#place(note);
    const ties = tiesOf(note);
    this.#page.heads.push({
      part: this.#part.index,
      ...{ staff, at, length, pitch, bar: this.#bar, line: note.line, unpitched: unpitched !== undefined },
      voice: textOf(note, "voice") ?? "1",
      tiedBefore: ties.has("stop") && !this.#tiedGrace.has(pitch),
      tiedAfter: ties.has("start"),
      fermata: childrenOf(note, "notations").some((notations) => child(notations, "fermata")),
    });
  }

  /** The sounding pitch as a MIDI number, a quarter tone as a half of one. */
  #pitchOf(note: XmlElement, staff = 1): number | undefined {
    const pitch = child(note, "pitch");
    const letter = textOf(pitch, "step")?.toUpperCase() ?? "", octave = numberOf(pitch, "octave");
    if (!STEP.test(letter) || octave === undefined || !Number.isInteger(octave)) return undefined;
    const { transpositions } = this.#part;
    const { semitones } = transpositions.get(staff) ?? transpositions.get(0) ?? { semitones: 0 };
    return pitchOf({ letter, octave, alter: numberOf(pitch, "alter") ?? 0 }) + semitones;
  }

  /** The key of General MIDI that the note's instrument has, otherwise its place on the staff, as of `**kern`. */
  #drumOf(note: XmlElement, unpitched: XmlElement): number {
    const id = child(note, "instrument")?.attributes.id;
    const drum = id === undefined ? undefined : this.#part.drums.get(id);
    if (drum !== undefined) return drum;
    const letter = textOf(unpitched, "display-step")?.toUpperCase() ?? "B";
    const octave = numberOf(unpitched, "display-octave") ?? 4;
    return pitchOf({ letter: STEP.test(letter) ? letter : "B", octave: Math.trunc(octave), alter: 0 });
  }

  #attributes(attributes: XmlElement): void {
    const divisions = numberOf(attributes, "divisions");
    if (divisions !== undefined && divisions > 0) this.#part.divisions = divisions;
    else if (child(attributes, "divisions")) {
      const done = "those before it hold on";
      this.#mending.mend(this.#place(attributes), "The divisions of a quarter note are not positive", done);
    }
    // Of a transposing instrument the key is written as its notes are.
    for (const transpose of childrenOf(attributes, "transpose")) this.#transpose(transpose);
    for (const time of childrenOf(attributes, "time")) {
      if (child(time, "senza-misura")) continue;
      const metre = readMetre(time);
      if (metre) this.#page.metres.push({ ...this.#at(), part: this.#part.index, value: metre });
      else this.#mending.mend(this.#place(time), "A time signature cannot be read", "it was left out");
      if (metre) this.#part.metre = metre;
    }
    for (const key of childrenOf(attributes, "key")) this.#key(key);
    for (const style of childrenOf(attributes, "measure-style")) {
      const sign = repeatSignOf(style);
      if (sign) this.#page.repeatSigns.push({ part: this.#part.index, bar: this.#bar, ...sign });
    }
  }

  #transpose(transpose: XmlElement): void {
    const said = numberOf(transpose, "chromatic"), chromatic = said ?? 0;
    if (said === undefined && numberOf(transpose, "diatonic")) {
      const wrong = "A transposition does not say by how many semitones";
      return this.#mending.mend(this.#place(transpose), wrong, "it was left out");
    }
    const diatonic = numberOf(transpose, "diatonic") ?? Math.round(7 * chromatic / 12);
    const octaves = numberOf(transpose, "octave-change") ?? 0;
    this.#part.transpositions.set(Number(transpose.attributes.number ?? 0), {
      semitones: chromatic + 12 * octaves,
      // A fifth up is seven semitones and four steps.
      fifths: 7 * chromatic - 12 * diatonic,
    });
  }

  #key(key: XmlElement): void {
    const written = numberOf(key, "fifths"), mode = textOf(key, "mode");
    if (written === undefined || !Number.isInteger(written) || Math.abs(written) > 7) {
      // Signs of one's own choice (key-step) are no major or minor key.
      if (!child(key, "key-step")) {
        this.#mending.mend(this.#place(key), "A key signature cannot be read", "it was left out");
      }
      return;
    }
    const { transpositions } = this.#part;
    const { fifths: moves } = transpositions.get(0) ?? transpositions.get(1) ?? { fifths: 0 };
    if (!Number.isInteger(moves)) {
      const wrong = "The part transposes by no whole number of semitones, which moves its key to none that there is";
      this.#mending.mend(this.#place(key), wrong, "the key signature was left out");
      return;
    }
    const moved = written + moves;
    const fifths = moved > 7 ? moved - 12 : moved < -7 ? moved + 12 : moved;
    if (Math.abs(fifths) > 7) return;
    this.#page.keys.push({
      ...this.#at(),
      part: this.#part.index,
      value: { fifths, ...(mode === "major" || mode === "minor") && { mode } },
    });
  }

  #direction(direction: XmlElement): void {
    const offset = child(direction, "offset");
    const at = this.#position + (offset?.attributes.sound === "yes" ? this.#offset(direction) : 0);
    const sound = child(direction, "sound");
    if (sound && this.#sound(sound, at + this.#offset(sound))) return;
    for (const type of childrenOf(direction, "direction-type")) {
      const metronome = child(type, "metronome"), found = metronome && readMetronome(metronome);
      if (!found) continue;
      if (found.range) {
        this.#mending.mend(
          this.#place(metronome),
          "A metronome mark is a range",
          `its middle, ${found.tempo}, was taken`,
        );
      }
      return this.#tempo(metronome, found.tempo, at);
    }
  }

  /** Whether it says a tempo. */
  #sound(sound: XmlElement, at: number): boolean {
    if (sound.attributes.tempo === undefined) return false;
    this.#tempo(sound, Number(sound.attributes.tempo), at);
    return true;
  }

  #tempo(element: XmlElement, tempo: number, at: number): void {
    // MIDI stores the microseconds per quarter note in three bytes.
    if (tempo > 60e6 / 0xffffff && tempo < 60e6) {
      this.#page.tempos.push({ bar: this.#bar, at: Math.max(0, at), value: tempo });
    } else {
      this.#mending.mend(this.#place(element), `A tempo of ${tempo} quarter notes a minute`, "it was left out");
    }
  }

  #offset(element: XmlElement): number {
    return Math.round((numberOf(element, "offset") ?? 0) * UNIT / (this.#part.divisions ?? 1));
  }

  #at(): At {
    return { bar: this.#bar, at: this.#position };
  }
}

/** What ties do to a note: `start`, `stop`; signs that only look like ties (`let-ring`) do nothing. */
function tiesOf(note: XmlElement): Set<string> {
  const sounding = childrenOf(note, "tie");
  const signs = sounding.length > 0
    ? sounding
    : childrenOf(note, "notations").flatMap((notations) => childrenOf(notations, "tied"));
  return new Set(
    signs.flatMap(({ attributes: { type = "" } }) => type === "continue" ? ["start", "stop"] : [type]),
  );
}
