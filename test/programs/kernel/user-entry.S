/* A task starts here, with its number in a0. */
        .section .entry, "ax"
        call    user_main
        .balign 16
        .globl  room
room:   .zero   16
