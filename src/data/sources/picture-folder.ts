import { joinPath } from "#platform";
import { InputError } from "../../core/errors.ts";
import { naturalOrder } from "../../core/natural-order.ts";
import type { PartName } from "../../report/data-results.ts";
import { partNamed } from "./array-roles.ts";
import { listEntries } from "./files-in-memory.ts";
import { checkTwoClasses, type FoundData, type FoundPart, labelArray } from "./found-data.ts";
import { endingOf, endingsText, isHidden, isPictureName } from "./picture-names.ts";
import type { Source } from "./source.ts";

/** Folders below a class that are searched too. */
const DEPTH = 8;

/**
 * Pictures in folders by class: `train/<class>/*` with `test/<class>/*` and perhaps `val/<class>/*`, or `<class>/*`.
 * Classes are in natural order of their names. Undefined where the folder has no folders with pictures.
 *
 * @throws InputError for a class without pictures, fewer than two classes, and classes of the test that are not trained
 */
export const pictureFolders: Source = {
  expected: "pictures in folders by class (train/cat/1.png, or cat/1.png)",
  uses: [],
  find: async ({ path, isFile }) => (isFile ? undefined : findPictureFolder(path)),
};

async function findPictureFolder(folder: string): Promise<FoundData | undefined> {
  const top = await classFolders(folder);
  const train = top.names.find((name) => isPart("train", name));
  // A folder "train" with pictures only is a class, as of vehicles.
  if (train !== undefined && (await classFolders(joinPath(folder, train))).names.length > 0)
    return dividedFolder(folder, top);
  const [only, second] = top.names;
  if (only !== undefined && second === undefined) {
    const below = await classFolders(joinPath(folder, only));
    if (below.names.length > 0 && below.loose === 0) return undefined; // the data set may be there
  }
  return plainFolder(folder, top);
}

/** `<class>/*` */
async function plainFolder(folder: string, top: FolderNames): Promise<FoundData | undefined> {
  const classes = await readClasses(folder, "", top.names);
  if (!classes.some(({ files }) => files.length > 0)) return undefined;
  const stray = top.names.find((name) => isPart("test", name) || isPart("validation", name));
  if (stray !== undefined) {
    const train = top.names.find((name) => isPart("train", name));
    throw new InputError(
      train === undefined
        ? `${folder}: expected a folder "train" beside "${stray}", got none; add it, or give the folder of the classes`
        : `${joinPath(folder, train)}: expected a folder for each class, got pictures only; put those of a class into one`,
    );
  }
  checkFilled(folder, classes);
  const classNames = classes.map(({ name }) => name);
  checkTwoClasses(folder, classNames);
  const train = foundPart(folder, classes, classNames);
  return { source: `pictures in ${folder}`, classNames, train, notes: skippedNotes([top, ...classes]) };
}

/** `train/<class>/*`, `val/<class>/*`, `test/<class>/*` */
async function dividedFolder(folder: string, top: FolderNames): Promise<FoundData | undefined> {
  const skipped: Skipped[] = [top];
  const read = async (part: PartName): Promise<PartFolder | undefined> => {
    const [name, second] = top.names.filter((one) => isPart(part, one));
    if (second !== undefined)
      throw new InputError(`${folder}: expected one folder for ${part}, got "${name}" and "${second}"; remove one`);
    if (name === undefined) return undefined;
    const found = await classFolders(joinPath(folder, name));
    const classes = await readClasses(joinPath(folder, name), `${name}/`, found.names);
    skipped.push(found, ...classes);
    return { name, classes };
  };
  const [train, validation, test] = [(await read("train"))!, await read("validation"), await read("test")];
  if (!train.classes.some(({ files }) => files.length > 0)) return undefined;
  checkFilled(joinPath(folder, train.name), train.classes);
  const classNames = train.classes.map(({ name }) => name);
  checkTwoClasses(joinPath(folder, train.name), classNames);
  const notes: string[] = [];
  const parts = { validation: filled(validation), test: filled(test) };
  for (const { name, classes } of [validation, test].flatMap((part) => part ?? [])) {
    const names = classes.filter(({ files }) => files.length > 0).map((one) => one.name);
    const unknown = names.find((one) => !classNames.includes(one));
    if (unknown !== undefined) {
      throw new InputError(
        `${folder}: expected the classes of "${train.name}" in "${name}" too, got "${unknown}"; add pictures of it to "${train.name}", or remove it`,
      );
    }
    const missing = classNames.filter((one) => !names.includes(one));
    if (names.length === 0) notes.push(`"${name}" has no folders of classes with pictures: it is not used`);
    else if (missing.length > 0) notes.push(`"${name}" has no pictures of ${quoted(missing)}`);
  }
  // With training and validation folders only, the latter is what is not trained on.
  if (!parts.test && parts.validation)
    notes.push(`There is no test folder with pictures: "${parts.validation.name}" is the test set`);
  const used = parts.test ? parts : { test: parts.validation };
  const part = ({ classes }: PartFolder) => foundPart(folder, classes, classNames);
  return {
    source: `pictures in ${folder}`,
    classNames,
    train: part(train),
    ...("validation" in used && used.validation && { validation: part(used.validation) }),
    ...(used.test && {
      test: part(used.test),
      split: `folders ${quoted([train, used.test, ...("validation" in used && used.validation ? [used.validation] : [])].map(({ name }) => name))}`,
    }),
    notes: [...notes, ...skippedNotes(skipped)],
  };
}

/** The folder of a part, with its classes. */
interface PartFolder {
  readonly name: string;
  readonly classes: readonly ClassFolder[];
}

/** A part with the classes that have pictures; undefined where none has. */
function filled(part: PartFolder | undefined): PartFolder | undefined {
  const classes = part?.classes.filter(({ files }) => files.length > 0) ?? [];
  return part && classes.length > 0 ? { ...part, classes } : undefined;
}

function isPart(part: PartName, name: string): boolean {
  return partNamed(name) === part;
}

/** The files of one class, and what was skipped beside them. */
interface ClassFolder extends Skipped {
  readonly name: string;
  /** Relative to the folder of the data set. */
  readonly files: readonly string[];
}

/** Counts of what is not read. */
interface Skipped {
  readonly hidden: number;
  /** Endings of files that are not pictures, one for each file; "" for none. */
  readonly others: readonly string[];
  /** Pictures that are in no class. */
  readonly loose: number;
}

/** The folders in a folder, which are classes or parts. */
interface FolderNames extends Skipped {
  readonly names: readonly string[];
}

async function classFolders(folder: string): Promise<FolderNames> {
  const entries = await listEntries(folder);
  const seen = entries.filter(({ name }) => !isHidden(name));
  const files = seen.filter(({ kind }) => kind === "file").map(({ name }) => name);
  return {
    names: seen.filter(({ kind }) => kind === "folder").map(({ name }) => name),
    hidden: entries.length - seen.length,
    others: files.filter((name) => !isPictureName(name)).map(endingOf),
    loose: files.filter((name) => isPictureName(name)).length,
  };
}

async function readClasses(folder: string, prefix: string, names: readonly string[]): Promise<ClassFolder[]> {
  const classes: ClassFolder[] = [];
  for (const name of [...names].sort(naturalOrder))
    classes.push({ name, ...(await picturesBelow(joinPath(folder, name), `${prefix}${name}/`, DEPTH)), loose: 0 });
  return classes;
}

/** The pictures in a folder and in the folders below it, in natural order. Links to folders are not followed. */
async function picturesBelow(
  folder: string,
  prefix: string,
  depth: number,
): Promise<{ files: string[]; hidden: number; others: string[] }> {
  const found = { files: [] as string[], hidden: 0, others: [] as string[] };
  const entries = await listEntries(folder);
  entries.sort((a, b) => naturalOrder(a.name, b.name));
  for (const { name, kind, isLink } of entries) {
    if (isHidden(name)) found.hidden++;
    else if (kind === "file" && isPictureName(name)) found.files.push(prefix + name);
    else if (kind === "folder" && !isLink && depth > 0) {
      const below = await picturesBelow(joinPath(folder, name), `${prefix}${name}/`, depth - 1);
      for (const file of below.files) found.files.push(file);
      for (const other of below.others) found.others.push(other);
      found.hidden += below.hidden;
    } else found.others.push(endingOf(name));
  }
  return found;
}

/** @throws InputError for a class without pictures */
function checkFilled(folder: string, classes: readonly ClassFolder[]): void {
  const empty = classes.find(({ files }) => files.length === 0);
  if (!empty) return;
  const others = empty.others.length > 0 ? ` (${othersText(empty.others)})` : "";
  throw new InputError(
    `${joinPath(folder, empty.name)}: expected pictures of the class "${empty.name}", got none${others}; add some, or remove the folder`,
  );
}

function foundPart(folder: string, classes: readonly ClassFolder[], classNames: readonly string[]): FoundPart {
  const numbers = new Map(classNames.map((name, k) => [name, k]));
  const labels = classes.flatMap(({ name, files }) => files.map(() => numbers.get(name)!));
  const names = classes.flatMap(({ files }) => files);
  return { images: { kind: "files", folder, names }, labels: labelArray(labels, classNames.length) };
}

function skippedNotes(all: readonly Skipped[]): string[] {
  const sum = (count: (skipped: Skipped) => number) => all.reduce((total, each) => total + count(each), 0);
  const [hidden, loose] = [sum((each) => each.hidden), sum((each) => each.loose)];
  const others = all.flatMap((each) => each.others);
  const parts = [
    ...(others.length > 0
      ? [
          `${counted(others.length, "file")} that ${others.length === 1 ? "is not a picture" : "are not pictures"} (${othersText(others)})`,
        ]
      : []),
    ...(hidden > 0 ? [counted(hidden, "hidden file")] : []),
    ...(loose > 0 ? [`${counted(loose, "picture")} outside the folders of classes`] : []),
  ];
  return parts.length > 0 ? [`Skipped ${parts.join(", ")}`] : [];
}

function othersText(endings: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const ending of endings) counts.set(ending, (counts.get(ending) ?? 0) + 1);
  return endingsText(counts);
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

function quoted(names: readonly string[]): string {
  const shown = names.slice(0, 5).map((name) => `"${name}"`);
  if (names.length > 5) return `${shown.join(", ")} and ${names.length - 5} more`;
  const last = shown.pop();
  return shown.length > 0 ? `${shown.join(", ")} and ${last}` : `${last}`;
}
