/** A function that works each answer out once, and forgets it with the thing that it was asked about. */
export function remembered<Thing extends object, Answer>(answer: (of: Thing) => Answer): (of: Thing) => Answer {
  const known = new WeakMap<Thing, Answer>();
  return (thing) => {
    if (!known.has(thing)) known.set(thing, answer(thing));
    return known.get(thing)!;
  };
}
