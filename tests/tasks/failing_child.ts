/** Reads mutants as tasks/fuzz/child.ts does, but ends by itself at the third, and hangs at the sixth. */

const [, , from, to] = Deno.args.map(Number);
console.log(JSON.stringify({ at: from, read: 0 }));
for (let mutant = from; mutant < to; mutant++) {
  if (mutant === 3) Deno.exit(7);
  if (mutant === 6) await new Promise((resolve) => setTimeout(resolve, 1e9));
  console.log(
    JSON.stringify({ at: mutant + 1, read: 1, ...mutant === 4 && { wrong: { mutant, why: "it is wrong" } } }),
  );
}
