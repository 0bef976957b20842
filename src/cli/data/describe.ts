import { cacheFolder, joinPath, terminalColumns, writeBeside } from "#platform";
import { visible } from "../../core/visible.ts";
import { type DataInspectionJson, dataPictures, inspectData, type ReadDataOptions } from "../../index.ts";
import { notesOf, openData } from "../data-source.ts";
import { printer, printJson } from "../output.ts";
import { findingLines, headLines } from "./lines.ts";
import { wrapped } from "./wrapped.ts";

/** Options of `lenet5 data`. */
export interface DescribeOptions extends ReadDataOptions {
  readonly data?: string;
  readonly sample?: number;
  readonly out?: string;
  readonly json?: boolean;
}

/** Images on a page's contact sheet at most, so that its file stays small with many classes. */
const MAX_SAMPLES = 600;
const PER_CLASS = 12;

/** Describes a data set in the terminal or as JSON; with `out`, also as a page. */
export async function describe({ data: choice, sample, out, json, ...options }: DescribeOptions): Promise<void> {
  const data = await openData(choice, options);
  const inspection = inspectData(data);
  const print = printer(json);
  const columns = terminalColumns("out") ?? 80;
  const cacheRoot = cacheFolder();
  const cache = cacheRoot === undefined ? null : joinPath(cacheRoot, "mnist");
  const page = out === undefined ? null : await writePage(out, data, inspection);
  if (json) {
    const { id, notice = null, notes = [] } = data;
    return printJson({ data: id, notice, notes, ...inspection, cache, page });
  }
  const lines = (some: readonly string[]) => {
    for (const line of some) for (const row of wrapped(visible(line), columns)) print(row);
  };
  lines(notesOf({ ...data, split: undefined }));
  lines(headLines(inspection, columns));
  print("");
  lines(findingLines(inspection));
  if (sample !== undefined) {
    const { previews } = await import("../preview.ts");
    print(`\n${previews(data.train, sample, columns)}`);
  }
  print("");
  if (choice === undefined || choice === "mnist") lines([`Downloads are ${cache ? `kept in ${cache}` : "not kept"}`]);
  lines([page ? `Page: ${page}` : "With --out data.html: a page with its images"]);
}

async function writePage(out: string, data: Parameters<typeof inspectData>[0], inspection: DataInspectionJson) {
  const { dataPage } = await import("../../figures.ts");
  const perClass = Math.max(1, Math.min(PER_CLASS, Math.floor(MAX_SAMPLES / inspection.classNames.length)));
  await writeBeside(out, dataPage(inspection, dataPictures(data, inspection, { perClass })));
  return out;
}
