/** Where the parts of a program are; what lies between them is not mapped. */
export const places = {
  /** Readable, writable and executable: the chunks. */
  code: 0x40_0000,
  /** Readable and writable: the data that the chunks' pointers point into. */
  data: 0x80_0000,
  dataSize: 0x4000,
  /** Directly behind the data: pages that can only be read. */
  constants: 0x80_4000,
  constantsSize: 0x1000,
} as const;
