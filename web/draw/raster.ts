/** The strokes of the pad as pixels. */
import { PAD, type Point, type Stroke } from "../state/strokes.ts";

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** Draws strokes on a canvas of `side` x `side` pixels: ink of a colour, and nothing where a stroke erased. */
export function drawStrokes(context: Context, strokes: readonly Stroke[], side: number, colour: string): void {
  context.clearRect(0, 0, side, side);
  for (const { erases, points } of strokes) drawPoints(context, points, 0, erases, side, colour);
}

/** Draws the points of a stroke from one on, joined to the point before it. */
export function drawPoints(
  context: Context,
  points: readonly Point[],
  first: number,
  erases: boolean,
  side: number,
  colour: string,
): void {
  const scale = side / PAD;
  context.lineCap = "round";
  context.lineJoin = "round";
  context.strokeStyle = colour;
  context.globalCompositeOperation = erases ? "destination-out" : "source-over";
  for (let i = first; i < points.length; i++) {
    const { x, y, width } = points[i]!;
    const from = points[i - 1] ?? { x, y };
    context.lineWidth = width * scale;
    context.beginPath();
    context.moveTo(from.x * scale, from.y * scale);
    context.lineTo(x * scale, y * scale);
    context.stroke();
  }
  context.globalCompositeOperation = "source-over";
}
