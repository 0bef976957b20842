import type { Command } from "commander";
import { InputError } from "../../core/errors.ts";
import type { DescribeOptions } from "../data/describe.ts";
import { withDataOptions } from "../data-options.ts";
import { whole, withData, withExamples, withJson } from "../options.ts";

export function dataCommand(program: Command): void {
  const command = program
    .command("data")
    .summary("describe a data set and find what looks wrong in it")
    .description(
      "Describe the data set that training would use: its source, images of each class, sizes and split. Name what looks " +
        "wrong: images in two parts, equal images with different labels, copies, blank and faint images, a class with " +
        "light and dark exchanged, missing and rare classes. --out writes all of it and sample images as an HTML page.",
    )
    .argument("[data]", "the data set, as for --data");
  withDataOptions(withData(command))
    .option("-o, --out <file>", "write an HTML page with images to this file")
    .option("--sample <N>", "also show the first N training images in the terminal", whole("--sample", 1, 1000));
  withExamples(
    withJson(command),
    "lenet5 data",
    "lenet5 data ./letters --out letters.html",
    "lenet5 data digits --sample 10",
    "lenet5 data ./kmnist --json | jq .findings",
  ).action(async (named: string | undefined, options: DescribeOptions) => {
    if (named !== undefined && options.data !== undefined)
      throw new InputError(
        `data: expected one data set, got "${named}" and --data "${options.data}": give one of them`,
      );
    const { describe } = await import("../data/describe.ts");
    await describe({ ...options, ...(named !== undefined && { data: named }) });
  });
}
