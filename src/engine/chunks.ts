/** The maximum number of floats of one call on a variable, so that threads can share the work. */
const CHUNK = 8192;

/** The parts of a variable of `count` floats that threads share. */
export function* chunks(count: number): Generator<{ start: number; count: number }> {
  for (let start = 0; start < count; start += CHUNK) yield { start, count: Math.min(CHUNK, count - start) };
}
