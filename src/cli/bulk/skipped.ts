/** What a folder has that is not read as a picture. */
import { posix } from "node:path";
import * as v from "valibot";
import { endingOf, endingsText } from "../../data/sources/picture-names.ts";
import { counted } from "../../report/drawing/numbers.ts";

/** Endings that are counted one by one. */
const ENDINGS = 1000;

const skippedSchema = v.object({
  /** `link`: to a folder, since it may lead in circles. `other`: a pipe, a device, or one of too many endings. */
  reason: v.picklist(["ending", "other", "hidden", "link"]),
  /** Of `ending`, which is not that of a picture: `.txt`; empty for names without one. */
  ending: v.optional(v.string()),
  count: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** The first of them by its path, relative to the folder. */
  file: v.string(),
});

/** The names that were skipped for one reason, or with one ending. */
export interface Skipped extends v.InferOutput<typeof skippedSchema> {}

export const skippedListSchema = v.array(skippedSchema);

/** Counts what is skipped, which is found in any order. */
export class SkippedCounts {
  private readonly found = new Map<string, Skipped>();

  /** @param file its path, relative to the folder */
  add(reason: Skipped["reason"], file: string): void {
    const ending = reason === "ending" ? endingOf(posix.basename(file)) : undefined;
    const key = `${reason}${ending ?? ""}`;
    const known = this.found.get(key);
    if (!known && ending !== undefined && this.found.size >= ENDINGS) {
      this.add("other", file);
      return;
    }
    const first = known && known.file < file ? known.file : file;
    const count = (known?.count ?? 0) + 1;
    this.found.set(key, { reason, ...(ending !== undefined && { ending }), count, file: first });
  }

  /** By reason and ending. */
  list(): Skipped[] {
    return [...this.found].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, skipped]) => skipped);
  }
}

/** `Skipped 2 files without the ending of a picture (2 .txt), 1 hidden name`; undefined where nothing was. */
export function skippedText(list: readonly Skipped[]): string | undefined {
  const sumOf = (reason: Skipped["reason"]) =>
    list.reduce((sum, each) => sum + (each.reason === reason ? each.count : 0), 0);
  const endings = new Map<string, number>();
  for (const { ending, count } of list) if (ending !== undefined) endings.set(ending, count);
  const [files, others, hidden, links] = [sumOf("ending"), sumOf("other"), sumOf("hidden"), sumOf("link")];
  const parts = [
    ...(files > 0 ? [`${counted(files, "file")} without the ending of a picture (${endingsText(endings)})`] : []),
    ...(others > 0 ? [`${counted(others, "other file")} without a picture`] : []),
    ...(hidden > 0 ? [`${counted(hidden, "hidden name")}`] : []),
    ...(links > 0 ? [`${counted(links, "link")} to folders`] : []),
  ];
  return parts.length > 0 ? `Skipped ${parts.join(", ")}` : undefined;
}
