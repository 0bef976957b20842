/** The arithmetic of one number of a layer: plain data, from which the inspector draws and screen readers read. */
import type { Unit } from "../../state/view.ts";

export interface Explanation {
  /** The steps, in order. */
  readonly parts: readonly Part[];
  /** What they give, in float64 from the float32 inputs and weights; undefined where nothing can be said. */
  readonly value: number | undefined;
}

export type Part = Windows | Terms | Pool | Line | Curve | Shares | Distance | Copy | Note;

/** Windows of maps times kernels. */
export interface Windows {
  readonly type: "windows";
  readonly windows: readonly Window[];
  /** The sum of what the windows give. */
  readonly sum: number;
}

/** One incoming map: its window, number by number times the kernel. All lists are row by row. */
export interface Window {
  readonly layer: string;
  /** The map, from 0, and how many the layer has. */
  readonly map: number;
  readonly maps: number;
  readonly rows: number;
  readonly columns: number;
  /** Where the numbers stand; undefined for padding. */
  readonly units: readonly (Unit | undefined)[];
  readonly values: readonly number[];
  readonly kernel: readonly number[];
  readonly products: readonly number[];
  readonly subtotal: number;
  /** What the subtotal is multiplied with before it is added; 1 but for a separable convolution. */
  readonly factor: number;
}

/** A sum, a product, a mean or an extreme of numbers. */
export interface Terms {
  readonly type: "terms";
  readonly kind: "sum" | "difference" | "product" | "mean" | "largest" | "smallest";
  /** In the order of the inputs. */
  readonly terms: readonly Term[];
  readonly result: number;
}

export interface Term {
  readonly unit: Unit;
  readonly value: number;
  /** What the value is multiplied with; undefined where it stands by itself. */
  readonly weight?: number;
  /** The value times the weight. */
  readonly product: number;
}

/** The window of a pool. */
export interface Pool {
  readonly type: "pool";
  readonly kind: "mean" | "largest" | "sum";
  readonly rows: number;
  readonly columns: number;
  readonly units: readonly Unit[];
  readonly values: readonly number[];
  readonly result: number;
}

/** One operation on the number before it. */
export interface Line {
  readonly type: "line";
  /** Such as "plus the bias". */
  readonly text: string;
  /** The number that comes in; undefined where the text has all. */
  readonly operand?: number;
  /** The number after it. */
  readonly result: number;
}

/** A function of one number, with its graph. */
export interface Curve {
  readonly type: "curve";
  readonly name: string;
  /** Such as "1.7159 tanh(2x / 3)". */
  readonly formula: string;
  readonly x: number;
  readonly y: number;
  f(x: number): number;
}

/** Softmax: each exponential is divided by the sum of all. */
export interface Shares {
  readonly type: "shares";
  readonly shares: readonly { readonly unit: Unit; readonly x: number; readonly exponential: number }[];
  readonly sum: number;
  /** Which of them is explained. */
  readonly own: number;
  /** Whether the logarithm is taken. */
  readonly isLog: boolean;
}

/** The squared distance of numbers from a code. */
export interface Distance {
  readonly type: "distance";
  readonly units: readonly Unit[];
  readonly values: readonly number[];
  readonly code: readonly number[];
  readonly squares: readonly number[];
  readonly sum: number;
}

/** The number is that of another unit. */
export interface Copy {
  readonly type: "copy";
  readonly unit: Unit;
  /** Why. */
  readonly text: string;
  readonly value: number;
}

/** A sentence. */
export interface Note {
  readonly type: "note";
  readonly text: string;
}

/** Sums as they are shown. */
export function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
