import { InputError, shown } from "../../core/errors.ts";
import { readPickle } from "../pickle.ts";
import { readZip, weightsReader } from "../zip.ts";
import { legacyFile } from "./legacy.ts";
import { type Storages, torchNames } from "./names.ts";
import { oldScript } from "./old-script.ts";
import { tarFile } from "./tar.ts";

/** The content of a file of PyTorch: dicts (Map), lists and tensors. */
export interface TorchFile {
  readonly value: unknown;
  readonly kind: "pickle" | "TorchScript";
}

/**
 * Reads what `torch.save` or `torch.jit.save` wrote, in the formats of PyTorch 0.1, before 1.6 and since. Nothing of the file is run: its pickle can
 * only ask for the tensors and containers of {@link torchNames}, and the code of a TorchScript archive is not looked at.
 * https://docs.pytorch.org/docs/stable/notes/serialization.html
 * @throws InputError for another or a damaged file, for whole modules, and for quantised and sparse tensors
 */
export async function readTorch(bytes: Uint8Array, file: string): Promise<TorchFile> {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return zipFile(bytes, file);
  const legacy = legacyFile(bytes, file) ?? tarFile(bytes, file);
  if (legacy) return { value: legacy.value, kind: "pickle" };
  if (!isPickle(bytes))
    throw new InputError(`${file}: expected a file of PyTorch (a zip file or a pickle), got another kind of file`);
  const storages: Storages = {
    storage() {
      throw new InputError(`${file}: a pickle without the storages of its tensors: write it with torch.save`);
    },
  };
  const nested = (inner: Uint8Array) => {
    const found = legacyFile(inner, file);
    if (found) return found.value;
    throw new InputError(`${file}: it was written by pickle.dump: load it in Python and write it with torch.save`);
  };
  const { value } = readPickle(bytes, torchNames({ what: file, nested, ...storages }), { what: file });
  return { value, kind: "pickle" };
}

/** Of protocol 2 and later, or a dict of an earlier one. */
function isPickle(bytes: Uint8Array): boolean {
  return (
    (bytes[0] === 0x80 && bytes[1]! >= 2 && bytes[1]! <= 5) ||
    bytes[0] === 0x28 ||
    bytes[0] === 0x7d ||
    bytes[0] === 0x63
  );
}

async function zipFile(bytes: Uint8Array, file: string): Promise<TorchFile> {
  const entries = new Map(readZip(bytes, file).map((entry) => [entry.name.replaceAll("\\", "/"), entry]));
  const names = [...entries.keys()];
  const content = weightsReader(bytes, file);
  const model = names.find((name) => /^[^/]+\/model\.json$/.test(name));
  if (model !== undefined) {
    const folder = model.slice(0, -"model.json".length);
    return { value: await oldScript({ entries, content, folder, file }), kind: "TorchScript" };
  }
  const pickle = names.find((name) => /^([^/]+\/)?data\.pkl$/.test(name));
  if (pickle === undefined)
    throw new InputError(`${file}: expected a zip file of PyTorch with a data.pkl, got one with ${shown(names[0])}`);
  const folder = pickle.slice(0, -"data.pkl".length);
  const isScript = names.some((name) => name.startsWith(`${folder}code/`));
  const order = entries.get(`${folder}byteorder`);
  const littleEndian = !order || new TextDecoder().decode((await content(order)).subarray(0, 16)).trim() !== "big";
  const storages: Storages = {
    storage(type, key, count) {
      const entry = entries.get(`${folder}data/${key}`);
      if (!entry)
        throw new InputError(`${file}: expected a storage ${shown(`data/${key}`)}, got none; the file is damaged`);
      if (!(count >= 0) || entry.size < count * type.bytes)
        throw new InputError(
          `${file}: ${shown(`data/${key}`)}: expected ${count} numbers of ${type.bytes} bytes, got ${entry.size} bytes`,
        );
      return { type, count, littleEndian, bytes: () => content(entry) };
    },
  };
  const what = `${file}: data.pkl`;
  const { value } = readPickle(await content(entries.get(pickle)!), torchNames({ what: file, isScript, ...storages }), {
    what,
  });
  return { value, kind: isScript ? "TorchScript" : "pickle" };
}
