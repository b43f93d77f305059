// The compiled kernel: one function that executes a program for one thread's share of the work.
import { adam, reduce } from "./adam";
import { copy, fill, pack, transpose } from "./arrange";
import { chunkSteps, gradient } from "./gradient";
import { crossEntropy, pressedError } from "./heads";
import { multiply } from "./multiply";
import { Adam, Copy, Fill, Gradient, Loss, Multiply, Operation, Pack, Recurrent, Reduce, Transpose } from "./records";
import { backward, forward } from "./recurrent";
import { beat, share } from "./share";

const END: i32 = 0, BARRIER: i32 = 1;
const INSTRUCTION_BYTES: usize = 64;

/** Executes instructions from an address on; returns the address after a barrier, or 0 at the end of the program. */
export function run(instruction: usize, thread: i32, threads: i32): usize {
  let operation = load<i32>(instruction);
  while (operation !== END && operation !== BARRIER) {
    execute(instruction, thread, threads);
    instruction += INSTRUCTION_BYTES;
    operation = load<i32>(instruction);
  }
  return operation === END ? 0 : instruction + INSTRUCTION_BYTES;
}

function execute(instruction: usize, thread: i32, threads: i32): void {
  switch (load<i32>(instruction)) {
    case Operation.Copy:
      copy(changetype<Copy>(instruction), thread, threads);
      break;
    case Operation.Fill:
      fill(changetype<Fill>(instruction), thread, threads);
      break;
    case Operation.Pack:
      pack(changetype<Pack>(instruction), false, thread, threads);
      break;
    case Operation.Unpack:
      pack(changetype<Pack>(instruction), true, thread, threads);
      break;
    case Operation.Transpose:
      transpose(changetype<Transpose>(instruction), thread, threads);
      break;
    case Operation.Forward:
      forward(changetype<Recurrent>(instruction).layer, thread, threads);
      break;
    case Operation.Backward:
      backward(changetype<Recurrent>(instruction).layer, thread, threads);
      break;
    case Operation.Multiply:
      multiplySteps(changetype<Multiply>(instruction), thread, threads);
      break;
    case Operation.Gradient:
      gradientSteps(changetype<Gradient>(instruction), thread, threads);
      break;
    case Operation.CrossEntropy:
      crossEntropy(changetype<Loss>(instruction), thread, threads);
      break;
    case Operation.PressedError:
      pressedError(changetype<Loss>(instruction), thread, threads);
      break;
    case Operation.Reduce:
      reduce(changetype<Reduce>(instruction), thread, threads);
      break;
    case Operation.Adam:
      adam(changetype<Adam>(instruction), thread, threads);
      break;
    default:
      unreachable();
  }
  beat(thread);
}

function multiplySteps(m: Multiply, thread: i32, threads: i32): void {
  const first = share(m.batch, thread, threads), rows = share(m.batch, thread + 1, threads) - first;
  let a = m.a + <usize> first * m.aRow, c = m.c + <usize> first * m.cRow;
  for (let step = 0; step < m.steps; step++) {
    multiply(a, m.aRow, m.depth, m.panels, <usize> m.panelRows << 6, m.panelCount, c, m.cRow, 64, rows, false);
    a += m.aStep;
    c += m.cStep;
    beat(thread);
  }
}

function gradientSteps(g: Gradient, thread: i32, threads: i32): void {
  const first = share(g.batch, thread, threads), rows = share(g.batch, thread + 1, threads) - first;
  const to = g.gradient + <usize> thread * g.gradientThread, panel = <usize> g.panelRows << 6;
  if (rows === 0) {
    memory.fill(to, 0, <usize> g.panelCount * panel);
    return;
  }
  const scratch = g.scratch + <usize> thread * g.scratchThread;
  const chunk = chunkSteps(rows);
  for (let step = 0; step < g.steps; step += chunk) {
    const a = g.a + <usize> first * g.aRow + <usize> step * g.aStep;
    const b = g.b + <usize> first * g.bRow + <usize> step * g.bStep;
    const steps = min(chunk, g.steps - step);
    gradient(
      a,
      g.aRow,
      g.aStep,
      g.depth,
      to,
      panel,
      g.panelCount,
      b,
      g.bRow,
      g.bStep,
      steps,
      rows,
      scratch,
      step > 0,
    );
    beat(thread);
  }
}
