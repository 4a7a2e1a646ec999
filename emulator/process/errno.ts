/**
 * Why a system call fails: the error numbers of Linux on RISC-V (the generic ones), and the
 * exception by which the file system, the memory and the handlers report one. The dispatcher turns
 * it into the call's result; it never leaves the process.
 */

/** Error numbers by POSIX name (Linux, asm-generic/errno-base.h and errno.h). */
export const errorNumbers = {
  EPERM: 1,
  ENOENT: 2,
  ESRCH: 3,
  EINTR: 4,
  EIO: 5,
  ENXIO: 6,
  E2BIG: 7,
  ENOEXEC: 8,
  EBADF: 9,
  ECHILD: 10,
  EAGAIN: 11,
  ENOMEM: 12,
  EACCES: 13,
  EFAULT: 14,
  ENOTBLK: 15,
  EBUSY: 16,
  EEXIST: 17,
  EXDEV: 18,
  ENODEV: 19,
  ENOTDIR: 20,
  EISDIR: 21,
  EINVAL: 22,
  ENFILE: 23,
  EMFILE: 24,
  ENOTTY: 25,
  EFBIG: 27,
  ENOSPC: 28,
  ESPIPE: 29,
  EROFS: 30,
  EMLINK: 31,
  EPIPE: 32,
  EDOM: 33,
  ERANGE: 34,
  EDEADLK: 35,
  ENAMETOOLONG: 36,
  ENOSYS: 38,
  ENOTEMPTY: 39,
  ELOOP: 40,
  EOVERFLOW: 75,
  EOPNOTSUPP: 95,
  ETIMEDOUT: 110,
} as const;

/** The POSIX name of an error. */
export type ErrorName = keyof typeof errorNumbers;

/** A system call that fails; its result is the negated error number. */
export class SystemCallError extends Error {
  readonly error: ErrorName;

  constructor(error: ErrorName) {
    super(error);
    this.name = "SystemCallError";
    this.error = error;
  }

  /** The positive error number. */
  get number(): number {
    return errorNumbers[this.error];
  }
}

/** Ends the running system call with an error. */
export function fail(error: ErrorName): never {
  throw new SystemCallError(error);
}
