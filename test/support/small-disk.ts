import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A disk of a given size, or why there can be none. */
export type SmallDisk = { readonly path: string; readonly remove: () => void } | { readonly reason: string };

/** Mounts a tmpfs, which takes root's rights and Linux. */
export function mountSmallDisk(kilobytes: number): SmallDisk {
  const path = mkdtempSync(join(tmpdir(), "recurra-disk-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${kilobytes}k`, "tmpfs", path], { stdio: "pipe" });
  } catch (error) {
    rmSync(path, { recursive: true });
    return { reason: `no small disk could be mounted: ${(error as Error).message.trim().split("\n").at(-1)}` };
  }
  const remove = (): void => {
    execFileSync("umount", [path]);
    rmSync(path, { recursive: true });
  };
  return { path, remove };
}
