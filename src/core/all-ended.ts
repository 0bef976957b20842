/** Settles when all work has ended. @throws the first failure: unlike that of `Promise.all`, nothing goes on after it */
export async function allEnded(work: readonly Promise<unknown>[]): Promise<void> {
  for (const result of await Promise.allSettled(work)) if (result.status === "rejected") throw result.reason;
}
