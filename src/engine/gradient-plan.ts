import { sizeOf } from "../core/tensor.ts";
import { CallPlan } from "./call-plan.ts";
import { chunks } from "./chunks.ts";
import { roundUp } from "./memory-plan.ts";
import { type Buffer, moved, type PendingCall } from "./pending-call.ts";
import { type Argument, GROUP_BYTES, LANES, type Place, shardsOf } from "./program.ts";
import type { Variable } from "./variable.ts";

/**
 * The bytes that gradients of the whole batch may always take. Above, they may take no more than the gradients of shards
 * would.
 */
const MUCH_KEPT = 64e6;

/** A part of a variable and of its gradient. */
export interface GradientPart {
  readonly variable: Variable;
  readonly w: Place;
  readonly g: Place;
  /** The bytes from the variable's address to this part's. */
  readonly offset: number;
  /** The number of floats, a multiple of 4. */
  readonly count: number;
  /** The shards that have a gradient of their own. */
  readonly shards: Argument;
  /** A float64 for the sum of the gradient's squares, a group behind that of the part before. */
  readonly squares: Place;
}

/** A gradient that can be computed after all blocks. */
interface BatchGradient {
  /** What the calls read, which is then kept for each block of images. */
  readonly reads: readonly Buffer[];
  /**
   * The calls of the gradient at `place`, which they add to if `accumulate` is not 0, of the `images` images of one block,
   * or of blocks that are `stride` bytes apart.
   */
  readonly write: (
    place: Place,
    accumulate: Argument,
    blocks: { readonly images: Argument; readonly stride: Argument },
  ) => readonly PendingCall[];
}

/** Plans where the gradients of weights lie, and when they are computed: for each block, or once for the whole batch. */
export abstract class GradientPlan extends CallPlan {
  abstract readonly batchSize: number;
  /** Bytes of a shard's gradient. */
  protected gradientEnd = 0;
  /** The addresses of {@link GradientPart.squares}. */
  protected gradientSquares: readonly number[] = [];
  /** The gradients of {@link gradientOfBatch} that are computed after all blocks. */
  protected readonly ofBatch = new Map<Variable, BatchGradient & { readonly layer?: string }>();
  private readonly gradients = new Map<Variable, Place>();
  /** What is kept for each block for {@link ofBatch}, and its bytes; sums, so that deep networks take linear time. */
  private readonly kept = new Set<Buffer>();
  private keptBytes = 0;
  /** Bytes of the gradients of {@link ofBatch}. */
  private ofBatchBytes = 0;

  /**
   * The address of a variable's gradient. `accumulate` is 0 for the first write of a shard, which overwrites, so that
   * gradients need no clearing.
   */
  gradient(variable: Variable): { place: Place; accumulate: Argument } {
    if (!variable.trainable)
      throw new Error(`an operation asks for the gradient of "${variable.path}", which is frozen`);
    const other = this.ofBatch.get(variable);
    if (other) {
      this.ofBatch.delete(variable);
      this.ofBatchBytes -= sizeOf(variable.shape) * 4;
      this.callForBlock(variable, other);
    }
    const known = this.gradients.get(variable);
    if (known) return { place: known, accumulate: 1 };
    const place: Place = { space: "gradient", at: this.allocateGradient(sizeOf(variable.shape) * 4) };
    this.gradients.set(variable, place);
    return { place, accumulate: { runtime: "accumulate" } };
  }

  /**
   * The gradient of a variable, computed after all blocks: shards need none of their own, and nothing sums them. Each
   * block computes it where another operation adds to the same gradient, and where the batch is so large that keeping what
   * the calls read takes much memory.
   */
  gradientOfBatch(variable: Variable, gradient: BatchGradient): void {
    const own = { ...gradient, layer: this.layer };
    const isShared = this.gradients.has(variable) || this.ofBatch.has(variable);
    if (isShared || !this.keeps(variable, own)) this.callForBlock(variable, own);
    else this.ofBatch.set(variable, own);
  }

  /** After the last call of a block: the gradients of all variables in parts that threads share. */
  gradientParts(): GradientPart[] {
    this.phases.push({ parallel: "calls", calls: [] });
    for (const [variable, { write, layer }] of this.ofBatch) {
      const place = this.reserve(roundUp(sizeOf(variable.shape), LANES));
      this.gradients.set(variable, place);
      const blocks = { images: { runtime: "batch" }, stride: { runtime: "slotBytes" } } as const;
      for (const call of write(place, 0, blocks)) this.append({ ...call, layer });
    }
    const parts = [...this.gradients].flatMap(([variable, gradient]) => {
      const w = this.variable(variable);
      return [...chunks(roundUp(sizeOf(variable.shape), 4))].map(({ start, count }) => {
        const offset = start * 4;
        const shards = gradient.space === "gradient" ? ({ runtime: "shards" } as const) : 1;
        return { variable, w: moved(w, offset), g: moved(gradient, offset), offset, count, shards };
      });
    });
    const squares = this.reserve(parts.length * LANES);
    const withSquares = parts.map((part, i) => ({ ...part, squares: moved(squares, i * GROUP_BYTES) }));
    this.gradientSquares = withSquares.map(({ squares: { at } }) => at);
    return withSquares;
  }

  /**
   * Room for a weight's gradient in the gradient of each shard, 0 at first: what no wasm kernel writes, such as that of a
   * missing connection, stays so. Its last group is whole.
   */
  protected allocateGradient(bytes: number): number {
    const at = this.gradientEnd;
    this.gradientEnd += roundUp(bytes, GROUP_BYTES);
    return at;
  }

  /**
   * Counts a further gradient of the whole batch if the memory that it takes is small, or no more than the gradients of
   * shards would take; returns whether. It depends on shapes and the batch size alone, not on threads, so that the bits
   * do not either.
   */
  private keeps(variable: Variable, { reads }: BatchGradient): boolean {
    // What is filled before a block's first call is kept for each block, too.
    const added = [...new Set([...this.filled, ...reads])].filter((buffer) => !this.kept.has(buffer));
    const perBlock = added.reduce((sum, { bytes }) => sum + bytes, this.keptBytes);
    const bytes = this.ofBatchBytes + sizeOf(variable.shape) * 4;
    const ofShards = bytes * shardsOf({ training: true, gradients: { bytes } }, this.batchSize);
    if (Math.ceil(this.batchSize / LANES) * perBlock > Math.max(MUCH_KEPT, ofShards)) return false;
    for (const buffer of added) this.kept.add(buffer);
    this.keptBytes = perBlock;
    this.ofBatchBytes = bytes;
    return true;
  }

  private callForBlock(variable: Variable, { write, layer }: BatchGradient & { readonly layer?: string }): void {
    const { place, accumulate } = this.gradient(variable);
    for (const call of write(place, accumulate, { images: LANES, stride: 0 })) this.append({ ...call, layer });
  }
}
