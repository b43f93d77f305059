// The native kernel: one function that does what an instruction says, for one thread's share. The same arithmetic as
// ../assembly, in the width that the build is for.
#include "adam.h"
#include "arrange.h"
#include "attention.h"
#include "curves.h"
#include "dropout.h"
#include "elementwise.h"
#include "embedding.h"
#include "last.h"
#include "losses.h"
#include "normalization.h"
#include "recall.h"
#include "recurrent.h"
#include "shift.h"

#define INSTRUCTION_BYTES 128

static void multiply_steps(const struct multiply *m, const struct thread *me) {
  int first = share(m->batch, me, 0), examples = share(m->batch, me, 1) - first;
  struct panels b = {at(me, m->panels), (size_t)m->panel_rows * PANEL, m->panel_count};
  // The longer side goes into the tiles.
  int along = m->steps > examples;
  for (int i = 0; i < (along ? examples : m->steps); i++) {
    int example = along ? first + i : first, step = along ? 0 : i;
    struct rows a = {row_at(me, &m->a, example, step), floats(along ? m->a.step : m->a.row)};
    struct rows c = {row_at(me, &m->c, example, step), floats(along ? m->c.step : m->c.row)};
    multiply(a, m->depth, b, c, PANEL, along ? m->steps : examples, m->accumulate);
    beat(me);
  }
}

static void gradient_steps(const struct gradient *g, const struct thread *me) {
  int first = share(g->batch, me, 0), examples = share(g->batch, me, 1) - first;
  float *copy = (float *)at(me, g->gradient) + me->index * floats(g->gradient_thread);
  struct panels to = {copy, (size_t)g->panel_rows * PANEL, g->panel_count};
  if (examples == 0) {
    if (!g->accumulate) memset(copy, 0, to.count * to.panel * sizeof(float));
    return;
  }
  // The longer side is the inner one: `outer` blocks of `inner` rows.
  int along = g->steps > examples, inner = along ? g->steps : examples, outer = along ? examples : g->steps;
  struct blocks a = {row_at(me, &g->a, first, 0), floats(g->a.row), floats(g->a.step)};
  struct blocks b = {row_at(me, &g->b, first, 0), floats(g->b.row), floats(g->b.step)};
  if (along) {
    a = (struct blocks){a.first, a.step, a.row};
    b = (struct blocks){b.first, b.step, b.row};
  }
  int more = g->accumulate, rows = inner < CHUNK ? inner : CHUNK, blocks = CHUNK / rows;
  for (int i = 0; i < outer; i += blocks) {
    for (int j = 0; j < inner; j += rows) {
      struct blocks from = {a.first + i * a.step + j * a.row, a.row, a.step};
      struct blocks with = {b.first + i * b.step + j * b.row, b.row, b.step};
      int count = blocks < outer - i ? blocks : outer - i;
      gradient(from, g->depth, to, with, count, rows < inner - j ? rows : inner - j, more);
      more = 1;
      beat(me);
    }
  }
}

static void execute(const struct thread *me, const void *record) {
  const void *pointed = at(me, ((const struct pointed *)record)->record);
  switch (*(const int32_t *)record) {
    case COPY: copy(record, me); break;
    case ZERO: zero(record, me); break;
    case PACK: pack(record, 0, me); break;
    case UNPACK: pack(record, 1, me); break;
    case TRANSPOSE: transpose(record, me); break;
    case FORWARD: forward(pointed, me); break;
    case BACKWARD: backward(pointed, me); break;
    case MULTIPLY: multiply_steps(record, me); break;
    case GRADIENT: gradient_steps(record, me); break;
    case CROSS_ENTROPY: cross_entropy(record, me); break;
    case PRESSED_ERROR: pressed_error(record, me); break;
    case REDUCE: reduce(record, me); break;
    case ADAM: adam(record, me); break;
    case ADD: add(record, me); break;
    case PRODUCT: product(record, me); break;
    case EMBED: embed(record, me); break;
    case EMBED_GRADIENT: embed_gradient(record, me); break;
    case DROPOUT: dropout(record, me); break;
    case CURVE: curve(record, me); break;
    case CURVE_GRADIENT: curve_gradient(record, me); break;
    case NORMALIZE: normalize(record, me); break;
    case NORMALIZE_GRADIENT: normalize_gradient(record, me); break;
    case SHIFT: shift(record, me); break;
    case SHIFT_GRADIENT: shift_gradient(record, me); break;
    case LAST: last(record, me); break;
    case LAST_GRADIENT: last_gradient(record, me); break;
    case DECAY: decay(record, me); break;
    case ATTENTION: attention(pointed, me); break;
    case ATTENTION_GRADIENT: attention_gradient(pointed, me); break;
    case RECALL: recall(pointed, me); break;
  }
  beat(me);
}

/**
 * Executes instructions from an address on.
 *
 * @param memory The first byte of the shared memory; addresses count from there.
 * @param thread This thread's number of `threads`.
 * @returns The address after a barrier, or 0 at the end of the program.
 */
uint32_t run(uint8_t *memory, uint32_t instruction, int32_t thread, int32_t threads) {
  struct thread me = {memory, thread, threads};
  for (;; instruction += INSTRUCTION_BYTES) {
    const void *record = at(&me, instruction);
    switch (*(const int32_t *)record) {
      case END: return 0;
      case BARRIER: return instruction + INSTRUCTION_BYTES;
      default: execute(&me, record);
    }
  }
}
