import type { WorkerEvents, WorkerHandle } from "../workers.ts";

export function startWorker(script: string, events: WorkerEvents): WorkerHandle {
  const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  const worker = new Worker(url);
  const stop = async () => {
    worker.terminate();
    URL.revokeObjectURL(url);
  };
  // A worker in which an error was not caught would go on.
  const fail = (message: string) => {
    void stop();
    events.onDeath(new Error(message));
  };
  worker.onmessage = ({ data }) => events.onMessage(data);
  worker.onmessageerror = () => fail("a message from a worker could not be read");
  worker.onerror = (event) => {
    event.preventDefault();
    fail(event.message || "a worker could not start (does the page's policy allow blob: workers?)");
  };
  return { post: (message) => worker.postMessage(message), setBusy: () => {}, stop };
}

export function availableThreads(): number {
  return navigator.hardwareConcurrency ?? 1;
}

export function enableRelaxedSimd(): void {
  // Browsers need no flag.
}
