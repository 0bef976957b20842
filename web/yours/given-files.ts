/** Files that the user chose or dropped, with their paths. */

export interface GivenFile {
  /** From the folder that was given: `digits/3/a.png`; the name of a single file. */
  readonly path: string;
  readonly file: File;
}

/** The files of an `<input type="file">`. */
export function chosenFiles(list: FileList | null): GivenFile[] {
  return Array.from(list ?? [], (file) => ({ path: file.webkitRelativePath || file.name, file }));
}

/** The files that were dropped, those in folders too. Called during the event: later, the list is empty. */
export async function droppedFiles(items: DataTransferItemList): Promise<GivenFile[]> {
  const entries = Array.from(items, (item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  return (await Promise.all(entries.map(filesIn))).flat();
}

async function filesIn(entry: FileSystemEntry): Promise<GivenFile[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    return [{ path: entry.fullPath.slice(1), file }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: GivenFile[] = [];
  // A call gives some entries, at most a hundred; the last one gives none.
  for (;;) {
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (entries.length === 0) return found;
    for (const files of await Promise.all(entries.map(filesIn))) for (const file of files) found.push(file);
  }
}
