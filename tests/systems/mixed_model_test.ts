import { assertAlmostEquals, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import type { NoteEvent } from "../../lib/encodings/mod.ts";
import { categorical, regression } from "../../lib/heads/mod.ts";
import { stepClasses } from "../../lib/notes/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import { followPiece, type Listener, mixedModel, type SequenceModel } from "../../lib/systems/mod.ts";

const CLASSES = 4;

/** Says of a step and a pitch logits that depend on its own number, on all it has heard, and of the pitch on the step. */
function talker(of: number, listening = { begun: 0, ended: 0 }): SequenceModel<NoteEvent> {
  const listenerOf = (heard: number): Listener<NoteEvent> => {
    listening.begun++;
    const said = new Float64Array(CLASSES);
    return {
      hear: ({ pitch }) => void (heard = (heard * 3 + pitch) % 11),
      next(head, { step }) {
        const before = head === "pitch" ? step : 5;
        // The same array again and again, as a listener may.
        return said.map((_, c) => said[c] = Math.sin((c + 1) * (heard + of) + before * of));
      },
      fork: () => listenerOf(heard),
      dispose: () => void listening.ended++,
    };
  };
  return {
    name: `talker ${of}`,
    parameters: of,
    heads: [categorical("step", { classes: CLASSES }), categorical("pitch", { classes: CLASSES, reads: ["step"] })],
    say: ({ pitch, step }) => ({ pitch, step }),
    decode: ({ pitch, step }) => ({ pitch, step, duration: 1 }),
    listen: () => listenerOf(0),
  };
}

const PIECE: NoteEvent[] = [[0, 1], [3, 0], [2, 2], [1, 3], [1, 1], [0, 2]]
  .map(([pitch, step]) => ({ pitch, step, duration: 1 }));
const drawn = { step: 2, pitch: 1 };

function listening<Event>(model: SequenceModel<Event>, events: readonly Event[]): Listener<Event> {
  const listener = model.listen();
  for (const event of events) listener.hear(event);
  return listener;
}

function logsOf(model: SequenceModel<NoteEvent>, head: string, heard = PIECE): number[] {
  const { logs } = model.heads.find(({ name }) => name === head)!;
  return Array.from(logs(listening(model, heard).next(head, drawn)));
}

const logOfSum = (values: number[]) => Math.log(values.reduce((sum, value) => sum + Math.exp(value), 0));

Deno.test("mixedModel() mixes probabilities with a weight per model, head by head", () => {
  const models = [talker(1), talker(2)];
  const mixture = mixedModel(models, {
    name: "both",
    of: "probabilities",
    weights: { step: [0.3, 0.7], pitch: [0.9, 0.1] },
  });
  assertEquals([mixture.name, mixture.parameters], ["both", 3]);
  assertEquals(mixture.heads.map(({ name, classes, reads }) => [name, classes, reads]), [
    ["step", CLASSES, []],
    ["pitch", CLASSES, ["step"]],
  ]);
  for (const [head, [a, b]] of [["step", [0.3, 0.7]], ["pitch", [0.9, 0.1]]] as const) {
    const said = logsOf(mixture, head), [first, second] = models.map((model) => logsOf(model, head));
    said.forEach((log, c) =>
      assertAlmostEquals(Math.exp(log), a * Math.exp(first[c]) + b * Math.exp(second[c]), 1e-12)
    );
    assertAlmostEquals(logOfSum(said), 0, 1e-12);
  }
});

Deno.test("mixedModel() mixes logs, and makes the probabilities sum to 1", () => {
  const models = [talker(1), talker(2), talker(3)];
  const mixture = mixedModel(models, { name: "all", of: "logs" });
  for (const head of ["step", "pitch"]) {
    const said = logsOf(mixture, head), each = models.map((model) => logsOf(model, head));
    assertAlmostEquals(logOfSum(said), 0, 1e-12);
    const mean = (c: number) => (each[0][c] + each[1][c] + each[2][c]) / 3;
    for (let c = 1; c < CLASSES; c++) assertAlmostEquals(said[c] - said[0], mean(c) - mean(0), 1e-12);
  }
});

for (const kind of ["probabilities", "logs"] as const) {
  Deno.test(`mixedModel() of ${kind} is its only model, or the only one that has a weight`, () => {
    const alone = talker(4);
    for (
      const mixture of [
        mixedModel([alone], { name: "alone", of: kind }),
        mixedModel([alone, talker(5)], { name: "alone", of: kind, weights: [1, 0] }),
      ]
    ) {
      for (const head of ["step", "pitch"]) {
        logsOf(mixture, head).forEach((log, c) => assertAlmostEquals(log, logsOf(alone, head)[c], 1e-12));
      }
    }
  });

  Deno.test(`mixedModel() of ${kind} says the same of a whole piece as event by event, and disposes of its listeners`, () => {
    const counts = { begun: 0, ended: 0 };
    const whole: SequenceModel<NoteEvent> = {
      ...talker(1),
      *follow(piece) {
        for (let i = 1; i < piece.length; i++) {
          const listener = listening(talker(1), piece.slice(0, i)), { step } = piece[i];
          yield { step: Array.from(listener.next("step", {})), pitch: Array.from(listener.next("pitch", { step })) };
        }
      },
    };
    const mixture = mixedModel([whole, talker(2, counts)], { name: "both", of: kind, weights: [0.25, 0.75] });
    const followed = [...followPiece(mixture, PIECE)];
    assertEquals(followed.length, PIECE.length - 1);
    for (const [i, said] of followed.entries()) {
      const listener = listening(mixture, PIECE.slice(0, i + 1));
      for (const head of ["step", "pitch"]) {
        assertEquals(Array.from(said[head]), Array.from(listener.next(head, PIECE[i + 1] as never)));
      }
      listener.dispose();
    }
    // Whoever stops in the middle of a piece leaves no listener behind either.
    for (const _ of followPiece(mixture, PIECE)) break;
    assertEquals(counts.ended, counts.begun);
  });

  Deno.test(`mixedModel() of ${kind} forks without touching the parent, and a seed decides what is drawn`, () => {
    const mixture = mixedModel([talker(1), talker(2)], { name: "both", of: kind });
    const parent = listening(mixture, PIECE), before = Array.from(parent.next("pitch", drawn));
    const fork = parent.fork();
    assertEquals(Array.from(fork.next("pitch", drawn)), before);
    fork.hear({ pitch: 2, step: 1, duration: 1 });
    assertNotEquals(Array.from(fork.next("pitch", drawn)), before);
    fork.dispose();
    assertEquals(Array.from(parent.next("pitch", drawn)), before);
    const draw = (seed: number) => {
      const prng = seeded(seed), listener = listening(mixture, PIECE), events: NoteEvent[] = [];
      for (let i = 0; i < 20; i++) {
        const said: Record<string, number> = {};
        for (const head of mixture.heads) {
          said[head.name] = head.draw(listener.next(head.name, said), { temperature: 1, prng });
        }
        events.push(mixture.decode(said));
        listener.hear(events[i]);
      }
      return events;
    };
    assertEquals(draw(7), draw(7));
    assertNotEquals(draw(7), draw(8));
  });
}

Deno.test("mixedModel() of probabilities tells apart what is too unlikely for a number", () => {
  const unlikely = (log: number): SequenceModel<NoteEvent> => ({
    ...talker(1),
    heads: [{ ...categorical("step", { classes: 2 }), logs: (said) => said }],
    listen: () => ({ ...talker(1).listen(), next: () => [0, log] }),
  });
  const mixture = mixedModel([unlikely(-1000), unlikely(-2000)], { name: "both", of: "probabilities" });
  assertAlmostEquals(logsOf(mixture, "step")[1], -1000 + Math.log(0.5), 1e-9);
});

Deno.test("mixedModel() refuses what cannot be mixed", () => {
  const mix = (models: SequenceModel<NoteEvent>[], weights?: never, of: "probabilities" | "logs" = "logs") =>
    mixedModel(models, { name: "mixture", of, weights });
  const withHeads = (heads: SequenceModel<NoteEvent>["heads"]) => ({ ...talker(1), name: "other", heads });
  const { heads } = talker(1);
  assertThrows(() => mix([]), TypeError, "there are none");
  assertThrows(() => mix([talker(1), withHeads(heads.toReversed())]), TypeError, '"other" says pitch (4), step (4)');
  assertThrows(() => mix([talker(1), withHeads([heads[0]])]), TypeError, "the same heads");
  const more = categorical("pitch", { classes: 5 });
  assertThrows(() => mix([talker(1), withHeads([heads[0], more])]), TypeError, "pitch (5)");
  const seconds = withHeads([regression("step", { classes: stepClasses }), heads[1]]);
  assertThrows(() => mix([seconds, seconds]), TypeError, '"other" says step as a number');
  assertThrows(() => mix([talker(1), talker(2)], [1] as never), RangeError, "one weight for each of 2 models, got [1]");
  assertThrows(() => mix([talker(1)], { step: [1] } as never), RangeError, "pitch needs one weight");
  assertThrows(() => mix([talker(1), talker(2)], [1, 0.5] as never), RangeError, "sum to 1, got 1, 0.5");
  assertThrows(() => mix([talker(1), talker(2)], [1.5, -0.5] as never), RangeError, "0 or more");
  assertThrows(() => mix([talker(1), talker(2)], [NaN, 1] as never), RangeError, "sum to 1");
  const ruledOut = (log: number[]): SequenceModel<NoteEvent> => ({
    ...talker(1),
    heads: [{ ...categorical("step", { classes: 2 }), logs: () => log }],
  });
  const opposed = mix([ruledOut([0, -Infinity]), ruledOut([-Infinity, 0])]);
  assertThrows(() => opposed.listen().next("step", {}), RangeError, "no class is allowed by all");
});
