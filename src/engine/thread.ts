/**
 * The code of a worker. It uses two functions of a browser's worker, which the platform provides in Node, too. The
 * build bundles this file into a string.
 */
import { Abandoned, abandon } from "./barrier.ts";
import { imageChanges } from "./image-changes.ts";
import { newMemory } from "./memory.ts";
import type { Beat, Reply, Request, Run, Source } from "./messages.ts";
import { CONTROL, CONTROL_WORDS } from "./program.ts";
import { type CompiledCall, Runner } from "./runner.ts";
import type { WasmMemory } from "./wasm.ts";

const scope = globalThis as unknown as {
  onmessage: (event: { data: Request }) => void;
  postMessage(message: Reply | Beat): void;
};

type Received = Extract<Request, { readonly type: "program" }>;

/** A program that this thread has received. The first run makes the rest, so that its reply tells what fails. */
interface Known {
  readonly received: Received;
  memory: WasmMemory | undefined;
  runner: Runner | undefined;
}

const programs = new Map<number, Known>();
const sources = new Map<number, Source>();

scope.onmessage = ({ data: request }) => {
  switch (request.type) {
    case "program":
      programs.set(request.id, { received: request, memory: request.memory, runner: undefined });
      break;
    case "source":
      sources.set(request.id, request.source);
      break;
    case "forget":
      programs.delete(request.id);
      sources.delete(request.id);
      break;
    case "run":
      scope.postMessage(reply(request));
  }
};

function reply(run: Run): Reply {
  const known = programs.get(run.program);
  [lastBeat, quickCalls] = [Number.NEGATIVE_INFINITY, 0];
  try {
    const runner = runnerOf(known!);
    const source = sources.get(run.source)!;
    const steps = runner.run(run, source, imageChanges(run, source));
    return {
      type: "done",
      steps,
      reads: run.reads.map((range) => runner.read(range)),
      ...(!known!.received.memory && { outputs: run.outputs }),
    };
  } catch (error) {
    if (known?.memory)
      abandon(new Int32Array(known.memory.buffer, 0, CONTROL_WORDS), known.received.memory !== undefined);
    const { message, stack = "" } = error instanceof Error ? error : new Error(String(error));
    return { type: "failed", message, stack, abandoned: error instanceof Abandoned };
  }
}

function runnerOf(known: Known): Runner {
  const { program, module, memory, isSlow } = known.received;
  if (known.runner) return known.runner;
  known.memory ??= newMemory(program.bytes, false);
  const control = new Int32Array(known.memory.buffer, 0, CONTROL_WORDS);
  const counted = isSlow ? (run: CompiledCall) => counting(run, control) : (run: CompiledCall) => run;
  known.runner = new Runner(program, module, known.memory, (_, run) => (memory ? counted(run) : beating(run, isSlow)));
  return known.runner;
}

function counting(run: CompiledCall, control: Int32Array): CompiledCall {
  return (thread) => {
    run(thread);
    control[CONTROL.calls]!++;
  };
}

let lastBeat = Number.NEGATIVE_INFINITY;

/** Quick calls between two looks at the clock, which takes some of the time. */
const QUICK = 32;
let quickCalls = 0;

/** Tells that a run has begun, and then at most once a second that it goes on. */
function beating(run: CompiledCall, isSlow: boolean): CompiledCall {
  return (thread) => {
    if (isSlow || quickCalls++ % QUICK === 0) beat();
    run(thread);
  };
}

function beat(): void {
  const now = performance.now();
  if (now - lastBeat < 1000) return;
  lastBeat = now;
  scope.postMessage({ type: "beat" });
}
