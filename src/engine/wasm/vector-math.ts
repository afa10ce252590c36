/**
 * Elementary functions of four floats at once, emitted where they are needed.
 *
 * Each takes the builder of a function, consumes the v128 on top of the stack and leaves its result there. They use only
 * instructions whose result the WebAssembly specification fixes to the bit (no fused multiply-add, no `Math`), so the
 * same input gives the same bytes on every engine and processor; NaN payloads alone may differ.
 *
 * @module
 */
export { emitExp } from "./vector-exp.ts";
export { emitLog } from "./vector-log.ts";
export { emitSigmoid } from "./vector-sigmoid.ts";
export { emitSoftplus } from "./vector-softplus.ts";
export { emitSigmoidByTanh, emitTanh } from "./vector-tanh.ts";
