import { newSharedBuffer } from "./memory.ts";
import type { Source, SourceTarget } from "./messages.ts";
import { forget, type Registered, register } from "./pool.ts";
import { canShare } from "./program.ts";

/** The data of runs. Threads read them in shared memory, or receive a copy once. */
export class SourceHandle {
  readonly source: Source;
  readonly registered: Registered;
  /** How often other data took the place of these. */
  changes = 0;
  /** Whether all arrays are private copies. */
  private readonly isPrivate: boolean;

  constructor(source: Source) {
    this.source = {
      inputs: source.inputs.map(shared),
      scales: source.scales,
      targets: source.targets.map(
        ({ labels, weights }): SourceTarget => ({
          labels: shared(labels),
          ...(weights && { weights: shared(weights) }),
        }),
      ),
    };
    const own = new Set(arraysOf(this.source));
    this.isPrivate = arraysOf(source).every((array) => !array || !own.has(array));
    const sent = this.source;
    this.registered = register(this, (id) => ({ type: "source", id, source: sent }));
  }

  /**
   * Copies other data of the same type, size and scale into the same memory, which no run may be reading. Returns false
   * where the data do not fit or the memory belongs to the caller.
   */
  refill(source: Source): boolean {
    const [own, others] = [arraysOf(this.source), arraysOf(source)];
    const fits =
      own.length === others.length &&
      own.every((array, i) => array?.constructor === others[i]?.constructor && array?.length === others[i]?.length);
    const sameScales = source.scales.every((scale, i) => scale === this.source.scales[i]);
    if (!canShare || !this.isPrivate || !fits || !sameScales) return false;
    own.forEach((array, i) => {
      array?.set(others[i]!);
    });
    this.changes++;
    return true;
  }

  /** Frees the data in all threads without waiting for the garbage collector. */
  release(): void {
    forget(this.registered.id);
  }
}

/** All arrays of a source, in order; undefined for a target without weights. */
function arraysOf({ inputs, targets }: Source): (Uint8Array | Int32Array | Float32Array | undefined)[] {
  return [...inputs, ...targets.flatMap(({ labels, weights }) => [labels, weights])];
}

/** The array itself where it is already shared or memory cannot be shared, else a shared copy. */
function shared<Data extends Uint8Array | Int32Array | Float32Array>(data: Data): Data {
  if (!canShare || data.buffer instanceof SharedArrayBuffer) return data;
  const buffer = newSharedBuffer(data.byteLength);
  const copy =
    data instanceof Uint8Array
      ? new Uint8Array(buffer)
      : data instanceof Int32Array
        ? new Int32Array(buffer)
        : new Float32Array(buffer);
  copy.set(data);
  return copy as Data;
}
