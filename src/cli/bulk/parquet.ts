/** Answers as Parquet, the columns of a row group at a time. */
import { appendBytes } from "#platform";
import type { AnswersFile } from "./formats.ts";
import { linesOf } from "./lines.ts";
import { type Column, columns } from "./rows.ts";

/** Rows of a row group. */
const GROUP = 50_000;

/** Begins a Parquet file at a path where there is none. */
export async function beginParquet(path: string): Promise<AnswersFile> {
  const { ByteWriter, ParquetWriter, schemaFromColumnData } = await import("hyparquet-writer");
  const names = Object.keys(columns) as Column[];
  const columnData = (rows: readonly unknown[][]) =>
    names.map((name, i) => ({
      ...{ name, type: columns[name], nullable: name !== "file" },
      data: rows.map((row) => row[i]),
    }));
  const bytes = new ByteWriter();
  const flush = async () => {
    const written = bytes.getBytes().slice();
    bytes.index = 0;
    await appendBytes(path, written);
  };
  const writer = Object.assign(bytes, { flush, finish: flush });
  const file = new ParquetWriter({
    writer,
    schema: schemaFromColumnData({ columnData: columnData([]) }),
    createdBy: "lenet5",
  });
  let rows: unknown[][] = [];
  const writeGroup = async () => {
    await file.write({ columnData: columnData(rows), rowGroupSize: rows.length });
    rows = [];
  };
  return {
    async add(shard) {
      for await (const line of linesOf(shard, Number.POSITIVE_INFINITY)) {
        rows.push(JSON.parse(line) as unknown[]);
        if (rows.length === GROUP) await writeGroup();
      }
    },
    async end() {
      if (rows.length > 0) await writeGroup();
      await file.finish();
    },
  };
}
