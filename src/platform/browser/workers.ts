import type { WorkerEvents, WorkerHandle } from "../workers.ts";

export function startWorker(script: string, events: WorkerEvents): WorkerHandle {
  const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  const worker = new Worker(url);
  worker.onmessage = ({ data }) => events.onMessage(data);
  worker.onmessageerror = () => events.onDeath(new Error("a message from a worker could not be read"));
  worker.onerror = (event) => {
    event.preventDefault();
    events.onDeath(
      new Error(event.message || "a worker could not start (does the page's policy allow blob: workers?)"),
    );
  };
  return {
    post: (message) => worker.postMessage(message),
    setBusy: () => {},
    stop() {
      worker.terminate();
      URL.revokeObjectURL(url);
    },
  };
}

export function availableThreads(): number {
  return navigator.hardwareConcurrency ?? 1;
}

export function enableRelaxedSimd(): void {
  // Browsers need no flag.
}
