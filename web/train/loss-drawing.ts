/** The losses of the batches so far on a canvas: a band from the least to the most, with its mean. */
import type { LossBand } from "../state/loss-band.ts";

export interface LossDrawing {
  readonly band: LossBand;
  /** The ends of the axes: batches of the whole training, and the highest loss. */
  readonly batches: number;
  readonly top: number;
  readonly stepsPerEpoch: number;
  /** The loss of guessing; undefined for none. */
  readonly guessing: number | undefined;
  /** The batch that the user looks back at. */
  readonly mark: number | undefined;
}

interface Colours {
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly accent: string;
  readonly font: string;
}

const [LEFT, RIGHT, ABOVE, BELOW] = [30, 6, 8, 22];

/** Numbers on an axis from 0: at most `most` steps of 1, 2 or 5. */
export function ticks(end: number, most: number): number[] {
  const power = 10 ** Math.floor(Math.log10(end / most));
  const step = [1, 2, 5, 10].map((size) => size * power).find((size) => end / size <= most)!;
  return Array.from({ length: Math.floor(end / step + 1e-9) + 1 }, (_, i) => Number((i * step).toPrecision(6)));
}

export function drawLosses(
  context: CanvasRenderingContext2D,
  [width, height]: readonly [number, number],
  { band, batches, top, stepsPerEpoch, guessing, mark }: LossDrawing,
  colours: Colours,
): void {
  const [right, bottom] = [width - RIGHT, height - BELOW];
  const x = (batch: number) => LEFT + ((right - LEFT) * batch) / batches;
  const y = (loss: number) => ABOVE + (bottom - ABOVE) * (1 - Math.min(1, Math.max(0, loss / top)));
  context.clearRect(0, 0, width, height);
  context.font = `12px ${colours.font}`;
  context.lineWidth = 1;
  const rule = (fromX: number, fromY: number, toX: number, toY: number) => {
    context.beginPath();
    context.moveTo(fromX, fromY);
    context.lineTo(toX, toY);
    context.stroke();
  };
  context.textBaseline = "middle";
  context.textAlign = "right";
  for (const value of ticks(top, 4)) {
    context.strokeStyle = colours.line;
    rule(LEFT, Math.round(y(value)) + 0.5, right, Math.round(y(value)) + 0.5);
    context.fillStyle = colours.soft;
    context.fillText(String(value), LEFT - 6, y(value));
  }
  context.textBaseline = "alphabetic";
  const epochs = batches / stepsPerEpoch;
  const marks = ticks(epochs, 6).filter((epoch) => Number.isInteger(epoch));
  for (const epoch of marks) {
    context.textAlign = epoch === 0 ? "left" : epoch > 0.95 * epochs ? "right" : "center";
    context.fillText(epoch === 0 ? "epoch 0" : String(epoch), x(epoch * stepsPerEpoch), height - 5);
  }
  if (guessing !== undefined) {
    context.strokeStyle = colours.soft;
    context.setLineDash([4, 4]);
    rule(LEFT, y(guessing), right, y(guessing));
    context.setLineDash([]);
    context.textAlign = "right";
    context.fillText("guessing", right, y(guessing) - 5);
  }
  drawBand(context, band, x, y, colours.accent);
  if (mark === undefined) return;
  context.strokeStyle = colours.ink;
  rule(x(mark), ABOVE, x(mark), bottom);
}

function drawBand(
  context: CanvasRenderingContext2D,
  { every, least, most, sum, count }: LossBand,
  x: (batch: number) => number,
  y: (loss: number) => number,
  colour: string,
): void {
  const bins = [...count.keys()].filter((bin) => count[bin]! > 0);
  // The newest bin is not full yet: it ends where its batches do.
  const at = (bin: number) => x(bin * every + count[bin]! / 2);
  context.fillStyle = colour;
  context.globalAlpha = 0.22;
  context.beginPath();
  for (const bin of bins) context.lineTo(at(bin), y(most[bin]!));
  for (const bin of bins.toReversed()) context.lineTo(at(bin), y(least[bin]!));
  context.fill();
  context.globalAlpha = 1;
  context.strokeStyle = colour;
  context.lineWidth = 1.75;
  context.lineJoin = "round";
  context.beginPath();
  for (const bin of bins) context.lineTo(at(bin), y(sum[bin]! / count[bin]!));
  context.stroke();
}
