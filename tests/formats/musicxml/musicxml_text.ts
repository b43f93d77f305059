/** MusicXML to read, as briefly as it can be written. */

/** A note: `note("F#4", 2)` lasts two divisions; what else stands in it comes as XML. */
export function note(pitch: string, duration: number, more = ""): string {
  const [, step, sign, octave] = /^([A-G])([#b]?)(-?\d)$/.exec(pitch)!;
  const alter = sign ? `<alter>${sign === "#" ? 1 : -1}</alter>` : "";
  return `<note><pitch><step>${step}</step>${alter}<octave>${octave}</octave></pitch>` +
    `<duration>${duration}</duration>${more}</note>`;
}

/** A rest. */
export function rest(duration: number, more = ""): string {
  return `<note><rest/><duration>${duration}</duration>${more}</note>`;
}

/** What the first bar of a part says: divisions, a metre and whatever is given. */
export function attributes(more = "", { divisions = 2, metre = "4/4" } = {}): string {
  const [beats, type] = metre.split("/");
  const time = `<time><beats>${beats}</beats><beat-type>${type}</beat-type></time>`;
  return `<attributes><divisions>${divisions}</divisions>${time}${more}</attributes>`;
}

/** Bars of the parts, partwise; each part is a list of bars. `list` is what the part list says of each part. */
export function partwise(parts: string[][], list: string[] = []): string {
  const scoreParts = parts.map((_, i) =>
    `<score-part id="P${i + 1}">${list[i] ?? "<part-name>Flute</part-name>"}</score-part>`
  );
  const bodies = parts.map((bars, i) =>
    `<part id="P${i + 1}">${bars.map((bar, j) => `<measure number="${j + 1}">${bar}</measure>`).join("")}</part>`
  );
  return `<?xml version="1.0"?>\n<score-partwise version="4.0"><part-list>${scoreParts.join("")}</part-list>\n` +
    `${bodies.join("\n")}\n</score-partwise>`;
}
