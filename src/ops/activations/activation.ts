import type { ProgramBuilder } from "../../engine/builder.ts";
import type { Buffer } from "../../engine/pending-call.ts";

/** An activation as its file declares it. A missing pass is a compile error. */
export type Activation = Identity | Elementwise | AcrossChannels;

/** y = x: no call is written. */
export interface Identity {
  readonly type: "identity";
}

/**
 * y = f(x), element by element. Padding is computed like other elements, so that the same calls work on blocks and on
 * one image by itself: the derivative of a finite number must be finite. For second derivatives, the backward call is
 * applied twice.
 */
export type Elementwise = ElementwiseOfOutput | ElementwiseOfInput;

interface Forward {
  readonly type: "elementwise";
  /** Writes y = f(x), `count` groups of 16 floats; y may be x. */
  readonly forward: (builder: ProgramBuilder, io: ForwardBuffers & Count) => void;
}

/** Its derivative follows from y, so that a training step, too, may compute it in place. */
export interface ElementwiseOfOutput extends Forward {
  readonly backwardReads: "y";
  /** Writes dx = dy f'(x), given y = f(x); dx may be dy. */
  readonly backward: (builder: ProgramBuilder, io: BackwardBuffers & Count) => void;
}

/** Its derivative is computed from x, which a training step keeps beside y. */
export interface ElementwiseOfInput extends Forward {
  readonly backwardReads: "x";
  /** Writes dx = dy f'(x); dx may be dy. */
  readonly backward: (builder: ProgramBuilder, io: Omit<BackwardBuffers, "y"> & { x: Buffer } & Count) => void;
}

/** Each output depends on all channels of its position (on all features of a vector, which is one position). */
export interface AcrossChannels {
  readonly type: "acrossChannels";
  /** Writes y; y may be x. */
  readonly forward: (builder: ProgramBuilder, io: ForwardBuffers & Sizes) => void;
  /** Writes dx[c] = sum over k of dy[k] times the derivative of y[k] by x[c]; dx may be dy. */
  readonly backward: (builder: ProgramBuilder, io: BackwardBuffers & Sizes) => void;
  /** The same sum with each derivative squared (1998, eqs. 22 to 27). */
  readonly curvature: (builder: ProgramBuilder, io: BackwardBuffers & Sizes) => void;
  /** One image by itself; "none": the model computes its image in a block instead. */
  readonly forwardOfImage: ((builder: ProgramBuilder, io: ForwardBuffers & Sizes) => void) | "none";
  readonly backwardOfImage: ((builder: ProgramBuilder, io: BackwardBuffers & Sizes) => void) | "none";
}

export interface ForwardBuffers {
  readonly x: Buffer;
  readonly y: Buffer;
}

export interface BackwardBuffers {
  readonly y: Buffer;
  readonly dy: Buffer;
  readonly dx: Buffer;
}

export interface Count {
  readonly count: number;
}

export interface Sizes {
  readonly channels: number;
  readonly positions: number;
}
