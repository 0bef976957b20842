import type { Ink } from "../../pictures/mnist-frame.ts";
import type { PenPoint } from "./pen.ts";

/** Clears the sheet and draws the strokes: full ink within the pen's radius, with an anti-aliased edge 1 pixel wide. */
export function ink(strokes: readonly (readonly PenPoint[])[], sheet: Ink): Ink {
  sheet.data.fill(0);
  for (const stroke of strokes) for (let i = 1; i < stroke.length; i++) inkPiece(stroke[i - 1], stroke[i], sheet);
  return sheet;
}

/** One straight piece with round ends, whose width changes linearly from end to end. */
function inkPiece(a: PenPoint, b: PenPoint, { rows, columns, data }: Ink): void {
  const reach = Math.max(a.radius, b.radius) + 0.5;
  const top = Math.max(0, Math.floor(Math.min(a.y, b.y) - reach));
  const bottom = Math.min(rows, Math.ceil(Math.max(a.y, b.y) + reach));
  const left = Math.max(0, Math.floor(Math.min(a.x, b.x) - reach));
  const right = Math.min(columns, Math.ceil(Math.max(a.x, b.x) + reach));
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  const perLength = 1 / (dx * dx + dy * dy + 1e-9);
  for (let row = top; row < bottom; row++) {
    const py = row + 0.5 - a.y;
    for (let column = left; column < right; column++) {
      const i = row * columns + column;
      if (data[i] === 1) continue;
      const px = column + 0.5 - a.x;
      const t = Math.min(1, Math.max(0, (px * dx + py * dy) * perLength));
      const x = px - t * dx;
      const y = py - t * dy;
      const square = x * x + y * y;
      if (square >= reach * reach) continue;
      const cover = a.radius + t * (b.radius - a.radius) + 0.5 - Math.sqrt(square);
      if (cover > data[i]) data[i] = Math.min(cover, 1);
    }
  }
}
