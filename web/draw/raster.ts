/** The strokes of the pad as pixels. */
import { PAD, type Stroke } from "../state/strokes.ts";

/** Draws strokes on a canvas of `side` x `side` pixels: white ink, or nothing where a stroke erased. */
export function drawStrokes(
  context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D,
  strokes: readonly Stroke[],
  side: number,
  colour: string,
): void {
  const scale = side / PAD;
  context.clearRect(0, 0, side, side);
  context.lineCap = "round";
  context.lineJoin = "round";
  context.strokeStyle = colour;
  for (const { erases, points } of strokes) {
    context.globalCompositeOperation = erases ? "destination-out" : "source-over";
    points.forEach(({ x, y, width }, i) => {
      const from = points[i - 1] ?? { x, y };
      context.lineWidth = width * scale;
      context.beginPath();
      context.moveTo(from.x * scale, from.y * scale);
      context.lineTo(x * scale, y * scale);
      context.stroke();
    });
  }
  context.globalCompositeOperation = "source-over";
}
