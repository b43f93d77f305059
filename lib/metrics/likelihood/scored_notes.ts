/** What a model said of one side of each note (its pitch, say) before it came: one entry per note. */
export interface ScoredHead {
  /** `-ln p` of the class that came, in nats: 0 or more. */
  nats: Float64Array;
  /** 1 where the likeliest class came, otherwise 0; of several equally likely ones the lowest counts. */
  hit: Uint8Array;
  /** Probability of the likeliest class, from 0 to 1. */
  confidence: Float64Array;
}

/**
 * What a model said of the notes of some pieces, each before it came: what the
 * likelihoods are computed from. `Head` are the names of what it named,
 * `"pitch" | "step" | "duration"` of a note.
 */
export interface ScoredNotes<Head extends string = string> {
  /** Names of the pieces that have scored notes, in order. */
  pieces: readonly string[];
  /** Of each scored note the index in `pieces`; never decreasing. */
  piece: Int32Array;
  /** Of each head as many entries as `piece` has. */
  heads: Record<Head, ScoredHead>;
}
