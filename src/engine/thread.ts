/**
 * The code of a worker. It uses two functions of a browser's worker, which the platform provides in Node, too. The
 * build bundles this file into a string.
 */
import { Abandoned, abandon } from "./barrier.ts";
import type { Reply, Request, Run, Source } from "./messages.ts";
import { CONTROL_WORDS } from "./program.ts";
import { Runner } from "./runner.ts";
import type { WasmMemory } from "./wasm.ts";

const scope = globalThis as unknown as {
  onmessage: (event: { data: Request }) => void;
  postMessage(reply: Reply): void;
};

const programs = new Map<number, { runner: Runner; memory: WasmMemory }>();
const sources = new Map<number, Source>();

scope.onmessage = ({ data: request }) => {
  switch (request.type) {
    case "program": {
      const { id, program, module } = request;
      const pages = Math.ceil(program.bytes / 65536);
      const memory = request.memory ?? new WebAssembly.Memory({ initial: pages, maximum: pages });
      programs.set(id, { runner: new Runner(program, module, memory), memory });
      break;
    }
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
  const { runner, memory } = programs.get(run.program)!;
  const shared = !(memory.buffer instanceof ArrayBuffer);
  try {
    const steps = runner.run(run, sources.get(run.source)!);
    return {
      type: "done",
      steps,
      reads: run.reads.map((range) => runner.read(range)),
      ...(!shared && { outputs: run.outputs }),
    };
  } catch (error) {
    abandon(new Int32Array(memory.buffer, 0, CONTROL_WORDS), shared);
    const { message, stack = "" } = error instanceof Error ? error : new Error(String(error));
    return { type: "failed", message, stack, abandoned: error instanceof Abandoned };
  }
}
