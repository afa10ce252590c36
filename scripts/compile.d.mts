export declare function compile(root: string, sources: string, out: string): string[];
