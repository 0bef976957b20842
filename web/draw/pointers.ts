/** Which pointers draw, and how wide: one at a time, the pen before the finger, no palms. */

/** What is needed of a PointerEvent. */
export interface Pointer {
  readonly pointerId: number;
  readonly pointerType: string;
  readonly pressure: number;
  readonly button: number;
  /** Of the contact, in CSS pixels. */
  readonly width: number;
  readonly height: number;
}

/** A contact that is longer, in CSS pixels, is the side of a hand. */
const PALM = 60;

/** Milliseconds after a pen was seen in which touches are the hand that holds it. */
const HAND = 1500;

/** The button of a pen's other end. */
const PEN_ERASER = 5;

/** What becomes of a pointer that comes down: it draws, nothing, or it draws in place of a touch that was a hand. */
export type Came = "draws" | "ignored" | "replaces";

export class Pointers {
  /** The pointer that draws. */
  private active: Pointer | undefined;
  private penSeen = Number.NEGATIVE_INFINITY;

  /** @param now milliseconds */
  down(pointer: Pointer, now: number): Came {
    const { pointerType, button, width, height } = pointer;
    if (pointerType === "pen") this.penSeen = now;
    if (button !== 0 && !(pointerType === "pen" && button === PEN_ERASER)) return "ignored";
    if (pointerType === "touch" && (now - this.penSeen < HAND || Math.max(width, height) > PALM)) return "ignored";
    const isHand = this.active?.pointerType === "touch" && pointerType === "pen";
    if (this.active && !isHand) return "ignored";
    this.active = pointer;
    return isHand ? "replaces" : "draws";
  }

  /** Whether this pointer draws. */
  draws({ pointerId, pointerType }: Pick<Pointer, "pointerId" | "pointerType">, now: number): boolean {
    if (pointerType === "pen") this.penSeen = now;
    return this.active?.pointerId === pointerId;
  }

  /** Whether no pointer draws. */
  get isIdle(): boolean {
    return this.active === undefined;
  }

  /** @returns whether the pointer drew until now */
  up({ pointerId }: Pick<Pointer, "pointerId">): boolean {
    if (this.active?.pointerId !== pointerId) return false;
    this.active = undefined;
    return true;
  }
}

/** Whether the pointer is the other end of a pen. */
export function isEraserEnd({ pointerType, button }: Pick<Pointer, "pointerType" | "button">): boolean {
  return pointerType === "pen" && button === PEN_ERASER;
}

/** The width of the line: that of the pen, more or less by its pressure. Only pens tell it (a mouse says 0 or 0.5). */
export function widthAt({ pointerType, pressure }: Pick<Pointer, "pointerType" | "pressure">, width: number): number {
  if (pointerType !== "pen" || pressure === 0) return width;
  return width * (0.5 + pressure);
}
