/**
 * How a hart of a system finds pages: by satp, the page tables, its privilege and mstatus's MPRV,
 * SUM and MXR, with physical memory protection behind (privileged manual, "Virtual-Memory System").
 * Accessed and dirty bits are set by hardware, or left to software by page faults (Svade).
 *
 * What the translation buffer holds can never be seen by the guest: writes to page-table entries
 * that were walked are noticed like writes to decoded code, and empty the buffer. So states do not
 * depend on which engine runs, on the buffer's size or on where a snapshot was taken. This is
 * stronger than the manual demands, which lets stale translations live until SFENCE.VMA.
 */
import type { Width } from "../../isa/semantics.ts";
import { status } from "../csr-file.ts";
import type { Hart } from "../hart.ts";
import { frameSize } from "../memory.ts";
import {
  Access,
  accessFault,
  irregular,
  pageFault,
  type TranslationBuffer,
  type Translator,
} from "../translation.ts";
import { WatchedPages } from "../watched-pages.ts";
import { mixedRights } from "./memory-protection.ts";
import { type EntryReader, entryBits, type Leaf, pagingSchemes, walk } from "./page-walk.ts";
import type { PhysicalSpace } from "./physical-space.ts";

/** Who sets the accessed and dirty bits of page-table entries. */
export type EntryUpdates = "hardware" | "software";

const machine = 3;
const supervisor = 1;
/** Page numbers whose addresses a number holds exactly; there is nothing beyond. */
const pageLimit = 2 ** 41;

/** The address translation of one hart. */
export class AddressTranslation implements Translator, EntryReader {
  readonly space: PhysicalSpace;
  readonly watches = new WatchedPages(() => this.#flush());
  readonly #updates: EntryUpdates;
  readonly #buffers = new Set<TranslationBuffer>();
  /** The entries that were walked, by frame: a mark for each four bytes. */
  readonly #walked = new Map<number, Uint8Array>();
  #hart: Hart | undefined;

  constructor(space: PhysicalSpace, updates: EntryUpdates = "hardware") {
    this.space = space;
    this.#updates = updates;
    space.memory.onCodeChange((frame, start, end) => this.#entriesWritten(frame, start, end));
  }

  /** Says whose state decides; before the hart runs. */
  connect(hart: Hart): void {
    this.#hart = hart;
  }

  attach(buffer: TranslationBuffer): void {
    buffer.flush();
    this.#buffers.add(buffer);
  }

  detach(buffer: TranslationBuffer): void {
    buffer.flush();
    this.#buffers.delete(buffer);
  }

  resolve(page: number, access: Access): number {
    const physical = this.#translate(page, access, true);
    return physical < 0 ? physical : this.#frameOf(physical, access);
  }

  /** As a fetch from the page would find it, if that would change nothing; else negative. */
  codeFrame(page: number): number {
    const physical = this.#translate(page, Access.execute, false);
    return physical < 0 ? physical : this.#frameOf(physical, Access.execute);
  }

  reach(address: bigint, size: number, access: Access): number {
    const physical = this.#addressOf(address, access);
    if (physical < 0) return physical;
    const fault = -accessFault[access];
    if (!this.#allows(physical, size, access, this.#privilege(access))) return fault;
    const linear = this.space.linear(physical);
    if (linear >= 0) return linear;
    return this.space.deviceAt(physical) === undefined ? fault : irregular;
  }

  load(width: Width, address: bigint): bigint | undefined {
    const physical = this.#addressOf(address, Access.read);
    const mapping = this.space.deviceAt(physical);
    return mapping?.device.read(physical - mapping.start, width);
  }

  store(width: Width, address: bigint, value: bigint): boolean {
    const physical = this.#addressOf(address, Access.write);
    const mapping = this.space.deviceAt(physical);
    return mapping?.device.write(physical - mapping.start, width, value) ?? false;
  }

  /**
   * The physical address that a virtual one stands for now, whatever the rights, with no effect;
   * undefined where it stands for none.
   */
  inspect(address: bigint): number | undefined {
    const page = Number(address >> 12n);
    const leaf = this.#paging(this.#current().privilege);
    let physical = page;
    if (leaf !== undefined) {
      const found = walk(leaf.scheme, leaf.root, page, this);
      if (typeof found === "string") return undefined;
      physical = found.page;
    }
    return physical < pageLimit ? physical * frameSize + Number(address & 0xfffn) : undefined;
  }

  readEntry(address: number, size: 4 | 8): bigint | undefined {
    const at = this.space.linear(address);
    if (at < 0 || !this.#allows(address, size, Access.read, supervisor)) return undefined;
    const { view } = this.space.memory;
    return size === 8 ? view.getBigUint64(at, true) : BigInt(view.getUint32(at, true));
  }

  #current(): Hart {
    if (this.#hart === undefined) throw new Error("address translation without a hart");
    return this.#hart;
  }

  /** The privilege that an access has: for loads and stores that of MPP while MPRV is set. */
  #privilege(access: Access): number {
    const { privilege, csrs } = this.#current();
    if (access === Access.execute || !(csrs.mstatus & status.mprv)) return privilege;
    return Number((csrs.mstatus >> 11n) & 3n);
  }

  /** The scheme and the root table in use at a privilege; undefined where addresses are physical. */
  #paging(privilege: number) {
    if (privilege === machine) return undefined;
    const { csrs, xlen } = this.#current();
    const mode = Number(csrs.satp >> (xlen === 64 ? 60n : 31n));
    const scheme = pagingSchemes[xlen].get(mode);
    if (scheme === undefined) return undefined;
    return { scheme, root: Number(BigInt.asUintN(xlen === 64 ? 44 : 22, csrs.satp)) };
  }

  /** The physical page, or minus an exception code; with `commits` it sets bits of the entry. */
  #translate(page: number, access: Access, commits: boolean): number {
    const privilege = this.#privilege(access);
    const paging = this.#paging(privilege);
    if (paging === undefined) return page < pageLimit ? page : -accessFault[access];
    const leaf = walk(paging.scheme, paging.root, page, this);
    if (leaf === "access-fault") return -accessFault[access];
    if (leaf === "page-fault" || !this.#permits(leaf.flags, access, privilege)) {
      return -pageFault[access];
    }
    for (const address of leaf.trail) this.#note(this.space.linear(address));
    const { accessed, dirty } = entryBits;
    const wanted = access === Access.write ? accessed | dirty : accessed;
    if ((leaf.flags & wanted) !== wanted) {
      if (!commits || this.#updates === "software") return -pageFault[access];
      if (!this.#update(leaf, wanted, paging.scheme.entrySize)) return -accessFault[access];
    }
    return leaf.page < pageLimit ? leaf.page : -accessFault[access];
  }

  /** Whether the flags of a leaf allow an access; accessed and dirty are not looked at. */
  #permits(flags: number, access: Access, privilege: number): boolean {
    const { mstatus } = this.#current().csrs;
    if (flags & entryBits.user) {
      const isOpen = access !== Access.execute && (mstatus & status.sum) !== 0n;
      if (privilege === supervisor && !isOpen) return false;
    } else if (privilege !== supervisor) return false;
    if (access === Access.write) return (flags & entryBits.write) !== 0;
    if (access === Access.execute) return (flags & entryBits.execute) !== 0;
    const readable = mstatus & status.mxr ? entryBits.read | entryBits.execute : entryBits.read;
    return (flags & readable) !== 0;
  }

  /** Sets bits of a leaf entry; false where protection does not allow it. */
  #update({ entryAddress }: Leaf, bits: number, size: number): boolean {
    if (!this.#allows(entryAddress, size, Access.write, supervisor)) return false;
    const { memory } = this.space;
    const at = this.space.linear(entryAddress);
    memory.view.setUint8(at, memory.view.getUint8(at) | bits);
    const offset = at % frameSize;
    this.space.isUpdatingEntry = true;
    memory.codeWritten(at - offset, offset, offset + 1);
    this.space.isUpdatingEntry = false;
    return true;
  }

  #allows(address: number, size: number, access: Access, privilege: number): boolean {
    const { protection } = this.#current().csrs;
    const rights = protection.rights(address, size, privilege === machine);
    return rights !== mixedRights && (rights & (1 << access)) !== 0;
  }

  /** The frame of a physical page for an access, an exception code, or {@link irregular}. */
  #frameOf(physical: number, access: Access): number {
    const isMachine = this.#privilege(access) === machine;
    const address = physical * frameSize;
    const rights = this.#current().csrs.protection.rights(address, frameSize, isMachine);
    if (rights === mixedRights) return irregular;
    if ((rights & (1 << access)) === 0) return -accessFault[access];
    const linear = this.space.linear(address);
    if (linear >= 0) return linear;
    // Devices need not begin or end with a page.
    return this.space.devices.some(
      ({ start, size }) => start < address + frameSize && start + size > address,
    )
      ? irregular
      : -accessFault[access];
  }

  #addressOf(address: bigint, access: Access): number {
    const physical = this.#translate(Number(address >> 12n), access, true);
    return physical < 0 ? physical : physical * frameSize + Number(address & 0xfffn);
  }

  /** Notes that a translation rests on the entry at a linear address. */
  #note(at: number): void {
    const offset = at % frameSize;
    const frame = at - offset;
    let marks = this.#walked.get(frame);
    if (marks === undefined) {
      marks = new Uint8Array(frameSize / 4);
      this.#walked.set(frame, marks);
      this.space.memory.markCode(frame);
    }
    marks[offset >> 2] = 1;
  }

  /** Forgets all translations where an entry that they may rest on has been written. */
  #entriesWritten(frame: number, start: number, end: number): void {
    const marks = this.#walked.get(frame);
    if (marks === undefined || this.space.isUpdatingEntry) return;
    // An entry of eight bytes is marked at its start only.
    if (marks.subarray(Math.max(0, (start >> 2) - 1), (end + 3) >> 2).includes(1)) this.#flush();
  }

  #flush(): void {
    this.#walked.clear();
    for (const buffer of this.#buffers) buffer.flush();
  }
}
