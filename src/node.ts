/**
 * What needs Node: data from files and folders.
 * @module
 */
export { openSource } from "./data/sources/open-source.ts";
