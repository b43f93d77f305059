/** The network that comes with the project: what is in the repository is what its README says. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { openCorpus, splitByPiece, trainingPieces } from "../../lib/corpus/mod.ts";
import { notePieces } from "../../lib/encodings/mod.ts";
import { scoreModel } from "../../lib/evaluation/mod.ts";
import { startBackend } from "../../lib/kernels/mod.ts";
import { likelihood, pieceScores, selfRepeats } from "../../lib/metrics/mod.ts";
import { PRETRAINED } from "../../lib/notebook/mod.ts";
import { corpusTable, inNanoseconds } from "../../lib/notes/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import { carriesState, generate, networkModel } from "../../lib/sampling/mod.ts";
import { noteNetworkSystem } from "../../lib/systems/mod.ts";
import { loadModel, loadRun } from "../../lib/training/mod.ts";

const README = await Deno.readTextFile(`${PRETRAINED}/README.md`);

Deno.test("the network that comes with the project is small, and knows the sample's training pieces alone", async () => {
  const files = ["model/model.json", "model/weights.bin", "settings.json", "history.json", "run.json", "README.md"];
  const sizes = await Promise.all(files.map(async (file) => (await Deno.stat(`${PRETRAINED}/${file}`)).size));
  assert(sizes.reduce((a, b) => a + b) <= 2_000_000, `${sizes}`);
  const { corpus, pieces, heldOut, history } = await loadRun(PRETRAINED);
  const { train, valid } = splitByPiece((await openCorpus("sample")).pieces, { doubles: "leave out" });
  const paths = (side: typeof train) => side.map(({ path }) => path);
  assertEquals([corpus, pieces, heldOut], ["sample", paths(train), paths(valid)]);
  assertEquals(history.initialWeights, undefined);
});

Deno.test("the network that comes with the project names unheard notes as well as its README says, and plays", async () => {
  await startBackend();
  const { settings: choice } = await loadRun(PRETRAINED);
  const { heldOut, seedPiece } = await trainingPieces("sample", choice);
  const { encoding: encodingOf, heads: headsOf } = noteNetworkSystem(choice.system);
  const model = await loadModel(`${PRETRAINED}/model`);
  const how = { encoding: encodingOf(choice), heads: headsOf(choice) };
  const named = networkModel(model, { name: choice.system, carryState: carriesState(model), ...how });
  for (const side of [heldOut, [seedPiece]]) {
    const scored = await scoreModel(named, notePieces(inNanoseconds(corpusTable(side, choice))));
    const total = likelihood(pieceScores(scored, "total")).nats;
    // Other features, or another order of them, would make nonsense of the weights: then run deno task pretrain.
    assertStringIncludes(README, `total ${total.toFixed(2)},`);
  }
  const beginning = corpusTable([seedPiece], choice).head(choice.length);
  const played = await generate(model, beginning, { ...how, count: 200, temperature: 1, prng: seeded(42) });
  const { loops } = selfRepeats(played);
  assert(!loops, "it goes in circles");
  model.dispose();
});
