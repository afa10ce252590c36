/**
 * What needs Node: data from files and folders, and texts that stay in their files.
 * @module
 */
export { fileRanges } from "./data/sources/file-ranges.ts";
export { openSource } from "./data/sources/open-source.ts";
export { StreamedText } from "./data/streamed-text.ts";
