// The compiled kernel: one function that executes a program for one thread's share of the work.
import { adam, Adam, Decay, decay, reduce, Reduce } from "./adam";
import { Copy, copy, pack, Pack, Transpose, transpose, zero, Zero } from "./arrange";
import { Attention, attention, attentionGradient } from "./attention";
import { curve, curveGradient, CurveGradient, CurveRows } from "./curves";
import { dropout, Dropout } from "./dropout";
import { add, Add, Product, product } from "./elementwise";
import { Embed, embed, embedGradient, EmbedGradient } from "./embedding";
import { CHUNK, gradient } from "./gradient";
import { last, Last, lastGradient } from "./last";
import { crossEntropy, Loss, pressedError } from "./losses";
import { multiply } from "./multiply";
import { normalize, Normalize, normalizeGradient, NormalizeGradient } from "./normalization";
import { Recall, recall } from "./recall";
import { Gradient, Layer, Multiply, Operation, Pointed } from "./records";
import { backward, forward } from "./recurrent";
import { beat, place, share } from "./share";
import { Shift, shift } from "./shift";

const END: i32 = 0, BARRIER: i32 = 1;
const INSTRUCTION_BYTES: usize = 128;

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
    case Operation.Zero:
      zero(changetype<Zero>(instruction), thread, threads);
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
      forward(changetype<Pointed<Layer>>(instruction).record, thread, threads);
      break;
    case Operation.Backward:
      backward(changetype<Pointed<Layer>>(instruction).record, thread, threads);
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
    case Operation.Add:
      add(changetype<Add>(instruction), thread, threads);
      break;
    case Operation.Product:
      product(changetype<Product>(instruction), thread, threads);
      break;
    case Operation.Embed:
      embed(changetype<Embed>(instruction), thread, threads);
      break;
    case Operation.EmbedGradient:
      embedGradient(changetype<EmbedGradient>(instruction), thread, threads);
      break;
    case Operation.Dropout:
      dropout(changetype<Dropout>(instruction), thread, threads);
      break;
    case Operation.Curve:
      curve(changetype<CurveRows>(instruction), thread, threads);
      break;
    case Operation.CurveGradient:
      curveGradient(changetype<CurveGradient>(instruction), thread, threads);
      break;
    case Operation.Normalize:
      normalize(changetype<Normalize>(instruction), thread, threads);
      break;
    case Operation.NormalizeGradient:
      normalizeGradient(changetype<NormalizeGradient>(instruction), thread, threads);
      break;
    case Operation.Shift:
      shift(changetype<Shift>(instruction), false, thread, threads);
      break;
    case Operation.ShiftGradient:
      shift(changetype<Shift>(instruction), true, thread, threads);
      break;
    case Operation.Last:
      last(changetype<Last>(instruction), thread, threads);
      break;
    case Operation.LastGradient:
      lastGradient(changetype<Last>(instruction), thread, threads);
      break;
    case Operation.Decay:
      decay(changetype<Decay>(instruction), thread, threads);
      break;
    case Operation.Attention:
      attention(changetype<Pointed<Attention>>(instruction).record, thread, threads);
      break;
    case Operation.AttentionGradient:
      attentionGradient(changetype<Pointed<Attention>>(instruction).record, thread, threads);
      break;
    case Operation.Recall:
      recall(changetype<Pointed<Recall>>(instruction).record);
      break;
    default:
      unreachable();
  }
  beat(thread);
}

function multiplySteps(m: Multiply, thread: i32, threads: i32): void {
  const first = share(m.batch, thread, threads), examples = share(m.batch, thread + 1, threads) - first;
  // The longer side goes into the tiles.
  const along = m.steps > examples, rows = along ? m.steps : examples, times = along ? examples : m.steps;
  const aRow = along ? m.aStep : m.aRow, aNext = along ? m.aRow : m.aStep;
  const cRow = along ? m.cStep : m.cRow, cNext = along ? m.cRow : m.cStep;
  let a = m.a + <usize> first * m.aRow, c = m.c + <usize> first * m.cRow;
  for (let i = 0; i < times; i++) {
    const panel = <usize> m.panelRows << 6;
    multiply(a, aRow, m.depth, m.panels, panel, m.panelCount, c, cRow, 64, rows, m.accumulate !== 0);
    a += aNext;
    c += cNext;
    beat(thread);
  }
}

function gradientSteps(g: Gradient, thread: i32, threads: i32): void {
  const first = share(g.batch, thread, threads), examples = share(g.batch, thread + 1, threads) - first;
  const to = g.gradient + <usize> thread * g.gradientThread, panel = <usize> g.panelRows << 6;
  let more = g.accumulate !== 0;
  if (examples === 0) {
    if (!more) memory.fill(to, 0, <usize> g.panelCount * panel);
    return;
  }
  const scratch = g.scratch + <usize> thread * g.scratchThread;
  // The longer side is the inner one: `outer` blocks of `inner` rows.
  const along = g.steps > examples, inner = along ? g.steps : examples, outer = along ? examples : g.steps;
  const aRow = along ? g.aStep : g.aRow, aStep = along ? g.aRow : g.aStep;
  const bRow = along ? g.bStep : g.bRow, bStep = along ? g.bRow : g.bStep;
  const most = min(inner, CHUNK), blocks = CHUNK / most;
  const firstA = g.a + <usize> first * g.aRow, firstB = g.b + <usize> first * g.bRow;
  for (let i = 0; i < outer; i += blocks) {
    for (let j = 0; j < inner; j += most) {
      const a = place(firstA, aRow, aStep, j, i), b = place(firstB, bRow, bStep, j, i);
      const steps = min(blocks, outer - i), rows = min(most, inner - j), count = g.panelCount;
      gradient(a, aRow, aStep, g.depth, to, panel, count, b, bRow, bStep, steps, rows, scratch, more);
      more = true;
      beat(thread);
    }
  }
}
