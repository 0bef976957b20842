/** The builder of programs with guard zones around every buffer. Each has a place of its own: none is used again. */

import { type Shape, sizeOf } from "../../src/core/tensor.ts";
import { ProgramBuilder as Plain } from "../../src/engine/builder.ts";
import { roundUp } from "../../src/engine/memory-plan.ts";
import type { Buffer } from "../../src/engine/pending-call.ts";
import type { Place, Program } from "../../src/engine/program.ts";
import { type CheckedProgram, TABLE_BYTES } from "./extents.ts";

export * from "../../src/engine/builder.ts";

/** Bytes between neighbours: an access this near to a buffer is in no other. */
const GUARD = 1024;

/** What is planned of each space. It is outside the builder, whose constructor allocates before its fields exist. */
const planned = new WeakMap<ProgramBuilder, CheckedProgram["extents"]>();

/** The bytes that were asked for. */
const exactBytes = new WeakMap<Buffer, number>();

export class ProgramBuilder extends Plain {
  private get extents() {
    const known = planned.get(this) ?? { memory: [], slot: [], scratch: [], gradient: [] };
    planned.set(this, known);
    return known;
  }

  override constant(words: readonly number[] | Int32Array): Place {
    const place = super.constant(words);
    Object.assign(this.extents.memory.at(-1)!, { isConstant: true });
    return place;
  }

  protected override placeOfWeight(shape: Shape): Place {
    const place = super.placeOfWeight(shape);
    Object.assign(this.extents.memory.at(-1)!, { bytes: roundUp(4 * sizeOf(shape), 16), room: 4 * 32 });
    return place;
  }

  override finish(): Program {
    const table = this.allocate(this.threads * TABLE_BYTES);
    const program: CheckedProgram = { ...super.finish(), table, extents: this.extents };
    return program;
  }

  protected override allocate(bytes: number): number {
    this.end += GUARD;
    const at = super.allocate(bytes);
    this.extents.memory.push({ at, bytes });
    return at;
  }

  protected override allocateGradient(bytes: number): number {
    this.gradientEnd += GUARD;
    const at = super.allocateGradient(bytes);
    this.extents.gradient.push({ at, bytes });
    return at;
  }

  protected override newBuffer(bytes: number): Buffer {
    const buffer = super.newBuffer(bytes);
    exactBytes.set(buffer, bytes);
    return buffer;
  }

  protected override placeBuffers(buffers: readonly Buffer[]): number {
    let end = GUARD;
    for (const buffer of buffers) {
      const bytes = exactBytes.get(buffer)!;
      buffer.at = end;
      this.extents[buffer.space].push({ at: end, bytes });
      end += roundUp(bytes, 64) + GUARD;
    }
    return end;
  }
}
