import type { Command } from "commander";
import { number, threadsOption, whole, withExamples } from "../options.ts";
import type { WorkerOptions } from "../queue/worker.ts";

export function workerCommand(program: Command): void {
  const command = program
    .command("worker")
    .summary("run trainings of sweeps on other machines")
    .description(
      "Take trainings of lenet5 sweep --queue from a queue and run them, until Ctrl-C: then their epochs are finished, " +
        "and other workers go on with them. Needs bullmq, and ioredis or pg. A password may come from LENET5_QUEUE_PASSWORD.",
    )
    .option(
      "--queue <address>",
      "the queue: redis://host:6379 or postgres://user@host/database (default: LENET5_QUEUE)",
    )
    .option(
      "--jobs <N>",
      "trainings at a time, which share the cores (default: one for each core)",
      whole("--jobs", 1, 1024),
    )
    .option("--threads <N>", "threads of each training (default: the cores divided by the trainings)", threadsOption)
    .option("--data-folder <folder>", "the folder in which data of sweeps are found by their names")
    .option("--networks <folder>", "the folder of network files that sweeps may use: their code is run")
    .option(
      "--store <place>",
      "what the sweep and all workers share for runs and data: a folder, or s3://bucket/prefix",
    )
    .option("--port <N>", "serve /health and /metrics (Prometheus) on this port", whole("--port", 0, 65_535))
    .option("--host <host>", "the address to serve them on; 0.0.0.0 for other machines", "127.0.0.1")
    .option(
      "--lost-after <seconds>",
      "seconds without a sign of life after which another worker gets a training",
      number("--lost-after", "from 1 to 3600", (value) => value >= 1 && value <= 3600),
      30,
    );
  withExamples(
    command,
    "lenet5 worker --queue redis://queue:6379",
    "lenet5 worker --data-folder /data --port 9464",
    "lenet5 worker --queue postgres://me@db/sweeps --jobs 4",
  ).action(async (options: WorkerOptions) => {
    const { worker } = await import("../queue/worker.ts");
    await worker(options, program.version() ?? "");
  });
}
