/**
 * Faults in the threads of the engine, from outside: a worker's script gets lines before it that change what it calls.
 * They run in Node's workers and in those of a browser.
 */

/**
 * trap: a wasm kernel traps. exit: the thread ends itself. loop: a wasm kernel never returns. sleep: the same without
 * work for the processor. memory: memory is taken until there is none.
 */
export type FaultKind = "trap" | "exit" | "loop" | "sleep" | "memory";

/** The fault, in place of a program's call number `at` of a wasm kernel, in the thread that makes it. */
export interface Fault {
  readonly kind: FaultKind;
  readonly at: number;
}

/** A module whose function `f` has this body: `unreachable`, or an endless loop. */
const moduleOf = (...body: number[]) =>
  [
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 0x66, 0, 0],
    ...[10, body.length + 4, 1, body.length + 2, 0, ...body, 0x0b],
  ].join();

const run = (...body: number[]) =>
  `new Instance(new WebAssembly.Module(Uint8Array.of(${moduleOf(...body)}))).exports.f();`;

const bodies: Readonly<Record<FaultKind, string>> = {
  trap: run(0x00),
  loop: run(0x03, 0x40, 0x0c, 0x00, 0x0b),
  // A page without shared memory has no SharedArrayBuffer, but may make a shared memory that it keeps to itself.
  sleep: "Atomics.wait(new Int32Array(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer), 0, 0);",
  // The second function is a browser's.
  exit: "typeof process === 'undefined' ? close() : process.exit(3);",
  // In Node of a small heap; in a browser of addresses, which runs out before its memory does.
  memory: `
    const more = () => typeof process === "undefined"
      ? new WebAssembly.Memory({ initial: 65536, maximum: 65536, shared: typeof SharedArrayBuffer !== "undefined" })
      : Array.from({ length: 1e5 }, Math.random);
    for (const kept = []; ; ) kept.push(more());`,
};

/** What is put before a worker's script. A channel of the name "fault" tells when the fault begins. */
export function faultyPreamble({ kind, at }: Fault): string {
  return `
{
  const { Instance } = WebAssembly;
  const fault = () => {
    const channel = new BroadcastChannel("fault");
    channel.postMessage("${kind}");
    channel.close();
    ${bodies[kind]}
  };
  WebAssembly.Instance = function (module, imports) {
    const { exports } = new Instance(module, imports);
    // The end of the KiB that wasm kernels leave to the engine.
    const calls = new Int32Array(imports.env.memory.buffer, 1020, 1);
    const wrapped = Object.entries(exports).map(([name, call]) => [
      name,
      (...values) => (Atomics.add(calls, 0, 1) === ${at} ? fault() : call(...values)),
    ]);
    return { exports: Object.fromEntries(wrapped) };
  };
}
`;
}
