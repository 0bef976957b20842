import { homedir } from "node:os";

/** This user's home folder; undefined for a user without one, as containers may run with: `homedir` then throws. */
export function homeFolder(): string | undefined {
  try {
    return homedir();
  } catch {
    return undefined;
  }
}
