import { folderStore } from "./folder-store.ts";
import { s3Place } from "./s3-place.ts";
import type { Store } from "./store.ts";

/** The store of `--store`. @throws InputError where it cannot be used: one that is not there would be found out late */
export async function openStore(given: string): Promise<Store> {
  const place = s3Place(given);
  if (!place) return folderStore(given);
  const { s3Store } = await import("./s3-store.ts");
  return s3Store(place);
}
