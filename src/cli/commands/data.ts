import type { Command } from "commander";
import { cacheFolder, joinPath, terminalColumns } from "#platform";
import type { Dataset, ReadDataOptions } from "../../index.ts";
import { withDataOptions } from "../data-options.ts";
import { whole, withData, withExamples, withJson } from "../options.ts";
import { counted, printer, printJson } from "../output.ts";

interface DataOptions extends ReadDataOptions {
  readonly data?: string;
  readonly sample?: number;
  readonly json?: boolean;
}

export function dataCommand(program: Command): void {
  const command = program
    .command("data")
    .summary("describe a data set")
    .description(
      "Describe the data set that training would use: its source, the number of images in each class, and the folder for downloads.",
    );
  withDataOptions(withData(command)).option(
    "--sample <N>",
    "also show the first N training images",
    whole("--sample", 1, 1000),
  );
  withExamples(
    withJson(command),
    "lenet5 data",
    "lenet5 data --data digits --sample 10",
    "lenet5 data --data ./kmnist --json",
  ).action(async ({ data: choice, sample, json, ...options }: DataOptions) => {
    const { notesOf, openData } = await import("../data-source.ts");
    const data = await openData(choice, options);
    const { source, notice, train, test, split, id } = data;
    const print = printer(json);
    for (const note of notesOf(data)) print(note);
    const cacheRoot = cacheFolder();
    const cache = cacheRoot === undefined ? null : joinPath(cacheRoot, "mnist");
    const counts = { train: countsOf(train), test: countsOf(test) };
    if (json) {
      return printJson({
        data: id,
        source,
        notice: notice ?? null,
        split: split ?? null,
        classNames: train.classNames,
        ...counts,
        cache,
      });
    }
    print(`${source}: ${train.classNames.length} classes`);
    print(`${counted(counts.train.images)} training images, ${counted(counts.test.images)} test images`);
    const width = Math.max(5, ...train.classNames.map((name) => name.length));
    print(`\n${"class".padEnd(width)}  training    test`);
    train.classNames.forEach((name, k) => {
      const [training, testing] = [counts.train, counts.test].map(({ perClass }) => counted(perClass[k]));
      print(`${name.padEnd(width)}  ${training.padStart(8)}  ${testing.padStart(6)}`);
    });
    print(`\nDownloads are ${cache ? `kept in ${cache}` : "not kept"}`);
    if (sample === undefined) return;
    const { previews } = await import("../preview.ts");
    print(`\n${previews(train, sample, terminalColumns("out") ?? 80)}`);
  });
}

function countsOf({ labels, classNames }: Dataset): { images: number; perClass: number[] } {
  const perClass = classNames.map(() => 0);
  for (const label of labels) perClass[label]++;
  return { images: labels.length, perClass };
}
