/** Health and metrics of a worker, for Kubernetes and Prometheus. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { InputError } from "../../core/errors.ts";
import type { JobWorker } from "./bullmq.ts";

/** What a worker has done. */
export interface Counts {
  running: number;
  done: number;
  failed: number;
  retried: number;
  returned: number;
  /** Of all trainings, running ones not included. */
  seconds: number;
}

/** Milliseconds in which the server of the queue has to answer. */
const PATIENCE = 5000;

/** `/health` is 200 where the queue answers, else 503; `/metrics` is Prometheus's text. */
export async function metricsServer(
  { port, host }: { readonly port?: number; readonly host: string },
  counts: Readonly<Counts>,
  worker: JobWorker,
): Promise<{ readonly address: string; close(): void }> {
  const server = createServer(async ({ url }, response) => {
    const send = (status: number, text: string) =>
      response.writeHead(status, { "content-type": "text/plain; version=0.0.4; charset=utf-8" }).end(text);
    if (url === "/metrics") send(200, metricsText(counts));
    else if (url !== "/health") send(404, "expected /health or /metrics\n");
    else if (await answers(worker)) send(200, "ok\n");
    else send(503, "the queue does not answer\n");
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, host, resolve);
  }).catch((error: Error) => {
    throw new InputError(`--port: cannot listen on port ${port} of ${host}: ${error.message}`, { cause: error });
  });
  const { address, family, port: got } = server.address() as AddressInfo;
  return {
    address: `http://${family === "IPv6" ? `[${address}]` : address}:${got}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Whether the server of the queue answers. */
export async function answers(worker: Pick<JobWorker, "getBackend">): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), PATIENCE);
  });
  const asked = worker
    .getBackend()
    .getQueueMeta()
    .then(
      () => true,
      () => false,
    );
  return Promise.race([asked, late]).finally(() => clearTimeout(timer));
}

function metricsText({ running, seconds, ...ended }: Readonly<Counts>): string {
  const ends = Object.entries(ended).map(([end, count]) => `lenet5_trainings_total{end="${end}"} ${count}`);
  return `# HELP lenet5_trainings_running Trainings that run now.
# TYPE lenet5_trainings_running gauge
lenet5_trainings_running ${running}
# HELP lenet5_trainings_total Trainings that ended: done, failed, retried (elsewhere or later), returned at the end of the worker.
# TYPE lenet5_trainings_total counter
${ends.join("\n")}
# HELP lenet5_training_seconds_total Seconds of all trainings that ended.
# TYPE lenet5_training_seconds_total counter
lenet5_training_seconds_total ${seconds.toFixed(3)}
`;
}
