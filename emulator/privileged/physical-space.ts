/**
 * The physical address space of a system: one piece of RAM, which lies in the machine's linear
 * memory, and devices. What is at neither is vacant, and access to it is an access fault.
 */
import type { Width } from "../../isa/semantics.ts";
import type { PhysicalMemory } from "../memory.ts";

/** What answers loads and stores at its addresses. */
export interface Device {
  /** As in "serial", for a memory map. */
  readonly name: string;
  /** The value, zero-extended, at an aligned offset in bytes; undefined is an access fault. */
  read(offset: number, width: Width): bigint | undefined;
  /** Takes a value of `width` bits; false is an access fault. */
  write(offset: number, width: Width, value: bigint): boolean;
}

/** Where a device is. */
export interface DeviceMapping {
  readonly device: Device;
  /** In bytes, as a physical address. */
  readonly start: number;
  /** In bytes. */
  readonly size: number;
}

/** Where RAM is, in bytes; multiples of the page size. */
export interface RamOptions {
  readonly start: number;
  readonly size: number;
}

/** RAM and devices by physical address. Addresses are numbers: nothing lies beyond 2^53. */
export class PhysicalSpace {
  readonly memory: PhysicalMemory;
  readonly ram: RamOptions;
  readonly devices: readonly DeviceMapping[];
  /**
   * Set while the hardware itself changes a page-table entry that is in use: the accessed and
   * dirty bits take nothing back that was translated by it.
   */
  isUpdatingEntry = false;
  readonly #ramAt: number;

  constructor(memory: PhysicalMemory, ram: RamOptions, devices: readonly DeviceMapping[]) {
    const at = memory.allocateRun(ram.size);
    if (at === undefined) {
      throw new Error(`no memory for ${ram.size} bytes of RAM within ${memory.limit} bytes`);
    }
    this.memory = memory;
    this.ram = ram;
    this.devices = devices;
    this.#ramAt = at;
  }

  /** The linear address of a byte of RAM, or −1 where there is none. */
  linear(address: number): number {
    const offset = address - this.ram.start;
    return offset >= 0 && offset < this.ram.size ? this.#ramAt + offset : -1;
  }

  /** The device at an address. */
  deviceAt(address: number): DeviceMapping | undefined {
    return this.devices.find(({ start, size }) => address >= start && address < start + size);
  }
}
