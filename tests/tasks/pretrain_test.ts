import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { openCorpus, splitByPiece } from "../../lib/corpus/mod.ts";
import { runOrPretrained } from "../../lib/notebook/mod.ts";
import { loadModel, loadRun } from "../../lib/training/mod.ts";
import { pretrain } from "../../tasks/pretrain.ts";
import { withFolder } from "../corpus/made_up.ts";

Deno.test("pretrain() leaves a run that can be loaded, the same bytes each time, from the sample's training pieces", () =>
  withFolder(async (folder) => {
    const small = { changes: { units: 4, epochs: 1, features: ["recent"] }, samples: 1, count: 20 };
    const record = await pretrain({ out: `${folder}/first`, ...small });
    await pretrain({ out: `${folder}/second`, ...small });
    // In model.json, tfjs numbers the layers through all models of a session.
    for (const file of ["model/weights.bin", "settings.json", "run.json", "README.md"]) {
      const [first, second] = await Promise.all(
        ["first", "second"].map((run) => Deno.readFile(`${folder}/${run}/${file}`)),
      );
      assertEquals(first, second, file);
    }
    const { train } = splitByPiece((await openCorpus("sample")).pieces, { doubles: "leave out" });
    assertEquals(record.pieces, train.map(({ path }) => path));
    assertEquals(await runOrPretrained(`${folder}/first`), `${folder}/first`);
    assertEquals((await loadRun(`${folder}/first`)).settings, record.settings);
    const model = await loadModel(`${folder}/first/model`);
    assertEquals(model.countParams(), record.parameters);
    model.dispose();
    const readme = await Deno.readTextFile(`${folder}/first/README.md`);
    for (const { path } of train) assertStringIncludes(readme, path);
    assert(/1 samples of 20 notes/.test(readme));
  }));
