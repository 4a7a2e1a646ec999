/** What the relocation functions of operands mean, for completion and hover (RISC-V ABIs manual). */

/** The functions by name, each with a sentence. */
export const relocationSummaries: Readonly<Record<string, string>> = {
  "%hi": "The upper 20 bits of an absolute address, for lui; rounded for the signed %lo.",
  "%lo": "The lower 12 bits of an absolute address, for addi, loads and stores.",
  "%pcrel_hi": "The upper 20 bits of the distance from this auipc to a symbol.",
  "%pcrel_lo": "The lower 12 bits of the distance; names the label of the auipc, not the symbol.",
  "%got_pcrel_hi": "The upper 20 bits of the distance to the symbol's global offset table entry.",
  "%tprel_hi": "The upper 20 bits of a thread-local symbol's offset from tp.",
  "%tprel_lo": "The lower 12 bits of a thread-local symbol's offset from tp.",
  "%tprel_add": "Marks the add of tp in a thread-local access, for the linker.",
  "%tls_ie_pcrel_hi": "The upper 20 bits of the distance to the entry that holds a tp offset.",
  "%tls_gd_pcrel_hi": "The upper 20 bits of the distance to a thread-local symbol's descriptor.",
};
