/** The last tick that pretty_midi believes; a file with a later one is taken for damaged. */
export const MAX_TICK = 1e7 - 1;
/** midi-file computes the lower number of a metre in 32 bits. */
export const MAX_DENOMINATOR_EXPONENT = 30;
/** A name may take so many bytes; no person writes a longer one. */
export const MAX_NAME_BYTES = 1000;
/** MIDI channel 10, the percussion, counted from 0. */
export const DRUM_CHANNEL = 9;
