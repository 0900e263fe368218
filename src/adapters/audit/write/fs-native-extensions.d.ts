/** The package ships no types; these are the functions that the append lock uses (open file description locks, see fcntl(2)). */
declare module 'fs-native-extensions' {
  interface LockOptions {
    readonly shared?: boolean;
  }
  export function tryLock(fd: number, options?: LockOptions): boolean;
  export function waitForLock(fd: number, options?: LockOptions): Promise<void>;
  export function unlock(fd: number): void;
}
