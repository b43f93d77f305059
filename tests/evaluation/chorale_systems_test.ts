import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { openSampleChorales } from "../../lib/corpus/mod.ts";
import { scoreModel } from "../../lib/evaluation/mod.ts";
import { startBackend } from "../../lib/kernels/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import { carriesState, networkModel } from "../../lib/sampling/mod.ts";
import { settings } from "../../lib/settings/mod.ts";
import {
  CHORALE_SYSTEMS,
  type ChoraleSystem,
  isMixture,
  isNetwork,
  mixedModel,
  type NetworkSystem,
  type SequenceModel,
} from "../../lib/systems/mod.ts";

const { train, test: [whole], lowest, highest } = await openSampleChorales();
/** The beginnings of chorales are enough to try. */
const beginning = ({ name, frames, struck }: typeof whole) => ({
  name,
  frames: frames.slice(0, 24),
  struck: struck.slice(0, 24),
});
const range = { lowest, highest }, lessons = train.map(beginning), chorale = beginning(whole);

/** What a system says before it has learned, or when it has counted. */
// deno-lint-ignore no-explicit-any
function modelOf({ system, pieces }: ChoraleSystem): SequenceModel<any> {
  const known = pieces(lessons, range);
  // deno-lint-ignore no-explicit-any
  const untrained = (network: NetworkSystem<any>, seed: number) => {
    const own = settings("corrected", { ...network.defaults, length: 16, units: 8 }), made = { ...own, range };
    const model = network.build({ ...made, prng: seeded(seed) });
    const [encoding, heads] = [network.encoding(made, known), network.heads(made)];
    return networkModel(model, { name: network.name, carryState: carriesState(model), encoding, heads });
  };
  if (isNetwork(system)) return untrained(system, 1);
  if (!isMixture(system)) return system.learn({ train: known, heldOut: known }, { ...settings("corrected"), range });
  const members = system.members.map(({ system }, i) => untrained(system, i));
  return mixedModel(members, { name: system.name, of: "probabilities" });
}

for (const entry of CHORALE_SYSTEMS) {
  const { system: { name }, pieces, cells } = entry;
  Deno.test(`${name} gives every cell probabilities that sum to 1, and what comes later changes nothing`, async () => {
    await startBackend();
    const model = modelOf(entry);
    const nats = async (of: typeof chorale) => cells(await scoreModel(model, pieces([of], range)), [of]).nats;
    // From the tenor of a frame on, so that what its alto hears of it would show.
    const until = 4 * 15 + 2, other = [lowest + 20, lowest + 12, lowest + 8, lowest];
    const altered = {
      name: chorale.name,
      frames: chorale.frames.map((frame, t) =>
        frame.map((pitch, voice) => 4 * t + voice < until ? pitch : other[voice])
      ),
      struck: chorale.struck,
    };
    const [before, after] = [await nats(chorale), await nats(altered)];
    assertEquals([before.length, after.length], [4 * 24, 4 * 24]);
    for (let i = 0; i < until; i++) assertAlmostEquals(before[i], after[i], 1e-5, `cell ${i}`);
    assert(
      before.slice(until).some((value, i) => Math.abs(value - after[until + i]) > 1e-6) ||
        name === "grid-uniform",
    );
    const [{ events }] = pieces([chorale], range), listener = model.listen();
    try {
      for (const event of events.slice(0, 12)) {
        listener.hear(event);
        const drawn = model.say(events[1]);
        for (const head of model.heads) {
          const logs = head.logs(listener.next(head.name, drawn));
          assertAlmostEquals(Array.from(logs, Math.exp).reduce((a, b) => a + b), 1, 1e-5, head.name);
        }
      }
    } finally {
      listener.dispose();
    }
  });
}
