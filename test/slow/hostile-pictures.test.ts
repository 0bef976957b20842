/** As in src/pictures/formats/read-picture.test.ts, with more files. */
import { test } from "vitest";
import { damageAll } from "../hostile-pictures.ts";

test.each(["png", "jpeg", "webp", "gif", "bmp"])("damaged files of %s are refused in one line or read", (format) =>
  damageAll(format, 20_000),
);
