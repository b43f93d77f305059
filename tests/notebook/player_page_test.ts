/** Players in a real page: a headless Chromium uses them, see `player_in_chromium.ts`. */
import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { readMidi } from "../../lib/formats/mod.ts";
import type { Findings } from "./player_in_chromium.ts";
import { DUET } from "./pieces.ts";

const SCRIPT = new URL("player_in_chromium.ts", import.meta.url);

async function inChromium(): Promise<Findings | null> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "--quiet", SCRIPT.pathname],
    stdout: "piped",
    stderr: "piped",
    signal: AbortSignal.timeout(120_000),
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

Deno.test("players in a page", async (t) => {
  const found = await inChromium();
  if (!found) return console.log("skipped: there is no Chromium on this machine");

  await t.step("take the place of the plain audio element, and stand at the beginning", () => {
    assertEquals(found.audioElements, 0);
    assertEquals(found.fresh.map(({ at, button }) => [at, button]), [[0, "▶ Play"], [0, "▶ Play"]]);
    assertEquals(found.fresh.map(({ time }) => time), ["0:00 / 1:30", "0:00 / 0:04"]);
  });

  await t.step("play, and move a cursor over the picture", () => {
    const { states: [first, second], loudness } = found.playing;
    assert(loudness > 0.05, `nothing is heard: ${loudness}`);
    assert(first.at > 0.5 && first.at < 5, `at ${first.at} s`);
    assert(first.cursor > found.fresh[0].cursor, "the cursor stands still");
    assertEquals([first.button, second.button, second.at], ["Pause", "▶ Play", 0]);
  });

  await t.step("start where somebody clicks", () => {
    const { states: [first, second], loudness } = found.clicked;
    assert(loudness > 0.05, `nothing is heard: ${loudness}`);
    // The middle of the picture, of which the names of the pitches take a little.
    assert(first.at > 42 && first.at < 48, `at ${first.at} s`);
    assertAlmostEquals(first.cursor, 0.5, 0.03);
    assertEquals(second.at, 0);
  });

  await t.step("pause, and stay where they are", () => {
    assertEquals(found.paused.button, "▶ Play");
    assertEquals(found.still.state, found.paused);
    assert(found.still.loudness < 1e-3, `something is heard: ${found.still.loudness}`);
  });

  await t.step("loop the passage that somebody drags over, while another player stays as it is", () => {
    assertEquals(found.loopBox, true);
    // From 0.3 to 0.5 of the picture's width, of 4 s: 0.8 s.
    assert(found.looped.every((at) => at > 1 && at < 1.95), `${found.looped}`);
    const back = found.looped.filter((at, i) => at < found.looped[i - 1]);
    assert(back.length >= 1, `it did not go back: ${found.looped}`);
    assertEquals(found.during[0], found.paused);
  });

  await t.step("play faster or slower, at the same pitch", () => {
    assertAlmostEquals(found.tempo, 2, 0.3);
  });

  await t.step("save what is heard, to the sample, and all notes as MIDI", () => {
    assert(found.wavIsRight, "the WAV is not that of one voice on a reed");
    const notes = readMidi(Uint8Array.fromBase64(found.midi)).parts.flatMap(({ notes }) => notes);
    const pitches = (notes: readonly { pitch: number }[]) => notes.map(({ pitch }) => pitch).sort();
    assertEquals(pitches(notes), pitches(DUET));
  });

  await t.step("come to life once, whenever they are put into the page", () => {
    assertEquals(found.third.length, 3);
    assertEquals(found.buttons, 3);
  });

  await t.step("take titles and names as text", () => {
    assertEquals(found.hacked, false);
  });

  await t.step("need no network, and raise no error", () => {
    assertEquals(found.errors, []);
    assertEquals(found.requests.filter((address) => !/^(data|blob|about):/.test(address)), []);
  });

  await t.step("leave the picture and a plain audio element where no script runs", () => {
    const { audio, buttons, picture, text } = found.withoutScript;
    assertEquals([audio, buttons], [1, 0]);
    assert(picture!.width > 500 && picture!.height > 80, JSON.stringify(picture));
    assertStringIncludes(text!, "This is the first 0:20.");
  });
});
