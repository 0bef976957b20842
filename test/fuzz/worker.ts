/**
 * The process of tools/fuzz.js that reads: it takes ranges of cases and reports what came of them. In a file it keeps
 * the number of the case that it is in, so that the parent process knows it after a crash or a hang.
 */
import { mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { basename, join } from "node:path";
import { casesOf, outcomeOf } from "./cases.ts";
import { readers } from "./readers.ts";

/** Cases of one reader, from `from` to before `to`. */
export interface Task {
  readonly reader: keyof typeof readers;
  readonly seed: number;
  readonly from: number;
  readonly to: number;
}

/** What came of some cases. */
export interface Report {
  readonly cases: number;
  readonly results: number;
  readonly refused: number;
  readonly milliseconds: number;
  /** The worst case. */
  readonly worstMilliseconds: number;
  readonly worstMebibytes: number;
  readonly findings: readonly { readonly number: number; readonly problem: string }[];
  /** Whether the process should be replaced: its memory has once been large, which hides what later cases take. */
  readonly isWorn: boolean;
}

const [, , command, path = ""] = process.argv;
const kept = new Map<string, ReturnType<typeof casesOf>>();

function cases({ reader, seed }: Task): ReturnType<typeof casesOf> {
  const key = `${reader} ${seed}`;
  const known = kept.get(key) ?? casesOf(reader, readers[reader], seed);
  kept.set(key, known);
  return known;
}

async function run(task: Task, progress: number): Promise<Report> {
  const reader = readers[task.reader];
  const caseOf = await cases(task);
  const seeds = (await reader.seeds()).length;
  const report = { cases: 0, results: 0, refused: 0, milliseconds: 0, worstMilliseconds: 0, worstMebibytes: 0 };
  const findings: { number: number; problem: string }[] = [];
  const number = new Float64Array(1);
  const start = performance.now();
  let isWorn = false;
  for (number[0] = task.from; number[0]! < task.to && !isWorn; number[0]!++) {
    writeSync(progress, new Uint8Array(number.buffer), 0, 8, 0);
    const outcome = await outcomeOf(reader, caseOf(number[0]!), number[0]! < seeds);
    report.cases++;
    if (outcome.kind === "result") report.results++;
    else if (outcome.kind === "refused") report.refused++;
    else findings.push({ number: number[0]!, problem: outcome.problem! });
    report.worstMilliseconds = Math.max(report.worstMilliseconds, outcome.milliseconds);
    // The first cases load the decoders.
    if (report.cases > 20 || task.from > 0) report.worstMebibytes = Math.max(report.worstMebibytes, outcome.mebibytes);
    isWorn = outcome.mebibytes > 64;
  }
  return { ...report, milliseconds: performance.now() - start, findings, isWorn };
}

if (command === "read") {
  const progress = openSync(path, "r+");
  process.on("message", (task: Task) => {
    // An error here is one of the harness: the process ends with it.
    void run(task, progress).then((report) => process.send!(report));
  });
} else if (command === "write") {
  // Writes the files of one case: node worker.js write FOLDER READER SEED NUMBER
  const [, , , , reader, seed, number] = process.argv;
  const task = { reader: reader as keyof typeof readers, seed: Number(seed), from: 0, to: 0 };
  const files = (await cases(task))(Number(number));
  mkdirSync(path, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(path, basename(name)), bytes);
} else if (command === "names") process.stdout.write(Object.keys(readers).join("\n"));
