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
 * one image by itself. For second derivatives, the backward call is applied twice.
 */
export interface Elementwise {
  readonly type: "elementwise";
  /** Writes y = f(x), `count` groups of 16 floats; y may be x. */
  readonly forward: (builder: ProgramBuilder, io: { x: Buffer; y: Buffer; count: number }) => void;
  /** Writes dx = dy f'(x), given y = f(x); dx may be dy. */
  readonly backward: (builder: ProgramBuilder, io: { y: Buffer; dy: Buffer; dx: Buffer; count: number }) => void;
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

export interface Sizes {
  readonly channels: number;
  readonly positions: number;
}
