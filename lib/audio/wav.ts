/** Bytes of a WAV file before its samples. */
export const HEADER = 44;

/**
 * Samples as a WAV file: RIFF, PCM, one channel or two, 16 bits. Samples beyond -1 and 1 are clipped.
 *
 * Microsoft and IBM, "Multimedia Programming Interface and Data Specifications 1.0" (1991).
 *
 * @param samples The sound, from -1 to 1; or left and right, equally long.
 * @param sampleRate Samples a second.
 * @throws {RangeError} If the sample rate is not a positive integer, a sample is not a finite number, the channels are not
 * equally long, or the file would pass the 4 GB that its header can state.
 */
export function encodeWav(
  samples: Float32Array | readonly [left: Float32Array, right: Float32Array],
  sampleRate: number,
): Uint8Array<ArrayBuffer> {
  if (!Number.isInteger(sampleRate) || sampleRate < 1 || sampleRate > 768_000) {
    throw new RangeError(
      `Cannot encode the sound: the sample rate must be an integer from 1 to 768000, current value is ${sampleRate}`,
    );
  }
  const channels = samples instanceof Float32Array ? [samples] : samples;
  const [{ length }] = channels, frame = 2 * channels.length, size = length * frame;
  if (channels.some((channel) => channel.length !== length)) {
    throw new RangeError(
      `Cannot encode the sound: the channels have ${channels.map(({ length }) => length).join(" and ")} samples`,
    );
  }
  if (size > 0xffffffff - HEADER) {
    throw new RangeError(`Cannot encode the sound: ${size / 2} samples are more than a WAV file can hold`);
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
  view.setUint16(22, channels.length, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * frame, true); // bytes a second
  view.setUint16(32, frame, true); // bytes a sample of all channels
  view.setUint16(34, 16, true); // bits per sample
  text(36, "data");
  view.setUint32(40, size, true);
  for (const [c, channel] of channels.entries()) {
    for (let i = 0; i < length; i++) {
      if (!Number.isFinite(channel[i])) {
        throw new RangeError(`Cannot encode the sound: sample ${i} is ${channel[i]}`);
      }
      view.setInt16(HEADER + frame * i + 2 * c, Math.round(Math.max(-1, Math.min(1, channel[i])) * 32767), true);
    }
  }
  return new Uint8Array(view.buffer);
}
