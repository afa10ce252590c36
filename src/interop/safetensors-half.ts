const scratch = new Float32Array(1);
const scratchBits = new Uint32Array(scratch.buffer);

/** Divides by 2^shift, to the nearest, ties to the even one; the shift from 1 to 31. */
function roundedShift(value: number, shift: number): number {
  const quotient = value >>> shift;
  const rest = value & ((1 << shift) - 1);
  const half = 1 << (shift - 1);
  return rest > half || (rest === half && (quotient & 1) === 1) ? quotient + 1 : quotient;
}

/** The bits of IEEE 754 binary16 nearest a float32, ties to even; too large becomes infinity, NaN stays NaN. */
export function toFloat16Bits(value: number): number {
  scratch[0] = value;
  const bits = scratchBits[0]!;
  const sign = (bits >>> 16) & 0x8000;
  const exponent = (bits >>> 23) & 0xff;
  const fraction = bits & 0x7fffff;
  if (exponent === 0xff) return sign | 0x7c00 | (fraction === 0 ? 0 : 0x200 | (fraction >>> 13));
  if (exponent >= 113) {
    const magnitude = roundedShift(((exponent - 112) << 23) | fraction, 13); // a carry moves into the exponent, as it should
    return sign | Math.min(magnitude, 0x7c00);
  }
  if (exponent < 102) return sign; // below half of the smallest subnormal, 2^-24
  return sign | roundedShift(0x800000 | fraction, 126 - exponent);
}

/** The number that bits of IEEE 754 binary16 stand for; exact. */
export function fromFloat16Bits(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The bits of bfloat16 nearest a float32, ties to even; NaN stays NaN. */
export function toBfloat16Bits(value: number): number {
  scratch[0] = value;
  const bits = scratchBits[0]!;
  if (Number.isNaN(value)) return (bits >>> 16) | 0x40;
  return roundedShift(bits, 16);
}

/** The number that bits of bfloat16 stand for; exact. */
export function fromBfloat16Bits(bits: number): number {
  scratchBits[0] = bits << 16;
  return scratch[0]!;
}
