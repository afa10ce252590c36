/**
 * The built-in cells: each a short file of equations.
 * @module
 */
export { builtInCells } from "./built-in.ts";
export { type GruOptions, gru } from "./gru.ts";
export { type LstmOptions, lstm } from "./lstm.ts";
export { minGru } from "./min-gru.ts";
export { minLstm } from "./min-lstm.ts";
export { type RnnOptions, rnn } from "./rnn.ts";
