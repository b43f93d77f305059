/** Bytes of a WAV file before its samples. */
export const HEADER = 44;

/**
 * Samples as a WAV file: RIFF, PCM, one channel, 16 bits. Samples beyond -1 and 1 are clipped.
 *
 * Microsoft and IBM, "Multimedia Programming Interface and Data Specifications 1.0" (1991).
 *
 * @param samples The sound, from -1 to 1.
 * @param sampleRate Samples a second.
 * @throws {RangeError} If the sample rate is not a positive integer, a sample is not a finite number, or the file
 * would pass the 4 GB that its header can state.
 */
export function encodeWav(samples: Float32Array, sampleRate: number): Uint8Array<ArrayBuffer> {
  if (!Number.isInteger(sampleRate) || sampleRate < 1 || sampleRate > 768_000) {
    throw new RangeError(
      `Cannot encode the sound: the sample rate must be an integer from 1 to 768000, current value is ${sampleRate}`,
    );
  }
  const size = samples.length * 2;
  if (size > 0xffffffff - HEADER) {
    throw new RangeError(`Cannot encode the sound: ${samples.length} samples are more than a WAV file can hold`);
  }
  const view = new DataView(new ArrayBuffer(HEADER + size));
  const text = (offset: number, letters: string) => {
    for (let i = 0; i < letters.length; i++) view.setUint8(offset + i, letters.charCodeAt(i));
  };
  text(0, "RIFF");
  view.setUint32(4, HEADER - 8 + size, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true); // bytes of the format that follow
  view.setUint16(20, 1, true); // PCM
  view.setUint16(22, 1, true); // channels
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * 2, true); // bytes a second
  view.setUint16(32, 2, true); // bytes a frame
  view.setUint16(34, 16, true); // bits per sample
  text(36, "data");
  view.setUint32(40, size, true);
  for (let i = 0; i < samples.length; i++) {
    if (!Number.isFinite(samples[i])) {
      throw new RangeError(`Cannot encode the sound: sample ${i} is ${samples[i]}`);
    }
    view.setInt16(HEADER + 2 * i, Math.round(Math.max(-1, Math.min(1, samples[i])) * 32767), true);
  }
  return new Uint8Array(view.buffer);
}
