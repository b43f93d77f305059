import type { encodeWav, Instrument, synthesise, synthesiseStereo } from "../audio/mod.ts";
import type { clockTime } from "./terminal_progress.ts";

/** What a player's figure tells its script, as JSON in `data-player`. */
export interface PagePlayer {
  /** Pitch, onset and duration in milliseconds, velocity, part; by onset. */
  notes: readonly (readonly [pitch: number, onset: number, duration: number, velocity: number, part: number])[];
  /** Seconds from the first onset to the last release. */
  length: number;
  /** Where time begins and ends in the picture, as shares of its width. */
  axis: readonly [from: number, to: number];
  /** The parts, in order. */
  parts: readonly { name: string; colour: string; instrument: Instrument; pan: number }[];
  /** Name of a saved file, without an ending. */
  file: string;
  /** The MIDI file, in base64. */
  midi: string;
}

/** What the script takes from `lib/audio`, of which `pageSource` has the text, and from this room. */
export interface PageTools {
  /** Plays notes. */
  synthesise: typeof synthesise;
  /** Plays them from left to right. */
  synthesiseStereo: typeof synthesiseStereo;
  /** Makes a file of a sound. */
  encodeWav: typeof encodeWav;
  /** What can play. */
  instruments: readonly Instrument[];
  /** Writes seconds as a clock has them. */
  clockTime: typeof clockTime;
}

/**
 * Runs in the page, not in Deno: brings every player on it to life that is not yet. It takes the place of the plain
 * audio element, and gives the picture a cursor. Its text is part of the page, so that it may name nothing outside of
 * itself but what a browser has.
 *
 * A sound is made when it is first asked for, and anew where tempo or instruments change; it is played from a buffer,
 * so that a loop has no gap and the cursor no guess in it.
 */
export function enlivenPlayers(tools: PageTools): void {
  const { synthesise, synthesiseStereo, encodeWav, instruments, clockTime } = tools;
  const RATE = 22050;
  /** Seconds in which a loop's ends fade: a cut through a sound would click. */
  const FADE = 0.004;
  const TEMPOS = [0.25, 2] as const;
  /** One channel, or left and right. */
  type Sound = Float32Array<ArrayBuffer>[];
  // One for the page: browsers allow but a few.
  const page = globalThis as typeof globalThis & { notenbuchAudio?: AudioContext };

  const make = <K extends keyof HTMLElementTagNameMap>(
    name: K,
    properties: Partial<HTMLElementTagNameMap[K]>,
    style: string,
    ...children: (Node | string)[]
  ): HTMLElementTagNameMap[K] => {
    const element = Object.assign(document.createElement(name), properties);
    element.style.cssText = style;
    element.append(...children);
    return element;
  };

  const enliven = (figure: HTMLElement) => {
    const { notes, length, axis: [left, right], parts, file, midi }: PagePlayer = JSON.parse(figure.dataset.player!);
    const roll = figure.querySelector<HTMLElement>("[data-roll]")!;
    // JupyterLab takes keys for itself where this is not said.
    figure.dataset.lmSuppressShortcuts = "true";
    for (const plain of figure.querySelectorAll<HTMLElement>("[data-plain]")) plain.remove();

    let tempo = 1;
    let at = 0;
    let passage: [from: number, to: number] | undefined;
    let playing: { source: AudioBufferSourceNode; began: number; from: number; loop?: [number, number] } | undefined;
    let made: { of: string; sound: Sound } | undefined;

    const button = make("button", { type: "button", textContent: "▶ Play" }, "min-width:6em");
    const time = make("span", {}, "font-variant-numeric:tabular-nums;min-width:6.5em");
    const loop = make("input", { type: "checkbox" }, "");
    const [slowest, fastest] = TEMPOS.map((share) => `${100 * share}`);
    const range = { type: "range", min: slowest, max: fastest, step: "5", value: "100", ariaLabel: "tempo in percent" };
    const speed = make("input", range, "width:8em");
    const percent = make("span", { textContent: "100 %" }, "min-width:3.5em");
    const voices = parts.map(({ name, colour, instrument }) => {
      const choices = [...instruments, "silent"].map((value) => make("option", { value, textContent: value }, ""));
      const choice = make("select", { ariaLabel: `instrument of ${name || "all"}` }, "", ...choices);
      choice.value = instrument;
      const dot = make(
        "span",
        {},
        `display:inline-block;width:.7em;height:.7em;border-radius:50%;background:${colour}`,
      );
      return { choice, label: make("label", {}, "", dot, ` ${name || "instrument"} `, choice) };
    });
    const row = "display:flex;flex-wrap:wrap;align-items:center;gap:.3em 1em;margin:.3em 0";
    const tempoLabel = make("label", {}, "display:flex;align-items:center;gap:.3em", "tempo", speed, percent);
    roll.after(
      make("div", {}, row, button, time, make("label", {}, "", loop, " loop"), tempoLabel),
      make("div", {}, row, ...voices.map(({ label }) => label)),
    );

    const over = (style: string) => make("div", {}, `position:absolute;top:0;bottom:0;pointer-events:none;${style}`);
    const cursor = over("width:2px;margin-left:-1px;background:#c0002a");
    const shade = over("background:#c0002a22;border:solid #c0002a88;border-width:0 1px;box-sizing:border-box");
    roll.append(shade, cursor);
    Object.assign(roll, { tabIndex: 0, role: "slider", ariaLabel: "place in the piece, in seconds" });
    Object.assign(roll, { ariaValueMin: "0", ariaValueMax: length.toFixed(1) });
    roll.style.cursor = "pointer";
    roll.style.touchAction = "pan-y";

    const place = (seconds: number) => `${100 * (left + (right - left) * seconds / length)}%`;
    const secondsAt = (clientX: number) => {
      const box = roll.getBoundingClientRect();
      const share = ((clientX - box.left) / box.width - left) / (right - left);
      return Math.max(0, Math.min(length, share * length));
    };

    /** The whole piece at this tempo with these instruments. */
    const sound = () => {
      const chosen = voices.map(({ choice }) => choice.value);
      const of = `${tempo} ${chosen}`;
      if (made?.of === of) return made.sound;
      const heard = notes.filter(([, , , , part]) => chosen[part] !== "silent").map((note) => {
        const [pitch, onset, duration, velocity, part] = note;
        const start = onset / 1000 / tempo;
        const instrument = chosen[part] as Instrument;
        const end = start + duration / 1000 / tempo;
        return { pitch, start, end, velocity, instrument, pan: parts[part].pan };
      });
      const samples = Math.ceil(length / tempo * RATE) + 1;
      const stereo = parts.some(({ pan }) => pan !== 0);
      const silence = stereo ? [new Float32Array(0), new Float32Array(0)] : [new Float32Array(0)];
      const options = { sampleRate: RATE };
      const played = heard.length === 0
        ? silence
        : stereo
        ? synthesiseStereo(heard, options)
        : [synthesise(heard, options)];
      const sound: Sound = played.map((channel) => {
        const whole = new Float32Array(Math.max(samples, channel.length));
        whole.set(channel);
        return whole;
      });
      made = { of, sound };
      return sound;
    };

    const now = () => {
      if (!playing) return at;
      const { began, from, loop } = playing;
      const reached = from + Math.max(0, page.notenbuchAudio!.currentTime - began) * tempo;
      if (!loop || reached < loop[1]) return Math.min(length, reached);
      return loop[0] + (reached - loop[0]) % (loop[1] - loop[0]);
    };
    const draw = () => {
      const seconds = now();
      cursor.style.left = place(seconds);
      const [from, to] = passage ?? [0, 0];
      shade.style.left = place(from);
      shade.style.width = `${100 * (right - left) * (to - from) / length}%`;
      shade.style.display = passage ? "" : "none";
      time.textContent = `${clockTime(seconds)} / ${clockTime(length)}`;
      button.textContent = playing ? "Pause" : "▶ Play";
      roll.ariaValueNow = seconds.toFixed(1);
      roll.ariaValueText = time.textContent;
    };
    const follow = () => {
      if (!playing) return;
      // The cell was run again or cleared: nobody could stop it any more.
      if (!figure.isConnected) return stop();
      draw();
      requestAnimationFrame(follow);
    };
    const stop = () => {
      at = now();
      const source = playing?.source;
      playing = undefined;
      source?.stop();
      draw();
    };
    const play = () => {
      stop();
      const context = page.notenbuchAudio ??= new AudioContext();
      // Browsers keep it quiet until somebody has clicked.
      if (context.state === "suspended") context.resume();
      if (at >= length) at = 0;
      const [from, to] = passage ?? [0, length];
      const ends = loop.checked ? [from, to] as [number, number] : undefined;
      if (ends && !(at >= from && at < to)) at = from;
      const channels = sound();
      const [{ length: samples }] = channels;
      const buffer = new AudioBuffer({ length: samples, numberOfChannels: channels.length, sampleRate: RATE });
      for (const [c, channel] of channels.entries()) {
        buffer.copyToChannel(channel, c);
        if (!ends) continue;
        const samples = buffer.getChannelData(c);
        const [first, last] = ends.map((seconds) => Math.round(seconds / tempo * RATE));
        const fade = Math.round(FADE * RATE);
        for (let i = 0; i < fade && last - 1 - i > first + i; i++) {
          samples[first + i] *= i / fade;
          samples[last - 1 - i] *= i / fade;
        }
      }
      const source = new AudioBufferSourceNode(context, { buffer });
      if (ends) Object.assign(source, { loop: true, loopStart: from / tempo, loopEnd: to / tempo });
      source.connect(context.destination);
      source.onended = () => {
        if (playing?.source !== source) return;
        playing = undefined;
        at = 0;
        draw();
      };
      playing = { source, began: context.currentTime, from: at, loop: ends };
      source.start(0, at / tempo);
      follow();
    };
    /** Goes on with other settings from where it is. */
    const again = () => playing ? play() : draw();

    button.onclick = () => playing ? stop() : play();
    loop.onchange = () => {
      if (!loop.checked) passage = undefined;
      again();
    };
    speed.oninput = () => percent.textContent = `${speed.value} %`;
    speed.onchange = () => {
      const goOn = playing !== undefined;
      stop();
      tempo = Number(speed.value) / 100;
      goOn ? play() : draw();
    };
    for (const { choice } of voices) choice.onchange = again;

    let pressed: number | undefined;
    roll.onpointerdown = (event) => {
      if (event.button !== 0) return;
      // Without this, the picture would be dragged along.
      event.preventDefault();
      roll.focus({ preventScroll: true });
      pressed = secondsAt(event.clientX);
      roll.setPointerCapture(event.pointerId);
    };
    roll.onpointerup = (event) => {
      if (pressed === undefined) return;
      const [from, to] = [pressed, secondsAt(event.clientX)].sort((a, b) => a - b);
      // A drag marks a passage to go over again and again; what is shorter was a click.
      const dragged = (to - from) / length * roll.clientWidth * (right - left) > 6;
      if (playing) stop();
      if (dragged) loop.checked = true;
      passage = dragged ? [from, to] : undefined;
      at = from;
      pressed = undefined;
      play();
    };
    roll.onpointercancel = () => pressed = undefined;
    roll.onkeydown = (event) => {
      const jump =
        { ArrowLeft: -1, ArrowRight: 1, PageDown: -10, PageUp: 10, Home: -Infinity, End: Infinity }[event.key];
      if (jump === undefined) return;
      event.preventDefault();
      const goOn = playing !== undefined;
      const target = Math.max(0, Math.min(length, now() + jump));
      stop();
      at = target;
      goOn && at < length ? play() : draw();
    };

    const link = (ending: string, href: string) => {
      const name = `${file}.${ending}`;
      return make("a", { href, download: name, textContent: name }, "");
    };
    const wav = link("wav", "#");
    wav.onclick = () => {
      const [left, right] = sound();
      const file = encodeWav(right ? [left, right] : left, RATE);
      wav.href = URL.createObjectURL(new Blob([file], { type: "audio/wav" }));
    };
    figure.append(make("div", {}, "", link("mid", `data:audio/midi;base64,${midi}`), " · ", wav));
    draw();
  };

  for (const figure of document.querySelectorAll<HTMLElement>("figure[data-player]:not([data-live])")) {
    figure.dataset.live = "";
    enliven(figure);
  }
}
