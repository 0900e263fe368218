/** The package ships no types; these are the functions that our locks use (open file description locks, see fcntl(2)). */
declare module 'fs-native-extensions' {
  interface LockOptions {
    readonly shared?: boolean;
  }
  export function tryLock(fd: number, options?: LockOptions): boolean;
  /** Of a part of the file, in bytes; it need not be there. */
  export function tryLock(fd: number, offset: number, length: number, options?: LockOptions): boolean;
  export function waitForLock(fd: number, options?: LockOptions): Promise<void>;
  export function unlock(fd: number, offset?: number, length?: number): void;
}
