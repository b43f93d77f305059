import { zipSync } from "fflate";
import { FormatError, readKern, readMusicXml, writeMusicXml } from "../../lib/formats/mod.ts";
import type { Dice } from "./dice.ts";
import { beginning } from "./kern.ts";
import { holdSound } from "./sound_score.ts";
import { CASES, filesIn, hold, SAMPLE, type Subject } from "./subject.ts";

/** MusicXML, plain and zipped: what is altered are elements, attributes, what they say, nesting and entities. */
export const MUSICXML: Subject = {
  name: "musicxml",
  ending: ".musicxml",
  async seeds() {
    const [kern] = await filesIn(SAMPLE, "chorale.krn");
    const texts = [...TEXTS, writeMusicXml(readKern(beginning(new TextDecoder().decode(kern))))];
    return [...texts.map(encode), ...await filesIn(CASES, ".musicxml")];
  },
  mutate(seed, dice) {
    const text = dice.chance(0.1) ? dice.scatter(seed) : encode(mutate(new TextDecoder().decode(seed), dice));
    if (dice.chance(0.95)) return text;
    const zip = zipSync({
      "META-INF/container.xml": encode(dice.pick(CONTAINERS)),
      [dice.pick(["score.xml", "score.musicxml", "./score.xml", "../score.xml", "a/b.xml"])]: text,
    }, { level: 1 });
    return dice.chance(0.3) ? dice.scatter(zip) : zip;
  },
  read(mutant) {
    const mended = attempt(mutant, true), strict = attempt(mutant, false);
    hold(mended || !strict, "it is read as it stands, and refused when it may be mended");
    return mended;
  },
};

function attempt(bytes: Uint8Array, repair: boolean): boolean {
  try {
    // A zip may hold a thousand times of itself; what it may hold is the matter of zips.
    holdSound(readMusicXml(bytes, { repair }), bytes[0] === 0x50 ? Infinity : bytes.length);
    return true;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    hold(/^(Line \d+|Cannot read )/.test(error.message), () => `it is refused without saying where: ${error.message}`);
    return false;
  }
}

const encode = (text: string) => new TextEncoder().encode(text);

const CONTAINERS = [
  '<?xml version="1.0"?><container><rootfiles><rootfile full-path="score.xml"/></rootfiles></container>',
  '<container><rootfiles><rootfile full-path="../score.xml"/></rootfiles></container>',
  "<container/>",
  "",
];

const TEXTS = [
  `<?xml version="1.0" encoding="UTF-8"?>
<score-partwise version="4.0">
<work><work-title>Fuzz &amp; &#233;</work-title></work>
<part-list>
<score-part id="P1"><part-name>Clarinet in A</part-name><score-instrument id="I1"><instrument-name>C</instrument-name></score-instrument><midi-instrument id="I1"><midi-channel>1</midi-channel><midi-program>72</midi-program></midi-instrument></score-part>
<score-part id="P2"><part-name>Drums</part-name></score-part>
</part-list>
<part id="P1">
<measure number="0" implicit="yes">
<attributes><divisions>6</divisions><key><fifths>-3</fifths><mode>minor</mode></key><time><beats>3</beats><beat-type>4</beat-type></time><staves>2</staves><transpose><diatonic>-2</diatonic><chromatic>-3</chromatic></transpose></attributes>
<direction><direction-type><metronome><beat-unit>quarter</beat-unit><beat-unit-dot/><per-minute>60</per-minute></metronome></direction-type><sound tempo="90"/></direction>
<note><pitch><step>C</step><alter>1</alter><octave>5</octave></pitch><duration>6</duration><tie type="start"/><voice>1</voice><type>quarter</type><staff>1</staff></note>
</measure>
<measure number="1">
<barline location="left"><repeat direction="forward"/></barline>
<note><pitch><step>C</step><alter>1</alter><octave>5</octave></pitch><duration>12</duration><tie type="stop"/><voice>1</voice><staff>1</staff></note>
<note><chord/><pitch><step>E</step><octave>5</octave></pitch><duration>12</duration><voice>1</voice><staff>1</staff></note>
<note><grace/><pitch><step>F</step><octave>5</octave></pitch><voice>1</voice></note>
<note><rest/><duration>2</duration><voice>1</voice></note>
<note><pitch><step>G</step><octave>4</octave></pitch><duration>2</duration><voice>1</voice><time-modification><actual-notes>3</actual-notes><normal-notes>2</normal-notes></time-modification></note>
<note><cue/><pitch><step>A</step><octave>4</octave></pitch><duration>2</duration></note>
<backup><duration>18</duration></backup>
<forward><duration>6</duration><voice>2</voice></forward>
<note><pitch><step>B</step><alter>-1</alter><octave>3</octave></pitch><duration>12</duration><voice>2</voice><staff>2</staff></note>
<barline location="right"><repeat direction="backward"/></barline>
</measure>
</part>
<part id="P2">
<measure number="0"><attributes><divisions>1</divisions></attributes><note><unpitched><display-step>E</display-step><display-octave>4</display-octave></unpitched><duration>1</duration><instrument id="I1"/></note></measure>
<measure number="1"><note><rest measure="yes"/><duration>3</duration></note></measure>
</part>
</score-partwise>`,
  `<!DOCTYPE score-timewise><score-timewise><part-list><score-part id="A"><part-name/></score-part></part-list><measure number="1"><part id="A"><attributes><divisions>1</divisions><time><senza-misura/></time></attributes><note><pitch><step>D</step><octave>4</octave></pitch><duration>4</duration></note></part></measure></score-timewise>`,
];

const SCRAPS = [
  ...'<note> </note> <chord/> <backup> </backup> <measure> </measure> <part> </part> <grace/> <rest/> <cue/> & < > " &amp; &#0; &#x110000; &#xD800;'
    .split(" "),
  "<!--",
  "-->",
  "<![CDATA[",
  "]]>",
  "<?x",
  '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
  "&b;",
  '<!ENTITY x SYSTEM "file:///etc/passwd">',
  "&x;",
  "\0",
  "\x1b[2J",
  "<note><pitch><step>C</step><octave>4</octave></pitch><duration>1</duration></note>",
  "<backup><duration>99999999</duration></backup>",
  "<forward><duration>999999999999</duration></forward>",
  "<time><beats>3+2</beats><beat-type>8</beat-type></time>",
  "<time><beats>1</beats><beat-type>4194304</beat-type></time>",
  '<sound tempo="0"/>',
  '<sound tempo="1e300"/>',
  "<divisions>0</divisions>",
  "<divisions>16777216</divisions>",
  '<measure-repeat type="start">4</measure-repeat>',
];
const NUMBERS = [
  "",
  "0",
  "-1",
  "1",
  "7",
  "0.5",
  "1e9",
  "-1e309",
  "999999999",
  "9007199254740993",
  "NaN",
  "x",
  " 2 ",
  "1/3",
  "0x10",
  "H",
  "٣",
];

function mutate(text: string, dice: Dice): string {
  // Tags and what stands between them.
  const pieces: string[] = text.match(/<[^>]*>|[^<]+/g) ?? [];
  for (let left = 1 + dice.below(4); left > 0 && pieces.length > 0; left--) {
    const at = dice.below(pieces.length), piece = pieces[at];
    switch (dice.below(10)) {
      case 0:
        pieces.splice(at, 1);
        break;
      case 1:
        pieces.splice(at, 0, dice.pick(SCRAPS));
        break;
      case 2: {
        const some = pieces.slice(at, at + 1 + dice.below(12));
        for (let times = dice.times(200); times > 0; times--) pieces.splice(at, 0, ...some);
        break;
      }
      case 3: {
        // A whole element, again, gone, or elsewhere.
        const name = piece.match(/^<([\w-]+)[^/]*>$/)?.[1];
        const end = name ? pieces.indexOf(`</${name}>`, at) : -1;
        if (end < 0) break;
        const element = pieces.splice(at, end - at + 1);
        if (dice.chance(0.3)) break;
        const place = dice.below(pieces.length + 1);
        for (let times = dice.times(200); times > 0; times--) pieces.splice(place, 0, ...element);
        break;
      }
      case 4:
      case 5: {
        const numbers = [...pieces.keys()].filter((i) => /^\s*[\w.+-]+\s*$/.test(pieces[i]));
        if (numbers.length > 0) pieces[dice.pick(numbers)] = dice.pick(NUMBERS);
        break;
      }
      case 6:
        pieces[at] = piece.replace(
          /="[^"]*"/,
          () => dice.pick(['=""', '="P2"', '="stop"', '="start"', "=x", "", '="', `="${dice.pick(NUMBERS)}"`]),
        );
        break;
      case 7: {
        const other = dice.below(pieces.length);
        [pieces[at], pieces[other]] = [pieces[other], piece];
        break;
      }
      case 8: {
        const place = dice.below(piece.length + 1);
        pieces[at] = piece.slice(0, place) + dice.pick(SCRAPS) + piece.slice(place + dice.below(2));
        break;
      }
      default:
        if (dice.chance(0.2)) pieces.length = at;
        else if (dice.chance(0.1)) {
          const depth = dice.times(5000);
          pieces.splice(at, 0, "<a>".repeat(depth), dice.chance(0.5) ? "</a>".repeat(depth) : "");
        }
    }
  }
  return pieces.join("");
}
