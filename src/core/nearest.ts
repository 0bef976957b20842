/** Changes of letters after which a name is another one, as a share of its length. */
const DIFFERENT = 0.4;

/** The known name that a mistyped one is meant to be; undefined where none is near. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Math.max(1, Math.floor(DIFFERENT * name.length)) + 1;
  for (const each of known) {
    if (Math.abs(each.length - name.length) >= least) continue;
    const distance = changesBetween(name, each);
    if (distance < least) [best, least] = [each, distance];
  }
  return best;
}

/** Letters added, left out, replaced or exchanged with the next one (optimal string alignment distance). */
function changesBetween(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, k) => k)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let k = 1; k <= b.length; k++) {
      const replaced = rows[i - 1]![k - 1]! + Number(a[i - 1] !== b[k - 1]);
      const isExchanged = i > 1 && k > 1 && a[i - 1] === b[k - 2] && a[i - 2] === b[k - 1];
      const exchanged = isExchanged ? rows[i - 2]![k - 2]! + 1 : replaced;
      row.push(Math.min(replaced, exchanged, rows[i - 1]![k]! + 1, row[k - 1]! + 1));
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}
