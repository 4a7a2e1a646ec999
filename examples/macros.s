# Macros that make assembly read like a language: functions with a frame, loops, printing.
#
# Hover a macro call to see what it becomes. Step Over passes a call as one line, Step Into enters it.

        .equ    SYS_write, 64
        .equ    SYS_exit, 93

# Saves ra and the named registers in a frame; `leave` with the same names undoes it.
        .macro  enter registers:vararg
        .set    slots, 1
        .irp    register, \registers
        .set    slots, slots + 1
        .endr
        .set    frame, (8 * slots + 15) & -16
        addi    sp, sp, -frame
        sd      ra, 0(sp)
        .set    slot, 8
        .irp    register, \registers
        sd      \register, slot(sp)
        .set    slot, slot + 8
        .endr
        .endm

        .macro  leave registers:vararg
        ld      ra, 0(sp)
        .set    slot, 8
        .irp    register, \registers
        ld      \register, slot(sp)
        .set    slot, slot + 8
        .endr
        addi    sp, sp, frame
        ret
        .endm

# Prints a literal string.
        .macro  print text:req
        .pushsection .rodata
text_\@:
        .ascii  "\text"
length_\@ = . - text_\@
        .popsection
        li      a0, 1
        la      a1, text_\@
        li      a2, length_\@
        li      a7, SYS_write
        ecall
        .endm

        .macro  exit code=0
        li      a0, \code
        li      a7, SYS_exit
        ecall
        .endm

# A table made while assembling: the squares 0 to 9.
        .section .rodata
squares:
        .set    index, 0
        .rept   10
        .byte   index * index
        .set    index, index + 1
        .endr

        .text
        .globl  _start
_start:
        print   "Squares:"
        li      a0, 10
        call    print_squares
        print   "\n"
        exit

# print_squares(a0 = how many)
        .type   print_squares, @function
print_squares:
        enter   s0, s1
        mv      s0, a0
        la      s1, squares
1:      print   " "
        lbu     a0, 0(s1)
        call    print_decimal
        addi    s1, s1, 1
        addi    s0, s0, -1
        bnez    s0, 1b
        leave   s0, s1
        .size   print_squares, . - print_squares

# print_decimal(a0 = number)
        .type   print_decimal, @function
print_decimal:
        enter   s0
        li      t0, 10
        remu    s0, a0, t0
        divu    a0, a0, t0
        beqz    a0, 1f
        call    print_decimal
1:      la      a1, digit
        addi    s0, s0, '0'
        sb      s0, 0(a1)
        li      a0, 1
        li      a2, 1
        li      a7, SYS_write
        ecall
        leave   s0
        .size   print_decimal, . - print_decimal

        .bss
digit:  .space  1
