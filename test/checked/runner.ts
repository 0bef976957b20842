/** Runs checked wasm kernels: says before each call which buffers it may touch, and reads what it did wrong. */
import { firstFreeAddress, signatures } from "../../src/engine/generated/kernels.ts";
import { type Call, LANES, type Place, type Program, RESULT_BYTES } from "../../src/engine/program.ts";
import { type CompiledCall, Runner as Plain } from "../../src/engine/runner.ts";
import type { WasmMemory, WasmModule } from "../../src/engine/wasm.ts";
import { type CheckedProgram, extentAt, TABLE_BYTES } from "./extents.ts";
import { readsBehind, written } from "./written.ts";

export * from "../../src/engine/runner.ts";

/** Words of a buffer in the table (FIELDS in tools/checked-kernels.js). */
const WORDS = 5;
/** The bits of memory that nothing has written: a NaN, and no class number or index. */
const POISON = 0x7fd1_ead5;

/** A buffer of a call. */
interface Region {
  readonly name: string;
  readonly from: number;
  readonly bytes: number;
  /** How often it is repeated, `stride` bytes apart. */
  readonly stride: number;
  readonly count: number;
  readonly isWritable: boolean;
}

/** What a checked binary exports besides its kernels. */
type Checks = Record<`checked.${"first" | "end" | "address" | "bytes" | "isStore"}`, { value: number }>;

export class Runner extends Plain {
  constructor(
    program: Program,
    module: WasmModule,
    memory: WasmMemory,
    watch: (call: Call, run: CompiledCall) => CompiledCall = (_, run) => run,
  ) {
    const own: { runner?: Runner } = {};
    super(program, module, memory, (call, run) => watch(call, (thread) => own.runner!.checked(call, run, thread)));
    own.runner = this;
  }

  private get plan(): CheckedProgram {
    return this.program as CheckedProgram;
  }

  private checked(call: Call, run: CompiledCall, thread: number): void {
    const regions = this.regionsOf(call, thread);
    const first = this.plan.table + thread * TABLE_BYTES;
    const end = first + 4 * WORDS * regions.length;
    if (end > first + TABLE_BYTES) throw new Error(`${call.wasmKernel} has more buffers than the table of checks`);
    regions.forEach(({ from, bytes, stride, count, isWritable }, i) => {
      this.ints.set([from, bytes, stride, count, Number(isWritable)], first / 4 + WORDS * i);
    });
    const checks = this.wasmKernels as unknown as Checks;
    checks["checked.first"].value = first;
    checks["checked.end"].value = end;
    try {
      run(thread);
    } catch (error) {
      throw new Error(this.complaint(call, regions, error), { cause: error });
    }
  }

  private regionsOf(call: Call, thread: number): Region[] {
    const { slots, gradients } = this.plan;
    const names: readonly string[] = signatures[call.wasmKernel];
    const walks = (stride: string) =>
      call.values.some((value) => typeof value === "object" && "runtime" in value && value.runtime === stride);
    const regions: Region[] = [];
    call.values.forEach((value, i) => {
      if (typeof value === "number" || "runtime" in value) return;
      const name = names[i]!;
      const address = this.getter(value)(thread);
      const isWritable = written[call.wasmKernel].includes(name) && !this.isConstant(value);
      const region = { name, ...this.extentOf(value, address), stride: 0, count: 0, isWritable };
      if (readsBehind[call.wasmKernel]?.includes(name)) region.bytes += this.roomBehind(value);
      if (value.space === "slot" && walks("slotBytes"))
        Object.assign(region, { stride: slots.bytes, count: Math.ceil(this.position.batch / LANES) });
      if (value.space === "gradient" && walks("gradientBytes"))
        Object.assign(region, { stride: gradients.bytes, count: this.position.shards });
      regions.push(region);
    });
    // Last, since fewer accesses are to the kernels' own constants.
    const constants = { name: "the kernels' constants", from: 1024, bytes: firstFreeAddress - 1024, isWritable: false };
    return [...regions, { ...constants, stride: 0, count: 0 }];
  }

  /** The buffer around an address: all of it, since a part of a weight or of a slot has no end of its own. */
  private extentOf({ space, at }: Place, address: number): { from: number; bytes: number } {
    const { extents } = this.plan;
    if (space === "step") return { from: address, bytes: 4 };
    if (space === "result") return { from: address, bytes: RESULT_BYTES };
    const found = extentAt(extents[space], at);
    // A pointer to nothing: no access is allowed.
    if (!found) return { from: address, bytes: 0 };
    // Sums over shards work on whole groups, optimizers on whole vectors.
    const unit = space === "gradient" ? 64 : 1;
    return { from: address - at + found.at, bytes: Math.ceil(found.bytes / unit) * unit };
  }

  private isConstant({ space, at }: Place): boolean {
    return space === "memory" && extentAt(this.plan.extents.memory, at)?.isConstant === true;
  }

  private roomBehind({ space, at }: Place): number {
    return (space === "memory" && extentAt(this.plan.extents.memory, at)?.room) || 0;
  }

  private complaint(call: Call, regions: readonly Region[], error: unknown): string {
    const checks = this.wasmKernels as unknown as Checks;
    const bytes = checks["checked.bytes"].value;
    const where = `${call.wasmKernel}${call.layer ? ` of layer "${call.layer}"` : ""}`;
    if (bytes === 0) return `${where}: ${error instanceof Error ? error.message : error}`;
    const address = checks["checked.address"].value >>> 0;
    checks["checked.bytes"].value = 0;
    const far = ({ from, bytes: size }: Region) => Math.max(from - address, address + bytes - (from + size));
    const [nearest] = [...regions].sort((a, b) => far(a) - far(b));
    const { name, from, bytes: size } = nearest!;
    const what = `${checks["checked.isStore"].value ? "writes" : "reads"} ${bytes} bytes`;
    return `${where} ${what} at byte ${address - from} of "${name}", which has ${size}`;
  }

  /** Before a block begins, its activations are no numbers, nor is what threads left in their scratch. */
  protected override load(...values: Parameters<Plain["load"]>): void {
    const [{ thread }, , , slot] = values;
    const { slots, scratch } = this.plan;
    this.poison(slot, slots.bytes);
    this.poison(scratch.at + thread * scratch.bytes, scratch.bytes);
    super.load(...values);
  }

  private poison(at: number, bytes: number): void {
    this.ints.fill(POISON, at / 4, (at + bytes) / 4);
  }
}
