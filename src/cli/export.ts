import { realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathInfo, writeBeside, writeDocument } from "#platform";
import { InputError, listed, oneOf } from "../core/errors.ts";
import type { Dataset } from "../index.ts";
import type { ExportCommandOptions } from "./commands/export.ts";
import { flagOf } from "./data-options.ts";
import { likeOf, openData, openDataOfRun } from "./data-source.ts";
import {
  type ExportFormat,
  type ExportFormatName,
  exportFormatNames,
  exportFormats,
  type FormatOption,
  formatOfPath,
  formatsText,
  type Written,
} from "./export-formats.ts";
import { fittedImages } from "./fitted-data.ts";
import { inputOptionsOf } from "./input-options.ts";
import { throwForCommand } from "./library-errors.ts";
import { modelArgument, type OpenedModel, openModel } from "./models.ts";
import type { ShippedName } from "./networks/network.ts";
import { defaultNetwork, pictureNetwork } from "./networks/networks.ts";
import { counted, printer, printJson } from "./output.ts";

/** As many images say how well an exported file reads. */
const MEASURED = 1000;

/** `lenet5 export`: writes a model in a format of other programs. */
export async function exportFile(argument: string | undefined, options: ExportCommandOptions): Promise<void> {
  const { json } = options;
  if (json && options.code && options.out === undefined)
    throw new InputError("--json: expected with --code a file to write: give -o network.ts, or leave --json out");
  const isPiped = options.code === true && options.out === undefined && !json;
  const print = printer(json || isPiped);
  const path = modelArgument(argument, options.model);
  const { out, format } = destination(options);
  refuseUnused(format, options);
  await refuseInput(out, path);
  const opened = await openModel(path, {
    network: options.network ?? (path === undefined ? defaultOf(format) : undefined),
    input: inputOptionsOf(options),
    asIs: true,
  });
  checkPreparation(opened, options);
  const written = await format
    .write(opened.model, { ...{ options, out }, images: () => measuredImages(opened, options, print) })
    .catch((error) => throwForCommand(opened.name, error));
  const exported = { ...written, notes: [...written.notes, ...hintsOf(opened, options, written)] };
  const files = [
    [out, exported.bytes] as const,
    ...Object.entries(exported.beside).map(([name, bytes]) => [join(dirname(out), name), bytes] as const),
  ];
  if (isPiped) {
    writeDocument(new TextDecoder().decode(exported.bytes));
    for (const note of exported.notes) print(`Note: ${note}`);
    return;
  }
  for (const [file] of files) await refuseInput(file, path);
  for (const [file, bytes] of files) await writeBeside(file, bytes);
  const [, ...beside] = files.map(([file, bytes]) => ({ file, bytes: bytes.length }));
  if (json) {
    const { bytes: _, beside: __, ...rest } = exported;
    return printJson({ format: format.title, file: out, bytes: exported.bytes.length, beside, ...rest });
  }
  print(`${format.title}: ${out} (${counted(exported.bytes.length)} bytes)`);
  for (const { file, bytes } of beside) print(`Beside it: ${file} (${counted(bytes)} bytes)`);
  for (const note of exported.notes) print(`Note: ${note}`);
  if (exported.python !== undefined)
    print(`In Python:\n\n${exported.python.replaceAll('"model.safetensors"', () => JSON.stringify(out))}`);
}

/** Where to write, and in which format. @throws InputError for an ending that says nothing, without --format */
function destination({ out, standalone, format, code }: ExportCommandOptions): { out: string; format: ExportFormat } {
  const file = standalone ?? out;
  if (code) {
    if (out !== undefined) refuseOtherEnding("--code", out, "code");
    return { out: file ?? "network.ts", format: exportFormats.code };
  }
  if (file === undefined || file === "")
    throw new InputError(`export: expected -o with the file to write, whose ending says the format: ${formatsText()}`);
  if (standalone !== undefined) {
    if (formatOfPath(file) === "standalone") return { out: file, format: exportFormats.standalone };
    throw new InputError(`--standalone: expected a file that ends in .js or .mjs, such as digit.js, got "${file}"`);
  }
  const name = format === undefined ? formatOfPath(file) : oneOf("--format", format, exportFormatNames);
  if (name !== undefined) refuseOtherEnding("--format", file, name);
  if (name !== undefined) {
    const found: ExportFormat = exportFormats[name];
    return { out: found.file?.(file) ?? file, format: found };
  }
  throw new InputError(`--out: expected a file whose ending says the format, ${formatsText()}, got "${file}"`);
}

/** @throws InputError for a file whose ending says another format than the option `flag` */
function refuseOtherEnding(flag: string, file: string, format: ExportFormatName): void {
  const byEnding = formatOfPath(file);
  if (byEnding === undefined || byEnding === format) return;
  throw new InputError(
    `${flag}: it writes ${exportFormats[format].title}, but "${file}" ends as a file of ${exportFormats[byEnding].title}: give a file that ends in ${listed(exportFormats[format].endings)}`,
  );
}

/** @throws InputError for --with-preparation of a model that does not say how it takes images */
function checkPreparation({ model, name, foreign }: OpenedModel, { withPreparation }: ExportCommandOptions): void {
  if (!withPreparation || model.reading?.preparation) return;
  const scale = foreign ? "give --scale 1, or --scale 255 where it takes 0 to 255; or export" : "export";
  throw new InputError(
    `--with-preparation: ${name} does not say how its network takes pixels: ${scale} the file that lenet5 import --check DATA -o own.safetensors writes`,
  );
}

/** Of ten answers, a network that gets its images as it learned them has more than eight right. */
const GOOD = 0.8;

/** What may be wrong where a network of another program's file, about which nothing was said, reads badly. */
function hintsOf({ foreign, model }: OpenedModel, options: ExportCommandOptions, { accuracy }: Written): string[] {
  const isSaid = !foreign || inputOptionsOf(options) !== undefined || model.reading?.preparation !== undefined;
  if (isSaid || !accuracy || accuracy.float32 >= GOOD) return [];
  return [
    "It reads badly, perhaps because the model does not say how it takes pixels, and 0 to 1 was assumed: give --scale 255 or another scale, or export the file that lenet5 import --check DATA -o own.safetensors writes.",
  ];
}

/** The network without a model: of a file that reads pictures, the one that does it best. */
function defaultOf(format: ExportFormat): ShippedName {
  return format === exportFormats.standalone ? pictureNetwork : defaultNetwork;
}

const formatOptions = [
  "layout",
  "input",
  "withPreparation",
  "weights",
  "data",
] as const satisfies readonly FormatOption[];

/** @throws InputError for an option that the format has no use for */
function refuseUnused({ title, takes }: ExportFormat, options: ExportCommandOptions): void {
  const unused = formatOptions.find((name) => options[name] !== undefined && !takes.includes(name));
  if (unused === undefined) return;
  const those = Object.entries(exportFormats as Readonly<Record<string, ExportFormat>>)
    .filter(([, format]) => format.takes.includes(unused))
    .map(([name]) => name);
  throw new InputError(`${flagOf(unused)}: expected with ${listed(those)}, got ${title}: leave it out`);
}

/** @throws InputError for a file to write that is the one that was read */
async function refuseInput(file: string, path: string | undefined): Promise<void> {
  if (path === undefined || !(await pathInfo(file))) return;
  const written = await realpath(file);
  const read = [path, join(path, "model.safetensors"), join(path, "model.json")];
  for (const each of read) {
    if (!(await pathInfo(each)) || (await realpath(each)) !== written) continue;
    throw new InputError(`--out: expected another file than the one that is read, got "${file}"`);
  }
}

/** Test images as the model takes them, and no more than are needed; undefined where the model's own data are not known. */
async function measuredImages(
  { model, name, run }: OpenedModel,
  options: ExportCommandOptions,
  print: (line: string) => void,
): Promise<Pick<Dataset, "images" | "labels"> | undefined> {
  const { test, source } = await (run
    ? openDataOfRun({ run, model }, options.data, print)
    : openData(options.data, {}, likeOf(model), { train: 10, test: MEASURED }));
  const [units = 0] = model.outputs.shape;
  if (test.classNames.length !== units && !(units === 1 && test.classNames.length === 2)) {
    if (options.data === undefined && !run) return undefined;
    throw new InputError(
      `${name}: expected data of ${units} classes, as the network has, got ${test.classNames.length}`,
    );
  }
  const count = Math.min(MEASURED, test.labels.length);
  print(`Measured on ${counted(count)} test images of ${source}`);
  const { shape, data, scale } = fittedImages(test.images, model, name);
  const first = data.subarray(0, (data.length / shape[0]!) * count);
  return {
    images: {
      shape: [count, ...shape.slice(1)],
      data: first,
      ...(scale !== undefined && { scale }),
    } as Dataset["images"],
    labels: test.labels.subarray(0, count),
  };
}
