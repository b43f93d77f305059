import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { startBackend } from "../../lib/kernels/mod.ts";
import { seeded } from "../../lib/random/mod.ts";

await startBackend();

/** The product of two matrices, by the definition, each stored transposed or not. */
function product(a: tf.Tensor2D, b: tf.Tensor2D, transposeA: boolean, transposeB: boolean): number[][] {
  const [left, right] = [a.arraySync(), b.arraySync()];
  const at = (matrix: number[][], transposed: boolean, i: number, k: number) =>
    transposed ? matrix[k][i] : matrix[i][k];
  const [rows, inner] = transposeA ? [a.shape[1], a.shape[0]] : a.shape;
  const columns = transposeB ? b.shape[0] : b.shape[1];
  return Array.from(
    { length: rows },
    (_, i) =>
      Array.from({ length: columns }, (_, j) => {
        let sum = 0;
        for (let k = 0; k < inner; k++) sum += at(left, transposeA, i, k) * at(right, transposeB, k, j);
        return sum;
      }),
  );
}

function drawn(rows: number, columns: number, seed: number): tf.Tensor2D {
  const prng = seeded(seed);
  return tf.tensor2d(Float32Array.from({ length: rows * columns }, () => prng() - 0.5), [rows, columns]);
}

function assertClose(actual: number[][], expected: number[][]) {
  assertEquals([actual.length, actual[0].length], [expected.length, expected[0].length]);
  const worst = Math.max(...actual.flatMap((row, i) => row.map((x, j) => Math.abs(x - expected[i][j]))));
  assert(worst < 1e-5, `worst difference ${worst}`);
}

Deno.test("startBackend() starts wasm, again and again", async () => {
  assertEquals(await startBackend(), "wasm");
  assertEquals(await startBackend(), "wasm");
  assertEquals(tf.getBackend(), "wasm");
});

for (const transposeA of [false, true]) {
  for (const transposeB of [false, true]) {
    Deno.test(`startBackend() leaves matMul right with transposes ${transposeA}, ${transposeB}`, () => {
      tf.tidy(() => {
        const a = transposeA ? drawn(7, 5, 1) : drawn(5, 7, 1);
        const b = transposeB ? drawn(9, 7, 2) : drawn(7, 9, 2);
        const expected = product(a, b, transposeA, transposeB);
        assertClose(tf.matMul(a, b, transposeA, transposeB).arraySync() as number[][], expected);
        // Once more, when what is kept of the first time is used.
        assertClose(tf.matMul(a, b, transposeA, transposeB).arraySync() as number[][], expected);
      });
    });
  }
}

Deno.test("startBackend() leaves matMul of batches right", () => {
  tf.tidy(() => {
    const parts = [1, 2, 3].map((seed) => ({ a: drawn(4, 6, seed), b: drawn(5, 6, seed + 10) }));
    const a = tf.stack(parts.map((part) => part.a)), b = tf.stack(parts.map((part) => part.b));
    const actual = tf.matMul(a, b, false, true).arraySync() as number[][][];
    parts.forEach((part, i) => assertClose(actual[i], product(part.a, part.b, false, true)));
  });
});

Deno.test("startBackend() tells the same numbers in two shapes apart", () => {
  tf.tidy(() => {
    const b = drawn(6, 4, 3), reshaped = tf.reshape(b, [3, 8]) as tf.Tensor2D;
    for (const [left, right] of [[drawn(2, 4, 4), b], [drawn(2, 8, 5), reshaped], [drawn(2, 4, 4), b]]) {
      assertClose(tf.matMul(left, right, false, true).arraySync() as number[][], product(left, right, false, true));
    }
  });
});

Deno.test("startBackend() leaves gradients of matMul right", () => {
  tf.tidy(() => {
    const a = drawn(3, 4, 6), b = drawn(4, 5, 7), ones = tf.ones([3, 5]) as tf.Tensor2D;
    const [da, db] = tf.grads((x, y) => tf.sum(tf.matMul(x, y)))([a, b]) as tf.Tensor2D[];
    assertClose(da.arraySync(), product(ones, b, false, true));
    assertClose(db.arraySync(), product(a, ones, true, false));
  });
});

Deno.test("startBackend() keeps nothing of a matrix that is gone", () => {
  const before = [tf.memory().numTensors, tf.backend().numDataIds()];
  for (let i = 0; i < 5; i++) {
    tf.tidy(() => {
      tf.matMul(drawn(8, 16, i), drawn(8, 16, i + 1), false, true);
      tf.matMul(drawn(8, 16, i), drawn(8, 4, i + 1), true, false);
    });
  }
  assertEquals([tf.memory().numTensors, tf.backend().numDataIds()], before);
});

Deno.test("startBackend() leaves clones that outlive their original", () => {
  const original = tf.tensor1d([1, 2, 3]), clone = tf.clone(original), words = tf.tensor1d(["a", "b"]);
  original.dispose();
  const other = tf.tensor1d([7, 8, 9]);
  assertEquals([...clone.dataSync()], [1, 2, 3]);
  assertEquals(tf.clone(words).dataSync() as unknown, ["a", "b"]);
  tf.dispose([clone, other, words]);
});

Deno.test("startBackend() leaves gather right, along any axis and of any type", () => {
  tf.tidy(() => {
    const rows = [[1, 2, 3], [4, 5, 6], [7, 8, 9], [10, 11, 12]], index = [3, 0, 3, 1, 2];
    const at = tf.tensor1d(index, "int32");
    for (const dtype of ["float32", "int32", "bool"] as const) {
      const numbers = dtype === "bool" ? rows.map((row) => row.map((x) => x % 2)) : rows;
      const x = tf.tensor2d(numbers, [4, 3], dtype);
      const gathered = tf.gather(x, at);
      assertEquals(gathered.dtype, dtype);
      assertEquals(gathered.arraySync() as number[][], index.map((row) => numbers[row]));
      assertEquals(tf.gather(x, at, -2).arraySync(), gathered.arraySync());
      const columns = tf.gather(x, tf.tensor1d([2, 0], "int32"), 1).arraySync() as number[][];
      assertEquals(columns, numbers.map((row) => [row[2], row[0]]));
    }
    const cube = tf.tensor3d([...Array(24).keys()], [2, 3, 4]);
    const twice = tf.gather(cube, tf.tensor2d([[1, 0], [1, 1]], [2, 2], "int32"));
    assertEquals(twice.shape, [2, 2, 3, 4]);
    assertEquals([...twice.slice([0, 0], [1, 1]).dataSync()], [...Array(12).keys()].map((i) => 12 + i));
    assertEquals([...tf.gather(tf.tensor1d([5, 6, 7]), tf.scalar(1, "int32")).dataSync()], [6]);
    assertEquals(tf.gather(tf.zeros([0, 3]), tf.tensor1d([], "int32")).shape, [0, 3]);
    assertEquals(tf.gather(cube, tf.tensor1d([], "int32")).shape, [0, 3, 4]);
  });
});

Deno.test("startBackend() leaves gather's errors, and nothing behind them", () => {
  const x = tf.tensor1d([1, 2]), before = [tf.memory().numTensors, tf.backend().numDataIds()];
  for (const index of [2, -1]) {
    const gather = () => tf.tidy(() => tf.gather(x, tf.tensor1d([0, index], "int32")));
    assertThrows(gather, Error, `the index value ${index} is not in [0, 1]`);
  }
  assertEquals([tf.memory().numTensors, tf.backend().numDataIds()], before);
  x.dispose();
});

Deno.test("startBackend() says in one line that it has to do without wasm", async () => {
  const mod = new URL("../../lib/kernels/mod.ts", import.meta.url).href;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--no-prompt", "--cached-only", "-"],
    cwd: new URL("../..", import.meta.url),
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    env: { NO_COLOR: "1" },
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(
    new TextEncoder().encode(`import { startBackend } from "${mod}"; console.log(await startBackend());`),
  );
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  const [said, warned] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes).trim().split("\n"));
  assertEquals([code, said], [0, ["cpu"]], warned.join("\n"));
  assertEquals(warned.length, 1);
  assertStringIncludes(warned[0], "WebAssembly cannot start (Requires read access");
});

Deno.test("startBackend() brings the sum of segments, which an embedding's gradient needs, as tfjs's cpu has it", async () => {
  const rows = drawn(7, 3, 4), segments = [3, 0, 3, 5, -1, 0, 1];
  const sums = () =>
    [rows, tf.cast(tf.mul(rows, 100), "int32")].map((x) => {
      const sum = tf.tidy(() => tf.unsortedSegmentSum(x as tf.Tensor2D, tf.tensor1d(segments, "int32"), 5));
      return [sum.shape, [...sum.dataSync()].map((value) => value.toFixed(5))];
    });
  const gradient = () =>
    tf.tidy(() => {
      const table = tf.layers.embedding({ inputDim: 6, outputDim: 2, weights: [tf.ones([6, 2])] });
      const classes = tf.tensor2d([[1, 5, 1], [0, 5, 5]], [2, 3], "int32");
      table.apply(classes);
      const loss = () => tf.sum(tf.square(table.apply(classes) as tf.Tensor)) as tf.Scalar;
      const { grads } = tf.variableGrads(loss, [table.trainableWeights[0].read() as tf.Variable]);
      return Object.values(grads)[0].arraySync();
    });
  const before = tf.memory().numTensors;
  const [found, moved] = [sums(), gradient()];
  await tf.setBackend("cpu");
  try {
    assertEquals(found, sums());
  } finally {
    await tf.setBackend("wasm");
  }
  assertEquals(moved, [1, 2, 0, 0, 0, 3].map((count) => [2 * count, 2 * count]));
  assert(tf.memory().numTensors - before < 10);
});
