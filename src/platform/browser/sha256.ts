/** SHA-256 (FIPS 180-4) for pages that are not served by https: these have no `crypto.subtle`. 100 MB take a second. */

/** The constants of the standard: the first 32 bits of the fractional parts of roots of the first primes. */
function primeRoots(count: number, root: (prime: number) => number): Int32Array {
  const found: number[] = [];
  for (let number = 2; found.length < count; number++)
    if (!found.some((prime) => number % prime === 0)) found.push(number);
  return Int32Array.from(found, (prime) => ((root(prime) % 1) * 2 ** 32) | 0);
}

const constants = primeRoots(64, Math.cbrt);
const initial = primeRoots(8, Math.sqrt);

/** @returns 32 bytes */
export function sha256Bytes(bytes: Uint8Array): Uint8Array {
  const hash = initial.slice();
  const words = new Int32Array(64);
  const whole = bytes.length - (bytes.length % 64);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at < whole; at += 64) addBlock(hash, words, view, at);
  // The end: what is left, a bit of 1, zeros, and the length in bits.
  const end = new DataView(new ArrayBuffer(bytes.length - whole < 56 ? 64 : 128));
  new Uint8Array(end.buffer).set(bytes.subarray(whole));
  end.setUint8(bytes.length - whole, 0x80);
  end.setBigUint64(end.byteLength - 8, BigInt(bytes.length) * 8n);
  for (let at = 0; at < end.byteLength; at += 64) addBlock(hash, words, end, at);
  const digest = new DataView(new ArrayBuffer(32));
  hash.forEach((word, i) => {
    digest.setInt32(4 * i, word);
  });
  return new Uint8Array(digest.buffer);
}

function addBlock(hash: Int32Array, words: Int32Array, view: DataView, at: number): void {
  for (let i = 0; i < 16; i++) words[i] = view.getInt32(at + 4 * i);
  for (let i = 16; i < 64; i++) {
    const [x, y] = [words[i - 15]!, words[i - 2]!];
    const before = turned(x, 7) ^ turned(x, 18) ^ (x >>> 3);
    const after = turned(y, 17) ^ turned(y, 19) ^ (y >>> 10);
    words[i] = words[i - 16]! + before + words[i - 7]! + after;
  }
  let [a, b, c, d, e, f, g, h] = hash as unknown as [number, number, number, number, number, number, number, number];
  for (let i = 0; i < 64; i++) {
    const sum1 = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
    const first = (h + sum1 + ((e & f) ^ (~e & g)) + constants[i]! + words[i]!) | 0;
    const sum0 = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22);
    const second = (sum0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => {
    hash[i] = hash[i]! + word;
  });
}

/** The bits of a word, turned to the right. */
function turned(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}
