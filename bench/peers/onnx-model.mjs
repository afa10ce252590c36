/**
 * A recurrent model as an ONNX file, written by hand: just the parts of the protocol buffers of onnx.proto that it needs.
 *
 * ids [T, B] -> rows of the identity -> LSTM, layer by layer -> MatMul + Add -> logits [T, B, V]; a stream has its states
 * as inputs and outputs, and ArgMax behind the logits.
 */
import { uniform } from "../workloads.mjs";

const [FLOAT, INT64] = [1, 7];
const OPSET = 14;
const IR_VERSION = 7;

function varint(value) {
  const bytes = [];
  let rest = BigInt(value);
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}

/** A field whose value is a number. */
const number = (field, value) => Buffer.concat([varint(field << 3), varint(value)]);

/** A field whose value is a text, bytes or a message of fields. */
function block(field, content) {
  const bytes = Array.isArray(content) ? Buffer.concat(content) : Buffer.from(content);
  return Buffer.concat([varint((field << 3) | 2), varint(bytes.length), bytes]);
}

/** TensorProto. */
function tensor(name, dims, values) {
  const type = values instanceof Float32Array ? FLOAT : INT64;
  const raw = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return [...dims.map((dim) => number(1, dim)), number(2, type), block(8, name), block(9, raw)];
}

/** AttributeProto of one whole number. */
const attribute = (name, value) => [block(1, name), number(3, value), number(20, 2)];

/** NodeProto. */
function node(type, inputs, outputs, attributes = {}) {
  return [
    ...inputs.map((name) => block(1, name)),
    ...outputs.map((name) => block(2, name)),
    block(4, type),
    ...Object.entries(attributes).map(([name, value]) => block(5, attribute(name, value))),
  ];
}

/** ValueInfoProto. */
function valueInfo(name, type, dims) {
  const shape = dims.map((dim) => block(1, [number(1, dim)]));
  return [block(1, name), block(2, [block(1, [number(1, type), block(2, shape)])])];
}

/**
 * @param {import("../workloads.mjs").Spec} spec an LSTM over one-hot ids.
 * @returns {Uint8Array} the model's file.
 */
export function onnxModel({ vocabulary, hidden, layers, outputs, batch, steps, kind }) {
  const isStream = kind === "stream";
  const identity = new Float32Array(vocabulary * vocabulary);
  for (let i = 0; i < vocabulary; i++) identity[i * vocabulary + i] = 1;
  const bound = 1 / Math.sqrt(hidden);
  const tensors = [
    tensor("identity", [vocabulary, vocabulary], identity),
    tensor("axis", [1], BigInt64Array.of(1n)),
    tensor("dense.weight", [hidden, outputs], uniform(hidden * outputs, bound, 99)),
    tensor("dense.bias", [outputs], uniform(outputs, bound, 98)),
  ];
  const nodes = [node("Gather", ["identity", "ids"], ["x0"])];
  for (let l = 0; l < layers; l++) {
    const inputs = l === 0 ? vocabulary : hidden;
    tensors.push(
      tensor(`w${l}`, [1, 4 * hidden, inputs], uniform(4 * hidden * inputs, bound, 3 * l + 1)),
      tensor(`r${l}`, [1, 4 * hidden, hidden], uniform(4 * hidden * hidden, bound, 3 * l + 2)),
      tensor(`b${l}`, [1, 8 * hidden], uniform(8 * hidden, bound, 3 * l + 3)),
    );
    const states = isStream ? ["", "h", "c"] : [];
    const after = isStream ? ["hNext", "cNext"] : [];
    nodes.push(
      node("LSTM", [`x${l}`, `w${l}`, `r${l}`, `b${l}`, ...states], [`y${l}`, ...after], { hidden_size: hidden }),
      node("Squeeze", [`y${l}`, "axis"], [`x${l + 1}`]),
    );
  }
  nodes.push(
    node("MatMul", [`x${layers}`, "dense.weight"], ["product"]),
    node("Add", ["product", "dense.bias"], ["logits"]),
  );
  const state = [1, batch, hidden];
  const inputs = [valueInfo("ids", INT64, [steps, batch])];
  const results = [];
  if (isStream) {
    nodes.push(node("ArgMax", ["logits"], ["next"], { axis: 2, keepdims: 0 }));
    inputs.push(valueInfo("h", FLOAT, state), valueInfo("c", FLOAT, state));
    results.push(valueInfo("next", INT64, [steps, batch]));
    results.push(valueInfo("hNext", FLOAT, state), valueInfo("cNext", FLOAT, state));
  } else results.push(valueInfo("logits", FLOAT, [steps, batch, outputs]));
  const graph = [
    ...nodes.map((content) => block(1, content)),
    block(2, "recurra-bench"),
    ...tensors.map((content) => block(5, content)),
    ...inputs.map((content) => block(11, content)),
    ...results.map((content) => block(12, content)),
  ];
  return Buffer.concat([number(1, IR_VERSION), block(7, graph), block(8, [block(1, ""), number(2, OPSET)])]);
}
