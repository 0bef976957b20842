/** Conversion between channels first and channels last. */
import { GROUP_BYTES } from "./vector";

/** [rows][columns] groups -> [columns][rows] groups. */
export function transposeGroups(x: usize, y: usize, rows: i32, columns: i32): void {
  for (let c = 0; c < columns; c++) {
    let q = x + <usize>c * GROUP_BYTES;
    for (let r = 0; r < rows; r++) {
      v128.store(y, v128.load(q));
      v128.store(y, v128.load(q, 16), 16);
      v128.store(y, v128.load(q, 32), 32);
      v128.store(y, v128.load(q, 48), 48);
      y += GROUP_BYTES;
      q += <usize>columns * GROUP_BYTES;
    }
  }
}
