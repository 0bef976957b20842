/** The value of an IEEE 754 binary16: sign, 5 bits of exponent with bias 15, 10 bits of fraction. */
export function halfValue(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}

/** Numbers in bfloat16: each is the upper half of a float32. */
export function bfloat16Values(bits: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(bits, (upper) => upper << 16).buffer);
}
