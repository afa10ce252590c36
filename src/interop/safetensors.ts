import { RecurraError, shown, shownJson } from "../core/errors.ts";
import { isInteger } from "../core/is-integer.ts";
import { bytesOf } from "./safetensors-bytes.ts";
import { DTYPES, type DtypeLayout, type SafetensorsData, type SafetensorsDtype } from "./safetensors-dtype.ts";
import { readHeader } from "./safetensors-header.ts";

export type { SafetensorsData, SafetensorsDtype } from "./safetensors-dtype.ts";

/** One tensor of a file. */
export interface SafetensorsTensor {
  readonly dtype: SafetensorsDtype;
  /** Row-major sizes; `[]` is one number. */
  readonly shape: readonly number[];
  /** As `[product of shape]`, in the array type that fits dtype; F16 and BF16 are Float32Array, rounded to the nearest when written. */
  readonly data: SafetensorsData;
}

/** What a file holds. */
export interface SafetensorsFile {
  /** By name, in the order of their data. */
  readonly tensors: Map<string, SafetensorsTensor>;
  /** The `__metadata__` strings; empty when there are none. */
  readonly metadata: Map<string, string>;
}

const METADATA = "__metadata__";
const LENGTH_BYTES = 8;
const LARGEST_HEADER = 100_000_000;

/** Orders by code point, which is the order of UTF-8 bytes and so of the reference implementation. */
function byCodePoint(a: string, b: string): number {
  const left = new TextEncoder().encode(a);
  const right = new TextEncoder().encode(b);
  for (let i = 0; i < left.length && i < right.length; i++) if (left[i] !== right[i]) return left[i]! - right[i]!;
  return left.length - right.length;
}

/** The product of a shape, or undefined where a size is no integer from 0 or the product is no safe integer. */
function sizeOf(shape: unknown): number | undefined {
  if (!Array.isArray(shape)) return undefined;
  let product = 1;
  for (const size of shape as readonly unknown[]) {
    if (!isInteger(size, 0)) return undefined;
    product *= size;
    if (!Number.isSafeInteger(product)) return undefined;
  }
  return product;
}

function checkText(text: string, what: string): void {
  if (!/\p{Surrogate}/u.test(text)) return;
  throw new RecurraError("option", {
    where: "writeSafetensors",
    expected: `${what} that can be written as UTF-8`,
    got: JSON.stringify(text),
  });
}

function checkTensor(name: string, tensor: SafetensorsTensor): DtypeLayout {
  checkText(name, "a tensor name");
  const where = `writeSafetensors, tensor ${shown(name)}`;
  if (name === METADATA) {
    throw new RecurraError("option", { where, expected: "any other name", got: "the name of the metadata" });
  }
  const layout = DTYPES.get(tensor.dtype);
  if (layout === undefined) {
    throw new RecurraError("option", {
      where,
      expected: `one of ${Array.from(DTYPES.keys()).join(", ")}`,
      got: shown(tensor.dtype),
    });
  }
  if (!(tensor.data instanceof layout.holder)) {
    throw new RecurraError("option", {
      where,
      expected: `a ${layout.holder.name} for ${tensor.dtype}`,
      got: tensor.data.constructor.name,
    });
  }
  if (sizeOf(tensor.shape) !== tensor.data.length) {
    throw new RecurraError("shape", {
      where,
      expected: `as many numbers as the shape ${shown(tensor.shape)} has`,
      got: `${tensor.data.length}`,
    });
  }
  return layout;
}

/**
 * Writes tensors in the safetensors format: the same tensors and metadata give the same bytes, whatever the order of the maps.
 *
 * Tensors stand by element type, the largest first, then by name, as the reference implementation (0.8.0) lays them out, and metadata by key;
 * the header is padded with spaces so that the data starts at a multiple of 8.
 *
 * @param metadata strings for `__metadata__`; left out when empty.
 * @throws option when a name or element type cannot be written; shape when data and shape do not fit.
 * Source: https://github.com/huggingface/safetensors, README "Format".
 *
 * @example
 * ```ts
 * const bytes = writeSafetensors(new Map([["bias", { dtype: "F32", shape: [2], data: Float32Array.of(0, 1) }]]));
 * ```
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, SafetensorsTensor>,
  metadata: ReadonlyMap<string, string> | Readonly<Record<string, string>> = {},
): Uint8Array {
  const types = Array.from(DTYPES.keys());
  const rank = ({ dtype }: SafetensorsTensor): number => types.indexOf(dtype);
  const pieces = Array.from(tensors, ([name, tensor]) => ({ name, tensor, layout: checkTensor(name, tensor) })).sort(
    (a, b) => rank(b.tensor) - rank(a.tensor) || byCodePoint(a.name, b.name),
  );
  const notes = Array.from(metadata instanceof Map ? metadata : Object.entries(metadata)) as [string, string][];
  const entries: string[] = [];
  if (notes.length > 0) {
    for (const note of notes) for (const text of note) checkText(text, "metadata");
    notes.sort((a, b) => byCodePoint(a[0], b[0]));
    const written = notes.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
    entries.push(`"${METADATA}":{${written.join()}}`);
  }
  let end = 0;
  for (const { name, tensor, layout } of pieces) {
    const begin = end;
    end += tensor.data.length * layout.size;
    const { dtype, shape } = tensor;
    entries.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: [begin, end] })}`);
  }
  const header = new TextEncoder().encode(`{${entries.join()}}`);
  const headerLength = Math.ceil(header.length / 8) * 8;
  if (headerLength > LARGEST_HEADER) {
    throw new RecurraError("option", {
      where: "writeSafetensors",
      expected: `a header of at most ${LARGEST_HEADER} bytes`,
      got: `${headerLength}`,
      hint: "Write fewer tensors or less metadata.",
    });
  }
  const bytes = new Uint8Array(LENGTH_BYTES + headerLength + end);
  new DataView(bytes.buffer).setUint32(0, headerLength, true);
  bytes.set(header, LENGTH_BYTES);
  bytes.fill(0x20, LENGTH_BYTES + header.length, LENGTH_BYTES + headerLength);
  let at = LENGTH_BYTES + headerLength;
  for (const { tensor } of pieces) {
    const written = bytesOf(tensor.dtype, tensor.data);
    bytes.set(written, at);
    at += written.length;
  }
  return bytes;
}

interface Entry {
  readonly name: string;
  readonly dtype: SafetensorsDtype;
  readonly layout: DtypeLayout;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

function readEntry(name: string, value: unknown, where: string): Entry {
  const fail = (expected: string, got: unknown) =>
    new RecurraError("file-format", { where: `${where}, tensor ${shown(name)}`, expected, got: shownJson(got) });
  if (typeof value !== "object" || value === null) throw fail("dtype, shape and data_offsets", value);
  const fields = new Map<string, unknown>(Object.entries(value));
  const dtype = fields.get("dtype");
  const layout = typeof dtype === "string" ? DTYPES.get(dtype) : undefined;
  if (layout === undefined) throw fail(`dtype as one of ${Array.from(DTYPES.keys()).join(", ")}`, dtype);
  const shape = fields.get("shape");
  const size = sizeOf(shape);
  if (size === undefined) throw fail("shape as a list of integers of at least 0", shape);
  const offsets = fields.get("data_offsets");
  const [begin, end] = Array.isArray(offsets) && offsets.length === 2 ? (offsets as unknown[]) : [];
  if (!isInteger(begin, 0) || !isInteger(end, begin)) throw fail("data_offsets as [begin, end]", offsets);
  if (end - begin !== size * layout.size) {
    throw fail(`${size * layout.size} bytes for ${dtype} ${shownJson(shape)}`, end - begin);
  }
  return { name, dtype: dtype as SafetensorsDtype, layout, shape: shape as number[], begin, end };
}

/**
 * Reads a safetensors file. Every tensor is a copy, so the bytes may be reused or mapped memory.
 *
 * Checked before anything is allocated: header length, element types, sizes, and that the tensors cover the data from the first byte to the last without hole or overlap.
 *
 * @param where the file's name, for messages.
 * @throws file-format when the bytes are not a whole and right file.
 * Source: https://github.com/huggingface/safetensors, README "Format".
 *
 * @example
 * ```ts
 * const { tensors } = readSafetensors(bytes, "model.safetensors");
 * tensors.get("bias")?.data; // Float32Array
 * ```
 */
export function readSafetensors(bytes: Uint8Array, where: string): SafetensorsFile {
  const fail = (expected: string, got: string) => new RecurraError("file-format", { where, expected, got });
  if (bytes.length < LENGTH_BYTES) throw fail("at least 8 bytes with the header's length", `${bytes.length}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = view.getUint32(0, true) + view.getUint32(4, true) * 2 ** 32;
  const largest = Math.min(LARGEST_HEADER, bytes.length - LENGTH_BYTES);
  if (headerLength > largest) throw fail(`a header of at most ${largest} bytes`, `a length of ${headerLength}`);
  const start = LENGTH_BYTES + headerLength;
  const header = readHeader(bytes.subarray(LENGTH_BYTES, start), where);

  const metadata = new Map<string, string>();
  const notes = header.get(METADATA);
  if (notes !== undefined) {
    const isObject = typeof notes === "object" && notes !== null && !Array.isArray(notes);
    if (!isObject) throw fail(`${METADATA} as an object`, shownJson(notes));
    for (const [key, value] of Object.entries(notes)) {
      if (typeof value !== "string") throw fail(`${METADATA} ${shown(key)} as a string`, shownJson(value));
      metadata.set(key, value);
    }
    header.delete(METADATA);
  }

  const entries = Array.from(header, ([name, value]) => readEntry(name, value, where));
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let covered = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== covered) throw fail(`tensor ${shown(name)} to begin at byte ${covered} of the data`, `${begin}`);
    covered = end;
  }
  if (covered !== bytes.length - start) {
    throw fail(`${covered} bytes of data after the header`, `${bytes.length - start}`);
  }

  const tensors = new Map<string, SafetensorsTensor>();
  for (const { name, dtype, layout, shape, begin, end } of entries) {
    tensors.set(name, { dtype, shape, data: layout.read(bytes.subarray(start + begin, start + end)) });
  }
  return { tensors, metadata };
}
