/** 1, "test image" -> "1 test image"; 2,000 -> "2,000 test images" */
export function counted(count: number, thing: string): string {
  const plural = thing.endsWith("s") ? `${thing}es` : thing.endsWith("y") ? `${thing.slice(0, -1)}ies` : `${thing}s`;
  return `${count.toLocaleString("en-US")} ${count === 1 ? thing : plural}`;
}

/** Classes that a text names; it counts the others. */
const NAMED = 5;

/** `"a", "b" and "c"`; of more than five, the first five and the number of the others. */
export function namedClasses(classes: readonly number[], names: readonly string[]): string {
  const texts = classes.map((k) => `"${names[k] ?? k}"`);
  if (texts.length > NAMED) texts.splice(NAMED, texts.length, counted(texts.length - NAMED, "more class"));
  const last = texts.pop() ?? "none";
  return texts.length === 0 ? last : `${texts.join(", ")} and ${last}`;
}
