// The native kernel: one function that does what an instruction says, for one thread's share. The same arithmetic as
// ../assembly, in the width that the build is for.
#include "adam.h"
#include "arrange.h"
#include "losses.h"
#include "recurrent.h"

#define INSTRUCTION_BYTES 64

static void multiply_steps(const struct multiply *m, const struct thread *me) {
  int first = share(m->batch, me, 0), rows = share(m->batch, me, 1) - first;
  struct panels b = {at(me, m->panels), (size_t)m->panel_rows * PANEL, m->panel_count};
  for (int step = 0; step < m->steps; step++) {
    struct rows a = rows_at(me, m->a, m->a_row, floats(m->a_step), step, first);
    struct rows c = rows_at(me, m->c, m->c_row, floats(m->c_step), step, first);
    multiply(a, m->depth, b, c, PANEL, rows, 0);
    beat(me);
  }
}

static void gradient_steps(const struct gradient *g, const struct thread *me) {
  int first = share(g->batch, me, 0), rows = share(g->batch, me, 1) - first;
  float *copy = (float *)at(me, g->gradient) + (size_t)me->index * floats(g->gradient_thread);
  struct panels to = {copy, (size_t)g->panel_rows * PANEL, g->panel_count};
  if (rows == 0) {
    memset(copy, 0, to.count * to.panel * sizeof(float));
    return;
  }
  int chunk = rows < CHUNK ? CHUNK / rows : 1;
  for (int step = 0; step < g->steps; step += chunk) {
    struct rows a = rows_at(me, g->a, g->a_row, floats(g->a_step), step, first);
    struct rows b = rows_at(me, g->b, g->b_row, floats(g->b_step), step, first);
    struct blocks from = {a.first, a.row, floats(g->a_step)}, with = {b.first, b.row, floats(g->b_step)};
    gradient(from, g->depth, to, with, chunk < g->steps - step ? chunk : g->steps - step, rows, step > 0);
    beat(me);
  }
}

static void execute(const struct thread *me, const void *record) {
  switch (*(const int32_t *)record) {
    case COPY: copy(record, me); break;
    case ZERO: zero(record, me); break;
    case PACK: pack(record, 0, me); break;
    case UNPACK: pack(record, 1, me); break;
    case TRANSPOSE: transpose(record, me); break;
    case FORWARD: forward(at(me, ((const struct recurrent *)record)->layer), me); break;
    case BACKWARD: backward(at(me, ((const struct recurrent *)record)->layer), me); break;
    case MULTIPLY: multiply_steps(record, me); break;
    case GRADIENT: gradient_steps(record, me); break;
    case CROSS_ENTROPY: cross_entropy(record, me); break;
    case PRESSED_ERROR: pressed_error(record, me); break;
    case REDUCE: reduce(record, me); break;
    case ADAM: adam(record, me); break;
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
