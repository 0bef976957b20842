/** Compares names as people number them: "2" before "10", "class2" before "class10"; all else by code unit. */
export function naturalOrder(a: string, b: string): number {
  const [first, second] = [a, b].map((name) => name.split(/(\d+)/)) as [string[], string[]];
  for (let i = 0; i < Math.min(first.length, second.length); i++) {
    const [x, y] = [first[i]!, second[i]!];
    // Every second part is a number; leading zeros do not count unless all else is equal.
    const numbers = i % 2 === 1 ? compared(BigInt(x), BigInt(y)) : 0;
    const order = numbers === 0 && i % 2 === 0 ? compared(x, y) : numbers;
    if (order !== 0) return order;
  }
  return first.length - second.length || compared(a, b);
}

function compared<Value extends string | bigint>(a: Value, b: Value): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
