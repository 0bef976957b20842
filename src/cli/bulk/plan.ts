/** What the shards of an answers file are about, so that only the same command goes on with them. */
import { createHash } from "node:crypto";
import * as v from "valibot";
import { joinPath, listFolder, moveFile, pathInfo, readBytes, remove, writeBeside } from "#platform";
import { checkedJson } from "../../core/checked-json.ts";
import { InputError } from "../../core/errors.ts";
import { jsonText } from "../../runs/json.ts";
import { picturesBelow } from "./pictures-below.ts";
import { SkippedCounts, skippedListSchema, skippedText } from "./skipped.ts";
import { sortedPaths } from "./sorted-paths.ts";
import { firstListed, listChecksum, type Source } from "./source.ts";
import { TextFile } from "./text-file.ts";

/** Pictures of a shard, unless there are more than a thousand shards, or the command says otherwise. */
const SMALLEST = 256;
const LARGEST = 10_000;
const SHARDS = 1000;

const planSchema = v.object({
  lenet5: v.string(),
  /** SHA-256 of the model file that the model makes, and how it is given pictures. */
  model: v.string(),
  settings: v.string(),
  /** The folder or the list, from the root. */
  source: v.string(),
  /** SHA-256 of the paths in a list; null for a folder. */
  list: v.nullable(v.string()),
  pictures: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** Pictures of a shard. */
  shard: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** What was skipped in the folder; empty for a list. */
  skipped: skippedListSchema,
});

export interface Plan extends v.InferOutput<typeof planSchema> {}

/** What a command says itself, before its pictures are listed. */
export interface Wanted extends Pick<Plan, "lenet5" | "model" | "settings"> {
  readonly shard: number | undefined;
}

/** The file in the folder of the shards with the paths of the pictures, one a line as JSON. */
export const listIn = (folder: string) => joinPath(folder, "pictures.jsonl");

const planIn = (folder: string) => joinPath(folder, "plan.json");

/** Whether a plan was begun in a folder. */
export async function isPlanned(folder: string): Promise<boolean> {
  return (await pathInfo(planIn(folder))) !== undefined;
}

/** The plan in a folder that the same command began. @throws InputError for that of another command */
export async function begunPlan(folder: string, source: Source, wanted: Wanted): Promise<Plan> {
  const path = planIn(folder);
  const bytes = await readBytes(path);
  // First: the plan of another version may have other contents.
  const { lenet5 } = checkedJson(v.pick(planSchema, ["lenet5"]), bytes, path);
  if (lenet5 !== wanted.lenet5) throw otherCommand(folder, "lenet5");
  const plan = checkedJson(planSchema, bytes, path);
  const { shard = plan.shard, ...rest } = wanted;
  const list = source.kind === "list" ? await listChecksum(source.name) : null;
  const now: Partial<Plan> = { ...rest, source: source.path, list, shard };
  const other = (Object.keys(words) as (keyof typeof words)[]).find((name) => now[name] !== plan[name]);
  if (other === undefined) return plan;
  throw otherCommand(folder, other);
}

function otherCommand(folder: string, other: keyof typeof words): InputError {
  return new InputError(
    `--out: "${folder}" was begun with ${words[other]}: give the same to go on, another --out, or delete that folder to begin again`,
  );
}

/** Removes the folder, the plan first: without one, what a kill leaves there is not taken for the answers of a command. */
export async function removePlan(folder: string): Promise<void> {
  await remove(planIn(folder));
  await remove(folder);
}

const words = {
  lenet5: "another version of lenet5",
  model: "another model",
  settings: "other options",
  source: "another folder or list",
  list: "a list of other pictures",
  shard: "another --shard",
} as const satisfies Partial<Record<keyof Plan, string>>;

/** Lists the pictures and writes the plan. @throws InputError where there are none */
export async function newPlan(folder: string, source: Source, { shard, ...wanted }: Wanted): Promise<Plan> {
  // Left by a command that was killed while it removed them.
  for (const name of await listFolder(folder))
    if (/\.(shard|reading|alone|broken)$/.test(name)) await remove(joinPath(folder, name));
  const counts = new SkippedCounts();
  const paths =
    source.kind === "list" ? firstListed(source) : sortedPaths(picturesBelow(source.name, folder, counts), folder);
  const file = await TextFile.begin(joinPath(folder, "pictures.tmp"));
  const hash = createHash("sha256");
  let pictures = 0;
  for await (const path of paths) {
    hash.update(`${path}\n`);
    await file.add(`${JSON.stringify(path)}\n`);
    pictures++;
  }
  const skipped = counts.list();
  const note = skippedText(skipped);
  if (pictures === 0)
    throw new InputError(
      `--bulk: expected pictures in "${source.name}", got none${note === undefined ? "" : ` (${note.toLowerCase()})`}`,
    );
  await file.flush();
  await moveFile(file.path, listIn(folder));
  const plan = {
    ...wanted,
    source: source.path,
    list: source.kind === "list" ? hash.digest("hex") : null,
    pictures,
    shard: shard ?? Math.min(LARGEST, Math.max(SMALLEST, Math.ceil(pictures / SHARDS))),
    skipped,
  };
  await writeBeside(planIn(folder), jsonText(plan));
  return plan;
}
