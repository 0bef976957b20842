import type { Ink } from "../mnist-frame.ts";
import { distanceTo } from "./filters.ts";

/**
 * The width of strokes in MNIST, by {@link strokeWidth} in images enlarged five times: in 1,000 training images, the
 * median is 2.36 pixels, 80% are from 1.7 to 3.3 (`test/slow/pictures.test.ts`).
 */
export const MNIST_STROKE = 2.4;

/**
 * The mean width of the strokes in pixels: four times the mean distance to the edge, since across a strip of width w
 * this distance is w / 4 on average. The measured distances are between centres of pixels, half a pixel more. Outside
 * of the picture is paper.
 */
export function strokeWidth(ink: Ink): number {
  const [rows, columns] = [ink.rows + 2, ink.columns + 2];
  const paper = new Uint8Array(rows * columns).fill(1);
  for (let row = 0, at = 0; row < ink.rows; row++) {
    for (let column = 0; column < ink.columns; column++, at++) {
      if (ink.data[at] > 0.5) paper[(row + 1) * columns + column + 1] = 0;
    }
  }
  const distances = distanceTo(paper, rows, columns);
  let [sum, count] = [0, 0];
  for (let at = 0; at < distances.length; at++) {
    if (distances[at] === 0) continue;
    sum += distances[at];
    count++;
  }
  return count === 0 ? 1 : Math.max(1, 4 * (sum / count - 0.5));
}

/**
 * Widens strokes that are thinner than MNIST's, relative to the digit's size: otherwise they would fade when the digit
 * is scaled to 20 pixels. Adds the space around the digit that they need.
 *
 * @param ink the digit alone, up to the edges of its box
 * @param stroke its stroke width, where it is known
 */
export function widened(ink: Ink, stroke: number = strokeWidth(ink)): Ink {
  const longer = Math.max(ink.rows, ink.columns);
  // After growing by r on each side: (stroke + 2 r) * 20 / (longer + 2 r) = MNIST_STROKE
  const radius = ((MNIST_STROKE * longer) / 20 - stroke) / (2 - MNIST_STROKE / 10);
  if (radius < 0.25) return ink;
  const room = Math.ceil(radius) + 1;
  const [rows, columns] = [ink.rows + 2 * room, ink.columns + 2 * room];
  const data = new Float32Array(rows * columns);
  for (let row = 0; row < ink.rows; row++) {
    data.set(ink.data.subarray(row * ink.columns, (row + 1) * ink.columns), (row + room) * columns + room);
  }
  const inked = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) if (data[i] > 0.5) inked[i] = 1;
  const distances = distanceTo(inked, rows, columns, radius + 0.5);
  for (let i = 0; i < data.length; i++) {
    const amount = Math.min(1, radius + 0.5 - distances[i]);
    if (amount > data[i]) data[i] = amount;
  }
  return { rows, columns, data };
}
