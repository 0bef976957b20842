import type { Locks } from "../locks.ts";
import { refuse } from "./no-paths.ts";

export type { RefusedLock, TakenLock } from "../locks.ts";

export const takeLock: Locks["takeLock"] = refuse;
