/** Digits in groups of three: 1,234,567. */
export function formatCount(value: number): string {
  return String(Math.round(value)).replaceAll(/\B(?=(\d{3})+(?!\d))/g, ",");
}

/** Three significant digits and a scale: 84.2 k, 1.20 M, 950. */
export function formatScaled(value: number): string {
  if (!Number.isFinite(value)) return "-";
  const [divisor, unit] = value >= 999_500 ? [1e6, " M"] : value >= 999.5 ? [1e3, " k"] : [1, ""];
  const scaled = value / divisor;
  if (divisor === 1) return String(Math.round(scaled));
  return `${scaled.toFixed(scaled >= 99.95 ? 0 : scaled >= 9.995 ? 1 : 2)}${unit}`;
}

/** 0:07, 12:05, 1:02:03. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "-";
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number) => String(value).padStart(2, "0");
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${two(whole % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}

/** A score with as many decimals as tell two models apart: 2.314, 10.21, 153.2. */
export function formatScore(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  return value.toFixed(size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : 3);
}
