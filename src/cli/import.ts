import { absolutePath, pathInfo, writeError } from "#platform";
import { InputError } from "../core/errors.ts";
import { preparationOfShape } from "../data/image-size.ts";
import { type CheckedPreparation, checkPreparations, type ImportOptions, withPreparation } from "../exchange.ts";
import type { GivenSize, Model, Preparation } from "../index.ts";
import { percent } from "../report/drawing/numbers.ts";
import type { ImportCommandOptions } from "./commands/import.ts";
import { likeOf, notesOf, type OpenedData, openData, refuseMissingData } from "./data-source.ts";
import { assumption, type ForeignModel, foreignModel } from "./imported.ts";
import { inputOptionsOf } from "./input-options.ts";
import { throwForCommand } from "./library-errors.ts";
import { checkModelEnding } from "./model-ending.ts";
import { chosenNetwork } from "./networks/chosen.ts";
import { checksumLine, counted, type Print, printer, printJson } from "./output.ts";

/** `lenet5 import`: reads a model file of another program, and writes it as one of this library. */
export async function importFile(file: string, options: ImportCommandOptions): Promise<void> {
  const { out, check, images, json } = options;
  const print = printer(json);
  const input = inputOptionsOf(options);
  if (check !== undefined && input)
    throw new InputError("--check: it finds out how the network takes images: leave out the options that say it");
  if (check === undefined && images !== undefined)
    throw new InputError("--images: expected with --check; leave it out");
  if (out !== undefined) checkModelEnding("import", out);
  if (out !== undefined && absolutePath(out) === absolutePath(file))
    throw new InputError(`--out: expected another file than the one that is read, got "${out}"`);
  if (check !== undefined) await refuseMissingData("--check", check);
  const data = check !== undefined && options.network !== undefined ? await trainingData(check, images) : undefined;
  const read = async (given: ImportCommandOptions) =>
    foreignModel(file, await importOptionsOf(given, data), { input, asIs: check !== undefined });
  const foreign = await read(options).catch((error) => otherSize(read, options, error));
  print(`Read: ${foreign.source}`);
  for (const note of foreign.notes) print(`Note: ${note}`);
  const checked = check === undefined ? undefined : await checkedModel(foreign, check, data, { images, print });
  const model = checked?.model ?? foreign.model;
  const assumed = assumption(file, foreign);
  if (assumed !== undefined) writeError(`${assumed}\n`);
  if (!json) model.summary();
  const checksum = await model.checksum();
  print(checksumLine(checksum));
  if (out !== undefined) {
    await model.save(out);
    print(`Model: ${out} (${counted((await pathInfo(out))!.bytes)} bytes)`);
  }
  if (!json) return;
  const { source, notes } = foreign;
  printJson({
    source,
    notes,
    ...(foreign.mapping && { mapping: foreign.mapping }),
    ...(foreign.assumed !== undefined && { assumed: foreign.assumed }),
    ...(checked && {
      checked: checked.all.map(({ name, right, images: all }) => ({ name, accuracy: right / all, images: all })),
    }),
    params: model.summaryData().params,
    reading: model.reading,
    checksum,
    ...(out !== undefined && { model: out }),
  });
}

async function importOptionsOf(
  {
    network,
    size,
    channels,
    classes,
    layout,
    map,
    weights,
    architecture,
    backend,
    output,
    threads,
  }: ImportCommandOptions,
  data: OpenedData | undefined,
): Promise<ImportOptions> {
  if (network === undefined && classes !== undefined)
    throw new InputError("--classes: expected with --network; leave it out");
  if (network === undefined && channels !== undefined && size === undefined)
    throw new InputError("--channels: expected with --network or --size; leave it out");
  return {
    ...(threads !== undefined && { threads }),
    ...(layout && { layout }),
    ...(map !== undefined && { map: pairs(map) }),
    ...(weights !== undefined && { weights }),
    ...(architecture !== undefined && { architecture }),
    ...(backend && { backend }),
    ...(output !== undefined && { output }),
    ...(network === undefined && size !== undefined && { inputShape: [...sidesOf(size), channels ?? 1] }),
    ...(network !== undefined && { network: await madeNetwork(network, { size, channels, classes, threads }, data) }),
  };
}

async function madeNetwork(
  name: string,
  { size, channels, classes, threads }: Pick<ImportCommandOptions, "size" | "channels" | "classes" | "threads">,
  data: OpenedData | undefined,
): Promise<Model> {
  const [rows, columns] = size === undefined ? [] : sidesOf(size);
  const [, ...known] = data?.train.images.shape ?? [0, 32, 32, 1];
  const shape = [rows ?? known[0]!, columns ?? known[1]!, channels ?? known[2]!];
  const names = data?.train.classNames ?? [..."0123456789"];
  const classNames = classes === undefined ? names : Array.from({ length: classes }, (_, k) => names[k] ?? String(k));
  return (await chosenNetwork(name)).make({ shape, classNames, threads });
}

/** The sides of MNIST's images, which networks take as they are or padded to 32. */
const MNIST_SIDE = 28;

/**
 * The file with its network for images of 28x28, where no size is given and the weights do not fit the usual one.
 * @throws `error` where they do not fit this one either
 */
async function otherSize(
  read: (options: ImportCommandOptions) => Promise<ForeignModel>,
  options: ImportCommandOptions,
  error: unknown,
): Promise<ForeignModel> {
  if (options.network === undefined || options.size !== undefined || !(error instanceof InputError)) throw error;
  const foreign = await read({ ...options, size: MNIST_SIDE }).catch(() => {
    throw error;
  });
  const note = `the network is made for images of ${MNIST_SIDE}x${MNIST_SIDE}: its weights fit these; --size sets another size`;
  return { ...foreign, notes: [note, ...foreign.notes] };
}

function sidesOf(size: GivenSize): readonly [rows: number, columns: number] {
  return typeof size === "number" ? [size, size] : size;
}

/** `fc.weight=F6/kernel,fc.bias=F6/bias` */
function pairs(text: string): Record<string, string> {
  const entries = text.split(",").map((pair) => {
    const at = pair.lastIndexOf("=");
    if (at > 0) return [pair.slice(0, at), pair.slice(at + 1)] as const;
    throw new InputError(`--map: expected tensor=layer/weight, several divided by commas, got "${pair}"`);
  });
  return Object.fromEntries(entries);
}

/** Data of `--check`; of the built-in digits no more than are needed. */
function trainingData(choice: string, images = 500, like?: Preparation): Promise<OpenedData> {
  return openData(choice, {}, like, { train: 2 * images, test: 10 });
}

/** The model with the preparation that answers best, which is printed among all that were tried. */
async function checkedModel(
  { model: bare }: ForeignModel,
  choice: string,
  opened: OpenedData | undefined,
  { images, print }: { readonly images: number | undefined; readonly print: Print },
): Promise<{ readonly model: Model; readonly all: readonly CheckedPreparation[] }> {
  const data = opened ?? (await trainingData(choice, images, likeOf(bare)));
  for (const note of notesOf(data)) print(note);
  const all = await checkPreparations(bare, data.train, images === undefined ? {} : { images }).catch((error) =>
    throwForCommand("--check", error),
  );
  const [best] = all as [CheckedPreparation];
  print(`Tried on ${counted(best.images)} training images of ${data.source}:`);
  for (const { name, right, images: of } of all) print(`${percent(right / of).padStart(8)}  ${name}`);
  for (const line of verdict(all)) print(line);
  const model = await withPreparation(bare, best.preparation);
  const { preparation = model.reading?.preparation, classNames } = data.train;
  model.reading = {
    ...model.reading,
    ...(preparation && { preparation: preparationOfShape(preparation, model.inputs.shape) }),
    classNames: bare.reading?.classNames ?? classNames,
  };
  return { model, all };
}

/** Below this accuracy, the best way is not good. */
const GOOD = 0.8;

/** What the accuracies say, and what they cannot say. */
function verdict([best, ...others]: readonly CheckedPreparation[]): string[] {
  const { name, right, images } = best!;
  const close = others.filter((other) => right - other.right <= images / 100).map((other) => other.name);
  return [
    `Kept: ${name}`,
    ...(right < GOOD * images
      ? ["Note: none of these answers well: the network may be for other images, or have its classes in another order"]
      : []),
    ...(close.length > 0
      ? [`Note: within 1% of it, so that these images do not tell them apart: ${close.join("; ")}. --images tries more`]
      : []),
  ];
}
