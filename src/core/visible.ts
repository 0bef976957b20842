/**
 * C0 and C1 controls, lone surrogates, the separators and controls that change lines or their direction, and what is no
 * character.
 */
const STEERING = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069\ufffe\uffff]/gu;

/**
 * A text from outside, such as the name of a class, that cannot steer a terminal. Each character that would move the
 * cursor, change colours, break the line or turn the direction of writing becomes one visible character: the picture of
 * the control (Unicode, block U+2400), or U+FFFD where it has none. So tables keep their columns.
 */
export function visible(text: string): string {
  return text.replaceAll(STEERING, pictureOf);
}

/** The same for a text of several lines, whose line feeds stay. */
function visibleLines(text: string): string {
  return text.replaceAll(STEERING, (character) => (character === "\n" ? character : pictureOf(character)));
}

function pictureOf(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? "\u2421" : "\ufffd";
}

/**
 * An escape sequence of this program, which a terminal obeys. Nothing that came from outside may be in it: such text is
 * written as a string.
 */
export class EscapeSequence {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A piece of what is written to a terminal: text, which becomes visible, or an escape sequence, which is obeyed. */
export type TerminalText = string | EscapeSequence;

/** The pieces as they are written. */
export function terminalText(pieces: readonly TerminalText[]): string {
  return pieces.map((piece) => (typeof piece === "string" ? visibleLines(piece) : piece.text)).join("");
}
