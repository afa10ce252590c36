/** The version of this library, as package.json says it; every saved model carries it. */
export const LIBRARY_VERSION = "0.1.0";
