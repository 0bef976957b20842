/**
 * exp, ln, sin and cos in float64, computed only by additions, multiplications and divisions, with errors of about
 * 1e-15. JavaScript engines differ in the last bits of `Math.exp`, `Math.log`, `Math.sin` and `Math.cos`. These
 * functions give the same bits everywhere, so that a seed means the same numbers in Node and in every browser.
 * (`Math.sqrt` is exact by the standard.)
 */

const LN2 = Math.LN2;
const HALF_PI = Math.PI / 2;

/** e^x. */
export function exp(x: number): number {
  if (x > 709.78) return Number.POSITIVE_INFINITY;
  if (x < -745) return 0;
  const k = Math.round(x / LN2);
  const r = x - k * LN2;
  let sum = 1;
  for (let n = 16; n >= 1; n--) sum = 1 + (sum * r) / n;
  // In two steps: 2^1024 alone would overflow.
  return sum * 2 ** (k - 1) * 2;
}

/** The natural logarithm; NaN below 0. */
export function ln(x: number): number {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  let k = 0;
  let m = x;
  for (; m > Math.SQRT2; m /= 2) k++;
  for (; m < Math.SQRT1_2; m *= 2) k--;
  // ln m = 2 artanh((m - 1) / (m + 1))
  const t = (m - 1) / (m + 1);
  const t2 = t * t;
  let sum = 0;
  for (let n = 27; n >= 1; n -= 2) sum = sum * t2 + 1 / n;
  return k * LN2 + 2 * t * sum;
}

/** x^y for x > 0. */
export function power(x: number, y: number): number {
  return exp(y * ln(x));
}

/** x^n for a whole number n >= 0, by squaring. */
export function wholePower(x: number, n: number): number {
  let result = 1;
  for (let factor = x, left = n; left > 0; left = Math.floor(left / 2), factor *= factor) {
    if (left % 2 === 1) result *= factor;
  }
  return result;
}

/** The sine of an angle in radians. */
export function sin(x: number): number {
  const quarter = Math.round(x / HALF_PI);
  const r = x - quarter * HALF_PI;
  switch (((quarter % 4) + 4) % 4) {
    case 0:
      return sinNearZero(r);
    case 1:
      return cosNearZero(r);
    case 2:
      return -sinNearZero(r);
    default:
      return -cosNearZero(r);
  }
}

/** The cosine of an angle in radians. */
export function cos(x: number): number {
  return sin(x + HALF_PI);
}

function sinNearZero(r: number): number {
  let sum = 1;
  for (let n = 20; n >= 2; n -= 2) sum = 1 - (sum * r * r) / (n * (n + 1));
  return r * sum;
}

function cosNearZero(r: number): number {
  let sum = 1;
  for (let n = 19; n >= 1; n -= 2) sum = 1 - (sum * r * r) / (n * (n + 1));
  return sum;
}
