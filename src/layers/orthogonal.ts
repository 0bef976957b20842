import type { Random } from "../core/random.ts";

/**
 * A random matrix [rows][columns] whose columns (or rows, where there are fewer) are orthogonal and of length 1: normal
 * numbers, made orthogonal one after the other by the modified Gram-Schmidt process. In exact arithmetic that is the Q
 * of a QR decomposition whose R has a positive diagonal, as Keras makes it.
 */
export function orthogonalMatrix(rows: number, columns: number, random: Random): Float64Array {
  const [count, length] = [Math.min(rows, columns), Math.max(rows, columns)];
  const vectors = Array.from({ length: count }, () => Float64Array.from({ length }, () => random.normal()));
  vectors.forEach((vector, k) => {
    // Twice: once leaves what rounding adds where vectors are nearly parallel.
    for (let pass = 0; pass < 2; pass++) {
      for (const earlier of vectors.slice(0, k)) {
        const share = dot(vector, earlier);
        for (let i = 0; i < length; i++) vector[i]! -= share * earlier[i]!;
      }
    }
    const norm = Math.sqrt(dot(vector, vector));
    for (let i = 0; i < length; i++) vector[i]! /= norm;
  });
  return Float64Array.from({ length: rows * columns }, (_, index) => {
    const [row, column] = [Math.floor(index / columns), index % columns];
    return rows >= columns ? vectors[column]![row]! : vectors[row]![column]!;
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
