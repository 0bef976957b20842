import { randomBytes } from "node:crypto";
import * as v from "valibot";
import { joinPath, pathInfo, readBytes, writeBeside } from "#platform";
import { checkedJson } from "../../core/checked-json.ts";
import { jsonText } from "../../runs/json.ts";

const FILE = "queue.json";

const schema = v.object({ sweep: v.pipe(v.string(), v.regex(/^[\w-]{1,100}$/)) });

/** Whether the sweep in a folder has a name in queues, where it may have trainings. */
export async function isNamed(folder: string): Promise<boolean> {
  return (await pathInfo(joinPath(folder, FILE))) !== undefined;
}

/**
 * The name of a sweep in queues, `lr-5f0c2a91`: no other sweep has it. It is kept in the sweep's folder, so that a
 * command that was killed finds its jobs again.
 */
export async function sweepName(folder: string, name: string): Promise<string> {
  const path = joinPath(folder, FILE);
  if (await pathInfo(path)) return checkedJson(schema, await readBytes(path), path).sweep;
  const sweep = `${name.replaceAll(/[^\w-]/g, "-").slice(0, 60)}-${randomBytes(4).toString("hex")}`;
  await writeBeside(path, jsonText({ sweep }));
  return sweep;
}
