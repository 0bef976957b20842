/**
 * The first key that an object of this JSON text has twice, which `JSON.parse` does not report; undefined if all
 * objects have unique keys.
 *
 * @param text valid JSON (checked with `JSON.parse`)
 */
export function duplicateKey(text: string): string | undefined {
  // One set of keys per open object, undefined per open array.
  const open: (Set<string> | undefined)[] = [];
  let string = "";
  for (let i = 0; i < text.length; i++) {
    switch (text[i]) {
      case "{":
        open.push(new Set());
        break;
      case "[":
        open.push(undefined);
        break;
      case "}":
      case "]":
        open.pop();
        break;
      case '"': {
        const end = endOfString(text, i);
        string = text.slice(i, end);
        i = end - 1;
        break;
      }
      case ":": {
        // Parsed, since "a" and "\u0061" are the same key.
        const key: string = JSON.parse(string);
        const keys = open.at(-1);
        if (keys?.has(key)) return key;
        keys?.add(key);
      }
    }
  }
  return undefined;
}

/** The index after the closing quote of the string that opens at `start`. */
function endOfString(text: string, start: number): number {
  let i = start + 1;
  while (text[i] !== '"') i += text[i] === "\\" ? 2 : 1;
  return i + 1;
}
